/** A longer line is cut here and reported; Exchange's longest rows hold some 20 KB. */
export const LINE_LIMIT_BYTES = 1_048_576;

/** One physical line of a log file, decoded. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Bytes from the start of the file to the first byte of the line. */
  readonly offset: number;
  /** Without its line end. */
  readonly text: string;
  /** False for the last line of a file that ends without a line end: it may be torn. */
  readonly isComplete: boolean;
  /** True when the line was longer than the limit and `text` holds only its beginning. */
  readonly isCut: boolean;
}
