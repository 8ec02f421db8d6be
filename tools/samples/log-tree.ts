import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Row {
  readonly time: number;
  readonly text: string;
  readonly planted: string | undefined;
}

/** A place that a scan has to find. */
export interface PlantedLine {
  readonly step: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The log files of one server. Rows come in any order and are written by time, below the preamble of their file. */
export class LogTree {
  readonly #files = new Map<string, { readonly preamble: readonly string[]; readonly rows: Row[] }>();

  /** @param preamble lines above the rows; a byte order mark is part of the first */
  add(file: string, preamble: readonly string[], row: Row): void {
    const entry = this.#files.get(file) ?? { preamble, rows: [] };
    this.#files.set(file, entry);
    entry.rows.push(row);
  }

  get rows(): number {
    return [...this.#files.values()].reduce((sum, { rows }) => sum + rows.length, 0);
  }

  /** Replaces a folder with these files and says on which lines the planted rows came to stand. */
  write(folder: string): PlantedLine[] {
    rmSync(folder, { recursive: true, force: true });
    const planted: PlantedLine[] = [];
    for (const [file, { preamble, rows }] of [...this.#files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const sorted = rows.toSorted((a, b) => a.time - b.time);
      const location = path.join(folder, file);
      mkdirSync(path.dirname(location), { recursive: true });
      writeFileSync(location, [...preamble, ...sorted.map(({ text }) => text), ''].join('\r\n'));
      for (const [index, { planted: step }] of sorted.entries()) {
        if (step !== undefined) planted.push({ step, file, line: preamble.length + index + 1 });
      }
    }
    return planted;
  }
}
