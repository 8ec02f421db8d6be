import type { Coverage } from '../model/coverage.ts';
import type { LogFile } from '../model/log-file.ts';
import type { FileReading } from './file-reading.ts';

interface Entry {
  readonly host: string | undefined;
  readonly logType: string;
  files: number;
  bytes: number;
  lines: number;
  records: number;
  rejected: number;
  first: number;
  last: number;
  readonly unreadable: string[];
  /** Under every header so far; `undefined` before the first. */
  blind: ReadonlySet<string> | undefined;
  /** Under some header. */
  readonly sometimesBlind: Set<string>;
}

/** Adds up what was read, per host and log type. */
export class CoverageLedger {
  readonly #entries = new Map<string, Entry>();

  /** @param blind ids of the rules that can never match under a header of the file */
  addHeader({ host }: LogFile, logType: string, ids: readonly string[]): void {
    const blind = new Set(ids);
    const entry = this.#entryOf(host, logType);
    entry.blind = entry.blind === undefined ? blind : new Set([...entry.blind].filter((id) => blind.has(id)));
    for (const id of blind) entry.sometimesBlind.add(id);
  }

  /** A file that holds several logs counts for each; its bytes for the one that it was taken for. */
  addFile({ host, logType, path }: LogFile, { bytes, isWhole, lines, spans }: FileReading): void {
    const own = this.#entryOf(host, logType);
    own.bytes += bytes;
    if (!isWhole) own.unreadable.push(path);
    if (lines.size === 0) own.files += 1;
    for (const [type, counts] of lines) {
      const entry = this.#entryOf(host, type);
      entry.files += 1;
      entry.lines += counts.lines;
      entry.records += counts.records;
      entry.rejected += counts.rejected;
      const { first, last } = spans.get(type) ?? entry;
      entry.first = Math.min(entry.first, first);
      entry.last = Math.max(entry.last, last);
    }
  }

  /** By host, then log type. */
  coverages(): Coverage[] {
    const sorted = [...this.#entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([, { host, logType, files, bytes, lines, records, rejected, first, last, unreadable, blind, sometimesBlind }]) => {
      const always = [...(blind ?? [])].toSorted();
      const sometimes = [...sometimesBlind].filter((id) => blind?.has(id) !== true).toSorted();
      return {
        ...(host !== undefined && { host: { name: host } }),
        log: { type: logType },
        files,
        bytes,
        lines,
        records,
        ...(Number.isFinite(first) && { first: new Date(first).toISOString(), last: new Date(last).toISOString() }),
        rejected,
        unreadable,
        blind: always,
        ...(sometimes.length > 0 && { partlyBlind: sometimes }),
      };
    });
  }

  #entryOf(host: string | undefined, logType: string): Entry {
    const key = `${host?.toLowerCase() ?? ''}\n${logType}`;
    const entry = this.#entries.get(key) ?? newEntry(host, logType);
    this.#entries.set(key, entry);
    return entry;
  }
}

function newEntry(host: string | undefined, logType: string): Entry {
  const counts = { files: 0, bytes: 0, lines: 0, records: 0, rejected: 0 };
  return { host, logType, ...counts, first: Infinity, last: -Infinity, unreadable: [], blind: undefined, sometimesBlind: new Set() };
}
