/** Records are counted by tens of minutes. */
export const BIN_MS = 600_000;

/** How many records there are in ten minutes, which are numbered from 1970 on. */
export interface TenMinutes {
  readonly bin: number;
  readonly records: number;
}

/** When the records of a log were written. */
export interface Activity {
  /** Records by tens of minutes since 1970; empty where there are too many of them. */
  readonly bins: ReadonlyMap<number, number>;
  /** Whether there were more bins than are kept. */
  readonly isOverfull: boolean;
  /** The hours of the first and the last record in the order of the lines, since 1970. */
  readonly firstHour: number;
  readonly lastHour: number;
  /** How often a record is of an hour two or more before that of the record above it: its time is more than an hour back. */
  readonly leaps: number;
  /** The first of them: the hours of both records. */
  readonly leap?: { readonly from: number; readonly to: number };
}
