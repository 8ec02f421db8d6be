/** lines = records + headers + rejected, always. */
export interface LineCounts {
  lines: number;
  /** Lines that hold a record, or begin one. */
  records: number;
  /** Header rows, directives, comments, blank lines, lines that continue the record above them, and the one that is still being written. */
  headers: number;
  rejected: number;
}

/** What a line turned out to be. */
export type LineKind = 'record' | 'header' | 'continuation' | 'rejected';

const COUNTED_AS = { record: 'records', header: 'headers', continuation: 'headers', rejected: 'rejected' } as const satisfies Record<
  LineKind,
  keyof LineCounts
>;

/** Counts the lines of each log type in a file. */
export class LineTally {
  readonly counts = new Map<string, LineCounts>();
  readonly #withRecords: Set<string>;
  #isExcused = false;

  /** @param withRecords log types of which a part of the file before this one had records */
  constructor(withRecords: readonly string[] = []) {
    this.#withRecords = new Set(withRecords);
  }

  get withRecords(): readonly string[] {
    return [...this.#withRecords].toSorted();
  }

  hasRecords(logType: string): boolean {
    return this.#withRecords.has(logType);
  }

  /** From here on, what is rejected counts as a header. */
  excuseRest(): void {
    this.#isExcused = true;
  }

  add(logType: string, kind: LineKind, lines = 1): void {
    const counts = this.#of(logType);
    counts.lines += lines;
    counts[COUNTED_AS[kind === 'rejected' && this.#isExcused ? 'header' : kind]] += lines;
    if (kind === 'record') this.#withRecords.add(logType);
  }

  /** A line that was counted as a record, for it began one, turned out to be none. */
  rejectRecord(logType: string): void {
    const counts = this.#of(logType);
    counts.records -= 1;
    counts[this.#isExcused ? 'headers' : 'rejected'] += 1;
  }

  #of(logType: string): LineCounts {
    const counts = this.counts.get(logType) ?? { lines: 0, records: 0, headers: 0, rejected: 0 };
    this.counts.set(logType, counts);
    return counts;
  }
}
