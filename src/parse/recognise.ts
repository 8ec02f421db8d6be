import { BoundedCache } from './bounded-cache.ts';
import { splitCsv } from './csv-cells.ts';
import { MOST_COLUMNS, readFields, type Delimiter, type Header } from './header.ts';
import { fittingLayout, splitAsWritten } from './layout.ts';
import type { LogType } from './log-type.ts';
import { LOG_TYPES } from './log-types.ts';

/** The log type that a `#Log-type` line names. */
export function logTypeNamed(name: string): LogType | undefined {
  return LOG_TYPES.find(({ logTypeLine }) =>
    logTypeLine instanceof RegExp ? logTypeLine.test(name) : logTypeLine?.toLowerCase() === name.toLowerCase(),
  );
}

/** The log types that columns belong to; more than one where two logs have the same columns. */
export function logTypesOfColumns(columns: readonly string[]): LogType[] {
  return LOG_TYPES.filter(({ tellingColumns, foreignColumns = [], columnName = sameName }) => {
    const names = new Set(columns.flatMap((column) => [column.toLowerCase(), columnName(column).toLowerCase()]));
    const has = (column: string): boolean => names.has(column.toLowerCase());
    return tellingColumns.some(has) && !foreignColumns.some(has);
  });
}

/** With a time, with an empty one, or with an address, as logs without a header do. */
export function beginsLikeRecord(text: string): boolean {
  return /^"?\d{4}-|^,|^[\d.a-f:]{3,45}(?:%\w{1,16})?, |^\S{1,255} \S{1,255} .{1,512}? \[\d\d\/[A-Z]/i.test(text);
}

/** The log type that a line without any header is a record of. */
export function logTypeOfRecord(text: string): LogType | undefined {
  if (!beginsLikeRecord(text)) return undefined;
  return LOG_TYPES.find((logType) => fittingLayout(logType, splitAsWritten(text, logType)) !== undefined);
}

/** A header row and the log types that it could be of. */
export interface HeaderRow extends Header {
  readonly logTypes: readonly LogType[];
}

const DELIMITERS = [',', ';', '\t', ' '] as const satisfies readonly Delimiter[];

/**
 * A header row without `#Fields`: the first line of Exchange's CSV-compatible logs, and of what PowerShell or a spreadsheet made of a log,
 * with any subset of its columns. Half of its cells and at least two must be column names of one log type; a telling one may stand alone.
 */
export function readHeaderRow(text: string): HeaderRow | undefined {
  return /^"?[A-Za-z_]/.test(text) ? (headerRows.get(text, () => findHeaderRow(text) ?? null) ?? undefined) : undefined;
}

const headerRows = new BoundedCache<HeaderRow | null>();

function findHeaderRow(text: string): HeaderRow | undefined {
  for (const delimiter of DELIMITERS) {
    const cells = delimiter === ' ' ? text.trim().split(/ +/) : splitCsv(text, delimiter);
    if (cells === undefined || cells.length > MOST_COLUMNS) continue;
    const logTypes = LOG_TYPES.filter((logType) => isHeaderOf(logType, cells));
    if (logTypes.length > 0) return { columns: cells, delimiter, logTypes };
  }
  return undefined;
}

function isHeaderOf(logType: LogType, cells: readonly string[]): boolean {
  const [only] = cells;
  if (cells.length === 1) return only !== undefined && logType.tellingColumns.includes(only);
  return sharesColumns(logType, cells);
}

/** The header row of a log whose columns are not known. */
export function readAnyHeaderRow(text: string): HeaderRow | undefined {
  const columns = text.split(',', MOST_COLUMNS + 1);
  return columns.length <= MOST_COLUMNS && isAnyHeader(columns) && /^[\w.(), -]+$/.test(text)
    ? { columns, delimiter: ',', logTypes: [] }
    : undefined;
}

/** Whether columns may be those of any log of Exchange: they begin with that of the time. */
export function isAnyHeader(columns: readonly string[]): boolean {
  return columns.length > 1 && /^(?:DateTime|TimeStamp|date-time)$/i.test(columns[0] ?? '');
}

/** Whether at least two columns and half of them are known of a log type, and none tells another. */
export function sharesColumns(logType: LogType, columns: readonly string[]): boolean {
  if (logType.cut !== undefined) return false;
  const known = knownColumns(logType);
  const { columnName = sameName } = logType;
  const count = columns.filter((column) => known.has(columnName(column).toLowerCase())).length;
  const foreign = new Set(logType.foreignColumns?.map((column) => column.toLowerCase()));
  const isForeign = columns.some((column) => foreign.has(column.toLowerCase()));
  return count >= 2 && count * 2 >= columns.length && !isForeign;
}

/**
 * Whether a header is of a log rather than of another one behind it in the file. Of a log whose columns are not known the first header below
 * its name is its own, and later ones like it are.
 *
 * @param before the columns in force
 */
export function isOwnHeader(logType: LogType, { logTypes, columns }: HeaderRow, before: readonly string[] | undefined): boolean {
  if (logType.takesAnyColumns !== true) return logTypes.includes(logType);
  const isTold = logTypes.length > 0;
  if (before === undefined) return !isTold || isAnyHeader(columns);
  const known = columns.filter((column) => before.includes(column)).length;
  return isTold ? before.join() === columns.join() : known * 2 >= columns.length;
}

/** The header of a `#Fields` line, with the log types that it tells. */
export function readFieldsLine(value: string): HeaderRow {
  return fieldsLines.get(value, () => {
    const header = readFields(value);
    return { ...header, logTypes: logTypesOfColumns(header.columns) };
  });
}

const fieldsLines = new BoundedCache<HeaderRow>();

/**
 * What grep and findstr put in front of a line when they search several files: the file's name, perhaps a line number. A name holds no other
 * colon than that of a drive, so nothing further inside of a record can be taken for the end of one.
 */
const SEARCH_PREFIX =
  /^(?!\d{4}-)(?:[A-Za-z]:)?[^:,"<>|?*]{1,400}:(?:\d{1,9}:)?\uFEFF?(?=#[A-Z][A-Za-z-]+:|(?:DateTime|TimeStamp),|\d{4}-\d\d-\d\d[T ]\d\d:\d\d)/;

export function withoutSearchPrefix(text: string): string {
  return text.replace(SEARCH_PREFIX, '');
}

const KNOWN_COLUMNS = new WeakMap<LogType, ReadonlySet<string>>();

function knownColumns(logType: LogType): ReadonlySet<string> {
  let known = KNOWN_COLUMNS.get(logType);
  if (known === undefined) {
    const { columnName = sameName } = logType;
    const columns = [...logType.layouts.flat(), ...logType.tellingColumns];
    known = new Set(columns.map((column) => columnName(column).toLowerCase()));
    KNOWN_COLUMNS.set(logType, known);
  }
  return known;
}

function sameName(column: string): string {
  return column;
}
