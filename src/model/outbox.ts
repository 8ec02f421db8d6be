/** Something to be told. */
export interface Notice {
  /** Grows; unique in an outbox. */
  readonly number: number;
  /** A `finding` or `verdict` record of the native format, as a line of JSON (see src/report/jsonl.ts). */
  readonly record: string;
}

/** What waits to be told, by receivers. */
export interface Outbox {
  /** The oldest that a receiver was not told, at most so many. */
  readonly pending: (receiver: string, most: number) => readonly Notice[];
  /** A receiver was told all up to this number: they go. */
  readonly settle: (receiver: string, through: number) => void;
  /** How many wait. */
  readonly count: (receiver: string) => number;
}
