import type { LogRecord } from '../model/log-record.ts';
import type { Schema } from '../model/schema.ts';

/** What was read of one file so far. */
export class FileReading {
  bytes = 0;
  lines = 0;
  records = 0;
  /** Lines that are neither records nor rejected. */
  headers = 0;
  rejected = 0;
  /** Of the first and last record in time; milliseconds since 1970. */
  first: number | undefined;
  last: number | undefined;
  isUnreadable = false;
  /** Every header that a record was read by. */
  readonly schemas = new Set<Schema>();

  addRecord({ schema, time }: LogRecord): void {
    this.schemas.add(schema);
    if (time === undefined) return;
    if (this.first === undefined || time < this.first) this.first = time;
    if (this.last === undefined || time > this.last) this.last = time;
  }
}
