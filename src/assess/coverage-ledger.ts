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
  readonly blind: Set<string>;
}

/** Adds up what was read, per host and log type. */
export class CoverageLedger {
  readonly #entries = new Map<string, Entry>();

  /** @param blind ids of the rules that can never match in the file */
  add({ host, logType, path }: LogFile, reading: FileReading, blind: Iterable<string>): void {
    const key = `${host?.toLowerCase() ?? ''}\n${logType}`;
    const entry = this.#entries.get(key) ?? newEntry(host, logType);
    this.#entries.set(key, entry);
    entry.files += 1;
    entry.bytes += reading.bytes;
    entry.lines += reading.lines;
    entry.records += reading.records;
    entry.rejected += reading.rejected;
    entry.first = Math.min(entry.first, reading.first ?? entry.first);
    entry.last = Math.max(entry.last, reading.last ?? entry.last);
    if (reading.isUnreadable) entry.unreadable.push(path);
    for (const id of blind) entry.blind.add(id);
  }

  /** By host, then log type. */
  coverages(): Coverage[] {
    const sorted = [...this.#entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([, { host, logType, files, bytes, lines, records, rejected, first, last, unreadable, blind }]) => ({
      ...(host !== undefined && { host: { name: host } }),
      log: { type: logType },
      files,
      bytes,
      lines,
      records,
      ...(Number.isFinite(first) && { first: new Date(first).toISOString(), last: new Date(last).toISOString() }),
      rejected,
      unreadable,
      blind: [...blind].toSorted(),
    }));
  }
}

function newEntry(host: string | undefined, logType: string): Entry {
  const counts = { files: 0, bytes: 0, lines: 0, records: 0, rejected: 0 };
  return { host, logType, ...counts, first: Infinity, last: -Infinity, unreadable: [], blind: new Set() };
}
