import { UsageError } from './usage-error.ts';

/** What stands for a part of the time, UTC: the beginning of an ISO 8601 time and where its part lies in it. */
const PARTS: Readonly<Record<string, readonly [from: number, to: number]>> = { Y: [0, 4], m: [5, 7], d: [8, 10], H: [11, 13] };

/**
 * The name of an output file: `%Y %m %d %H` stand for the year, month, day and hour in which the run began, UTC; `%%` for a percent sign.
 *
 * @throws {UsageError} something else stands behind a percent sign
 */
export function expandOutputName(name: string, option = '--output', time = performance.timeOrigin): string {
  const written = new Date(time).toISOString();
  return name.replaceAll(/%(.?)/gsu, (_, letter: string) => {
    if (letter === '%') return '%';
    const part = Object.hasOwn(PARTS, letter) ? PARTS[letter] : undefined;
    if (part === undefined)
      throw new UsageError(
        `${option}: %${letter} in ${name} stands for nothing; there are %Y, %m, %d and %H (UTC), and %% for a percent sign`,
      );
    return written.slice(...part);
  });
}
