import type { LogRecord } from '../model/log-record.ts';
import type { Schema } from '../model/schema.ts';

/** First and last time of the records of one log type in a file; milliseconds since 1970. */
export interface TimeSpan {
  first: number;
  last: number;
}

/** Lines of one log type in a file: lines = records + headers + rejected. */
export interface ReadLines {
  readonly lines: number;
  readonly records: number;
  readonly rejected: number;
}

/** What was read of one file. Files are copied together: it may hold several logs. */
export interface FileReading {
  readonly bytes: number;
  /** False where the operating system refused a part. */
  readonly isWhole: boolean;
  /** By log type. */
  readonly lines: ReadonlyMap<string, ReadLines>;
  readonly spans: ReadonlyMap<string, TimeSpan>;
}

/** Of two parts of a file, what was read of both. */
export function joinReadings(a: FileReading | undefined, b: FileReading): FileReading {
  if (a === undefined) return b;
  const lines = new Map(a.lines);
  for (const [logType, more] of b.lines) {
    const { lines: count, records, rejected } = lines.get(logType) ?? { lines: 0, records: 0, rejected: 0 };
    lines.set(logType, { lines: count + more.lines, records: records + more.records, rejected: rejected + more.rejected });
  }
  const spans = new Map(a.spans);
  for (const [logType, { first, last }] of b.spans) {
    const span = spans.get(logType) ?? { first, last };
    spans.set(logType, { first: Math.min(span.first, first), last: Math.max(span.last, last) });
  }
  return { bytes: a.bytes + b.bytes, isWhole: a.isWhole && b.isWhole, lines, spans };
}

/** Takes note of the records of one file as they come. */
export class RecordLedger {
  readonly spans = new Map<string, TimeSpan>();
  readonly #onSchema: (schema: Schema) => void;
  #schema: Schema | undefined;
  #span: TimeSpan = { first: Infinity, last: -Infinity };

  /** @param onSchema told of each header that records are read by, at least once */
  constructor(onSchema: (schema: Schema) => void) {
    this.#onSchema = onSchema;
  }

  add({ schema, time }: Pick<LogRecord, 'schema' | 'time'>): void {
    if (schema !== this.#schema) this.#change(schema);
    if (time === undefined) return;
    if (time < this.#span.first) this.#span.first = time;
    if (time > this.#span.last) this.#span.last = time;
  }

  #change(schema: Schema): void {
    this.#schema = schema;
    this.#span = this.spans.get(schema.logType) ?? { first: Infinity, last: -Infinity };
    this.spans.set(schema.logType, this.#span);
    this.#onSchema(schema);
  }
}
