import type { LogSource } from '../model/schema.ts';

/** A field that a log offers under another name than its column's. */
export interface MappedField {
  readonly column: string;
  /** Makes the mapped value of the column's; left out: the same. */
  readonly map?: (value: string) => string;
}

/** One row of the log type table: all that exhunt knows of a kind of log before it sees a header. */
export interface LogType {
  readonly id: string;
  /** For people. */
  readonly title: string;
  readonly logSource: LogSource;
  /** What stands behind `#Log-type:`, where the log writes that line. */
  readonly logTypeLine?: string;
  /** A header with one of these columns belongs to this log ... */
  readonly tellingColumns: readonly string[];
  /** ... unless it has one of these, which tell another log. */
  readonly foreignColumns?: readonly string[];
  /** Where such files lie; asked only when the content does not tell. Tested against a `/`-separated path. */
  readonly path: RegExp;
  readonly dialect: 'w3c' | 'csv';
  /** Known column lists, the likeliest first: for excerpts that lost their header. */
  readonly layouts: readonly (readonly string[])[];
  /** Whether the cells of a line without a header look like a record of that layout. */
  readonly fits: (cells: readonly string[], layout: readonly string[]) => boolean;
  /** The column that names the server. */
  readonly hostColumn: string;
  readonly mappedFields: Readonly<Record<string, MappedField>>;
  /** Spelling of a column name in the taxonomy; left out: as the log writes it. */
  readonly columnName?: (name: string) => string;
  /** The column that packs key and value pairs, and how to unpack it. */
  readonly packed?: {
    readonly column: string;
    readonly decode: (cell: string) => ReadonlyMap<string, string>;
  };
}
