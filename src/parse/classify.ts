import type { Line } from '../model/line.ts';
import { readDirective, readFields, readHeaderRow } from './header.ts';
import { fittingLayout, splitAsWritten } from './layout.ts';
import { LogParser } from './log-parser.ts';
import type { LogType } from './log-type.ts';
import { LOG_TYPES } from './log-types.ts';

/** A preamble has eight lines at the most; analysts may have put comments above it. */
const HEAD_LINES = 60;

/** What the beginning of a file says it is. */
export type Classification =
  | { readonly kind: 'log'; readonly logType: string; readonly host?: string }
  /** A log by its own words, but of a kind that exhunt does not hunt in. */
  | { readonly kind: 'other-log'; readonly name: string };

/**
 * Tells the log type of a file by its first kilobytes: the preamble, then the columns of a header, then the look of a record; by its path
 * only when none of them says anything.
 *
 * @param head text of the beginning of the file; its last line may be cut
 * @param path `/`-separated
 */
export function classify(head: string, path: string): Classification | undefined {
  const lines = head.split('\n', HEAD_LINES).map((text) => text.replace(/^\uFEFF|\r$/g, ''));
  const named = declared(lines, path);
  if (named !== undefined && !('id' in named)) return { kind: 'other-log', name: named.name };
  const logType = named ?? LOG_TYPES.find(({ path: pattern }) => pattern.test(path));
  if (logType === undefined) return undefined;
  const host = hostOf(logType, lines);
  return { kind: 'log', logType: logType.id, ...(host !== undefined && { host }) };
}

type Declared = LogType | { readonly name: string } | undefined;

function declared(lines: readonly string[], path: string): Declared {
  const directives = lines.map(readDirective);
  const declaredName = directives.find((directive) => directive?.name === 'log-type')?.value;
  if (declaredName !== undefined) return byName(declaredName) ?? { name: declaredName };
  const fields = directives.find((directive) => directive?.name === 'fields')?.value;
  if (fields !== undefined) return byColumns(readFields(fields).columns, lines, path) ?? { name: fields.slice(0, 60) };
  return (
    byHeaderRow(lines, path) ??
    LOG_TYPES.find((logType) => lines.some((line) => fittingLayout(logType, splitAsWritten(line, logType)) !== undefined))
  );
}

function byName(name: string): LogType | undefined {
  return LOG_TYPES.find(({ logTypeLine }) => logTypeLine?.toLowerCase() === name.toLowerCase());
}

function byHeaderRow(lines: readonly string[], path: string): LogType | undefined {
  for (const line of lines) {
    for (const logType of LOG_TYPES) {
      const header = readHeaderRow(line, logType);
      const found = header && byColumns(header.columns, lines, path);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Of several logs with the same columns, the records decide, then the path. */
function byColumns(columns: readonly string[], lines: readonly string[], path: string): LogType | undefined {
  const names = new Set(columns.map((column) => column.toLowerCase()));
  const has = (column: string): boolean => names.has(column.toLowerCase());
  const candidates = LOG_TYPES.filter(({ tellingColumns, foreignColumns = [] }) => tellingColumns.some(has) && !foreignColumns.some(has));
  if (candidates.length < 2) return candidates[0];
  const byRecord = candidates.find((logType) => lines.some((line) => fittingLayout(logType, splitAsWritten(line, logType)) !== undefined));
  return byRecord ?? candidates.find(({ path: pattern }) => pattern.test(path)) ?? candidates[0];
}

/** The server that the first record names. */
function hostOf(logType: LogType, lines: readonly string[]): string | undefined {
  const parser = new LogParser(logType, () => undefined);
  let host: string | undefined;
  for (const [index, text] of lines.entries()) {
    const line: Line = { number: index + 1, offset: 0, text, isComplete: true, isCut: false };
    parser.push(line, (record) => {
      host ??= record.host;
    });
    if (host !== undefined) break;
  }
  return host;
}
