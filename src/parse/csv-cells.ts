import { CsvError, parse } from 'csv-parse/sync';

export type CsvDelimiter = ',' | ';' | '\t';

/**
 * Cuts one CSV record into its cells; `undefined` where a quoted cell is still open at its end.
 * Most rows of Exchange logs hold no quote, and then a comma is always a cell's end: csv-parse is called for the others only
 * (measured: 18 µs a row against 1.5 µs).
 */
export function splitCsv(text: string, delimiter: CsvDelimiter): string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter);
  try {
    return decode(text, delimiter);
  } catch (error) {
    if (error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED') return undefined;
    return text.split(delimiter);
  }
}

/** The cells of a record whose last quoted cell was torn: read as if it were closed at the end of the text. */
export function splitTornCsv(text: string, delimiter: CsvDelimiter): string[] {
  return splitCsv(`${text}"`, delimiter) ?? text.split(delimiter);
}

function decode(text: string, delimiter: CsvDelimiter): string[] {
  // The text is one record, also where a quoted cell holds line ends: a delimiter that cannot occur keeps csv-parse from cutting it.
  const options = { delimiter, record_delimiter: '\u0000\u0000', relax_quotes: true, relax_column_count: true };
  const [cells = []] = parse(text.replaceAll('\u0000', ' '), options);
  return cells;
}
