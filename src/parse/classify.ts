import type { Classification } from '../model/log-file.ts';
import type { Line } from '../model/line.ts';
import { classifyEvents } from './classify-events.ts';
import { readDirective, readFields } from './header.ts';
import { fittingLayout, splitAsWritten } from './layout.ts';
import { LogParser } from './log-parser.ts';
import type { LogType } from './log-type.ts';
import { LOG_TYPES } from './log-types.ts';
import {
  beginsLikeRecord,
  logTypeNamed,
  logTypeOfRecord,
  readFieldsLine,
  readHeaderRow,
  sharesColumns,
  withoutSearchPrefix,
} from './recognise.ts';

/** A preamble has eight lines at the most; analysts may have put comments above it. */
const HEAD_LINES = 60;

/**
 * Tells the log type of a file by its first kilobytes: the name in its preamble, then the columns of a header, then the look of a record;
 * by the file's name only when none of them says anything.
 *
 * @param head text of the beginning of the file; its last line may be cut
 * @param path `/`-separated
 * @param bytes of the same; left out: it is text
 */
export function classify(head: string, path: string, bytes: Uint8Array = NO_BYTES): Classification | undefined {
  return classifyEvents(bytes, head) ?? classifyText(head, path);
}

const NO_BYTES = new Uint8Array();

function classifyText(head: string, path: string): Classification | undefined {
  const lines = head.split(/[\r\n]+/, HEAD_LINES).map((text) => withoutSearchPrefix(text.replace(/^\uFEFF/, '').trimEnd()));
  const directives = lines.map(readDirective);
  const valueOf = (name: string): string | undefined => directives.find((directive) => directive?.name === name)?.value;
  const name = valueOf('log-type');
  const fields = valueOf('fields');
  const named = name === undefined ? undefined : logTypeNamed(name);
  const isBelowRecords = lines
    .slice(
      0,
      directives.findIndex((directive) => directive?.name === 'log-type'),
    )
    .some(beginsLikeRecord);
  const logType =
    (isBelowRecords ? undefined : named) ??
    (fields === undefined ? undefined : decide(readFieldsLine(fields).logTypes, lines, path)) ??
    byHeaderRow(lines, path) ??
    named ??
    first(lines, logTypeOfRecord) ??
    (name === undefined ? byPath(path, fields) : undefined);
  if (logType === undefined)
    return name === undefined && fields === undefined ? undefined : { kind: 'other-log', name: name ?? (fields ?? '').slice(0, 60) };
  const host = hostOf(logType, lines);
  return { kind: 'log', logType: logType.id, ...(host !== undefined && { host }) };
}

/** A file that names columns has to have some of the log that is called so. */
function byPath(path: string, fields: string | undefined): LogType | undefined {
  const columns = fields === undefined ? undefined : readFields(fields).columns;
  const name = path.split('/').at(-1) ?? '';
  return LOG_TYPES.find((logType) => logType.fileName.test(name) && (columns === undefined || sharesColumns(logType, columns)));
}

function byHeaderRow(lines: readonly string[], path: string): LogType | undefined {
  const header = first(lines, (line) => readHeaderRow(line));
  return header && decide(header.logTypes, lines, path);
}

/** Of several logs with the same columns, the records decide, then the path. */
function decide(candidates: readonly LogType[], lines: readonly string[], path: string): LogType | undefined {
  if (candidates.length < 2) return candidates[0];
  const byRecord = candidates.find((logType) => lines.some((line) => fittingLayout(logType, splitAsWritten(line, logType)) !== undefined));
  return byRecord ?? candidates.find(({ path: pattern }) => pattern.test(path)) ?? candidates[0];
}

function first<Found>(lines: readonly string[], find: (line: string) => Found | undefined): Found | undefined {
  for (const line of lines) {
    const found = find(line);
    if (found !== undefined) return found;
  }
  return undefined;
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
