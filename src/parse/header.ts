import { splitCsv, type CsvDelimiter } from './csv-cells.ts';
import type { LogType } from './log-type.ts';

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
  const columns = value.split(delimiter === ',' ? ',' : /[ \t]+/).map((column) => column.trim());
  return { columns: columns.filter((column) => column !== ''), delimiter };
}

const DELIMITERS = [',', ';', '\t', ' '] as const satisfies readonly Delimiter[];

/**
 * A header row without `#Fields`: the first line of Exchange's CSV-compatible logs, and of what PowerShell or a spreadsheet made of a log,
 * with any subset of its columns. At least two cells and half of them must be column names of the log type.
 */
export function readHeaderRow(text: string, logType: LogType): Header | undefined {
  if (!/^"?[A-Za-z]/.test(text)) return undefined;
  const known = knownColumns(logType);
  for (const delimiter of DELIMITERS) {
    const cells = delimiter === ' ' ? text.trim().split(/ +/) : splitCsv(text, delimiter);
    const count = cells?.filter((cell) => known.has(cell.toLowerCase())).length ?? 0;
    if (cells !== undefined && count >= 2 && count * 2 >= cells.length) return { columns: cells, delimiter };
  }
  return undefined;
}

const KNOWN_COLUMNS = new WeakMap<LogType, ReadonlySet<string>>();

function knownColumns(logType: LogType): ReadonlySet<string> {
  let known = KNOWN_COLUMNS.get(logType);
  if (known === undefined) {
    const columns = [...logType.layouts.flat(), ...logType.tellingColumns];
    known = new Set(columns.flatMap((column) => [column, logType.columnName?.(column) ?? column]).map((column) => column.toLowerCase()));
    KNOWN_COLUMNS.set(logType, known);
  }
  return known;
}
