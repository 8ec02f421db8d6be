import type { CsvDelimiter } from './csv-cells.ts';

/** Exchange's widest logs have some 180 columns. */
export const MOST_COLUMNS = 4_096;

export type Delimiter = CsvDelimiter | ' ';

/** The columns that a header names, as it spells them. */
export interface Header {
  readonly columns: readonly string[];
  readonly delimiter: Delimiter;
}

/** A `#Name: value` line; any other line that begins with `#` is an analyst's comment and gives `undefined`. */
export function readDirective(text: string): { readonly name: string; readonly value: string } | undefined {
  const [, name, value] = /^#([A-Za-z-]{1,32}):(.*)$/.exec(text) ?? [];
  return name === undefined || value === undefined ? undefined : { name: name.toLowerCase(), value: value.trim() };
}

/** The value of a `#Fields` line: blanks part W3C's columns, commas Exchange's. */
export function readFields(value: string): Header {
  const delimiter = value.includes(',') ? ',' : ' ';
  const columns = value.split(delimiter === ',' ? ',' : /[ \t]+/, MOST_COLUMNS + 2).map((column) => column.trim());
  return { columns: columns.filter((column) => column !== '').slice(0, MOST_COLUMNS + 1), delimiter };
}
