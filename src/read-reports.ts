import { createReadStream } from 'node:fs';
import { readNativeRecord, type NativeRecord } from './native/native-record.ts';

/** A longer line is no record that exhunt wrote. */
const LINE_CHARACTERS = 16_777_216;

/** A file that is no report of exhunt's, or not a whole one. */
export class NotNativeError extends Error {
  override readonly name = 'NotNativeError';
}

/**
 * The records of a report, one by one, with the numbers of their lines.
 *
 * @throws {NotNativeError} names file and line; also at the end, where there was no summary
 */
export async function* readReport(file: string): AsyncGenerator<readonly [number: number, record: NativeRecord]> {
  let hasSummary = false;
  for await (const [number, line] of linesOf(file)) {
    const record = readNativeRecord(line);
    if (record === undefined) throw new NotNativeError(`${file}:${number}: is no record of exhunt/1, as -o jsonl=FILE writes them`);
    hasSummary = record.kind === 'summary';
    yield [number, record];
  }
  if (!hasSummary) throw new NotNativeError(`${file}: has no summary at its end: it is no report, or not a whole one`);
}

/** Lines with their numbers, without empty ones. */
async function* linesOf(file: string): AsyncGenerator<readonly [number: number, line: string]> {
  let rest = '';
  let number = 0;
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARACTERS) throw new NotNativeError(`${file}:${number + lines.length + 1}: is longer than any record`);
    for (const line of lines) {
      number += 1;
      if (line.trim() !== '') yield [number, line];
    }
  }
  if (rest.trim() !== '') yield [number + 1, rest];
}
