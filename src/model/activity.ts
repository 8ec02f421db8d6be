/** Records are counted by tens of minutes, which are numbered from 1970 on: bins. */
export const BIN_MS = 600_000;
export const BINS_AN_HOUR = 6;
export const BINS_A_DAY = 144;

export interface TenMinutes {
  readonly bin: number;
  readonly records: number;
}

/** By days since 1970, of each the records in its tens of minutes. */
export type Days = ReadonlyMap<number, Uint32Array>;

/** When the records of a log were written. */
export interface Activity {
  /** Empty where there are too many of them. */
  readonly days: Days;
  /** Whether there were more days than are kept. */
  readonly isOverfull: boolean;
  /** The hours of the first and the last record in the order of the lines, since 1970. */
  readonly firstHour: number;
  readonly lastHour: number;
  /** How often a record is of an hour two or more before that of the record above it: its time is more than an hour back. */
  readonly leaps: number;
  /** The first of them: the hours of both records. */
  readonly leap?: { readonly from: number; readonly to: number };
}

export function recordsIn(days: Days, bin: number): number {
  const day = Math.floor(bin / BINS_A_DAY);
  return days.get(day)?.[bin - day * BINS_A_DAY] ?? 0;
}

/** The bins that have records, in order. */
export function busyBins(days: Days): number[] {
  const bins: number[] = [];
  for (const [day, counts] of [...days].toSorted(([a], [b]) => a - b)) {
    for (let index = 0; index < counts.length; index += 1) if (counts[index] !== 0) bins.push(day * BINS_A_DAY + index);
  }
  return bins;
}
