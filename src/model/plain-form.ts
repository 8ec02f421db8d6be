import type { Schema } from './schema.ts';

/** How the records below a header look where nothing is odd about them. */
export interface PlainForm {
  readonly schema: Schema;
  readonly delimiter: ' ' | ',';
  readonly columns: number;
  /** What a record begins with: `2021-03-03 06:59:13`, or `2021-03-03T06:59:13.030Z`. */
  readonly time: 'w3c' | 'iso';
}
