import type { DERIVED_FIELDS, LogSource, Schema } from '../model/schema.ts';

/** Logs of cmdlets answer to what Sigma calls the event log of the same. */
export const MANAGEMENT: LogSource = { product: 'windows', service: 'msexchange-management' };

/** A field that a log offers under another name than its own. */
export interface MappedField {
  /** A column, or a key packed into one. */
  readonly from: string;
  /** Makes the mapped value of the log's; left out: the same. An empty value is absent. */
  readonly map?: (value: string) => string;
  /** Whether what `map` makes is a piece of the log's own text. */
  readonly isPart?: boolean;
}

/** A field that is made of others, by what rules cannot say themselves. */
export interface DerivedField {
  /** Fields of this log; where one is not in the header, neither is this one. */
  readonly from: readonly string[];
  /** Of their values, in that order. */
  readonly make: (values: readonly (string | undefined)[]) => string | undefined;
}

export type DerivedFields = Readonly<Partial<Record<(typeof DERIVED_FIELDS)[number], DerivedField>>>;

/** One row of the log type table: all that exhunt knows of a kind of log before it sees a header. */
export interface LogType {
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** A rule for any of them is a rule for this log. */
  readonly logSources: readonly LogSource[];
  /** What stands behind `#Log-type:`, where the log writes that line. */
  readonly logTypeLine?: string | RegExp;
  /** Any header below such a line is this log's: its columns are not known. */
  readonly takesAnyColumns?: boolean;
  /** A header with one of these columns belongs to this log ... */
  readonly tellingColumns: readonly string[];
  /** ... unless it has one of these, which tell another log. */
  readonly foreignColumns?: readonly string[];
  /** Where such files lie; decides between logs with the same columns. Tested against a `/`-separated path. */
  readonly path: RegExp;
  /** What such files are called; asked only when the content tells nothing. */
  readonly fileName: RegExp;
  readonly dialect: 'w3c' | 'csv';
  /** The cells of a line of a log that never has a header; few or none where it is no such line. */
  readonly cut?: (text: string) => string[];
  /** Known column lists, the likeliest first: for excerpts that lost their header. */
  readonly layouts: readonly (readonly string[])[];
  /** The shape of the values of those columns that have one: what a record without a header is told by. */
  readonly shapes: ReadonlyMap<string, (value: string) => boolean>;
  /** A column whose values, by their shape, tell this log from one with the same columns. */
  readonly twinColumn?: string;
  /** A line without a header goes at least as far as this column, or it is not taken for a record. */
  readonly leastColumn: string;
  /** The column that names the server. */
  readonly hostColumn: string;
  /** Its records tell what is there, not what happened. */
  readonly stands?: true;
  /** Of a log whose records bring their fields along; left out: headers tell. */
  readonly schema?: Schema;
  readonly mappedFields: Readonly<Record<string, MappedField>>;
  readonly derivedFields?: DerivedFields;
  /** Other names of fields, in small letters: all that is true of a field is true of them. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Spelling of a column name in the taxonomy; left out: as the log writes it. */
  readonly columnName?: (name: string) => string;
  /** The column that packs key and value pairs, and how to unpack it. */
  readonly packed?: {
    readonly column: string;
    /** The keys known to occur, in any case; a rule may name others as the log spells them. */
    readonly keys: readonly string[];
    readonly decode: (cell: string) => ReadonlyMap<string, string>;
  };
}

/** Whether the cells of a line without a header look like a record of a layout. Values behind its last column are custom fields. */
export function fits({ shapes, leastColumn }: LogType, cells: readonly string[], layout: readonly string[]): boolean {
  return (
    cells.length > layout.indexOf(leastColumn) &&
    layout.every((column, index) => cells[index] === undefined || shapes.get(column)?.(cells[index]) !== false)
  );
}
