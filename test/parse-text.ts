import type { LineCounts } from '../src/parse/line-tally.ts';
import { LogParser } from '../src/parse/log-parser.ts';
import { logTypeById } from '../src/parse/log-types.ts';
import { LineSplitter } from '../src/read/line-splitter.ts';
import type { LogRecord } from '../src/model/log-record.ts';
import type { ProblemCode } from '../src/model/diagnostic.ts';
import type { Encoding } from '../src/model/log-file.ts';

export interface ParsedText {
  readonly records: readonly LogRecord[];
  readonly counts: LineCounts;
  /** `code:line`, in order. */
  readonly problems: readonly string[];
}

/** Reads bytes as a scan would: lines, then records. Text is taken as UTF-8. */
export function parseText(logType: string, content: string | Uint8Array, encoding: Encoding = 'utf-8'): ParsedText {
  const records: LogRecord[] = [];
  const problems: string[] = [];
  const report = ({ code }: { readonly code: ProblemCode }, { number }: { readonly number: number }): void =>
    void problems.push(`${code}:${number}`);
  const parser = new LogParser(logTypeById(logType), report);
  const splitter = new LineSplitter(encoding);
  const takeRecord = (record: LogRecord): void => void records.push(record);
  splitter.push(typeof content === 'string' ? Buffer.from(content) : content, (line) => void parser.push(line, takeRecord));
  splitter.end((line) => void parser.push(line, takeRecord));
  parser.end(takeRecord);
  const counts = { lines: 0, records: 0, headers: 0, rejected: 0 };
  for (const each of parser.counts.values()) {
    for (const name of ['lines', 'records', 'headers', 'rejected'] as const) counts[name] += each[name];
  }
  return { records, counts, problems };
}

/** The values of one field, in the order of the records. */
export function valuesOf({ records }: ParsedText, field: string): (string | undefined)[] {
  return records.map((record) => record.schema.reader(field)?.(record));
}
