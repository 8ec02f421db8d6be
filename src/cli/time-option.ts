import { readWrittenTime } from '../model/written-time.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads a time from the command line; see readWrittenTime.
 *
 * @throws {UsageError}
 */
export function parseTimeOption(text: string, end: 'from' | 'to'): number {
  const time = readWrittenTime(text, end);
  if (time === undefined) throw new UsageError(`--${end}: ${text} is no time; write 2021-03-03 or 2021-03-03T06:59:10Z`);
  return time;
}
