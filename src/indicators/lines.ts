import { ipv4Number } from '../sigma/address-map.ts';
import { classify } from './classify.ts';
import type { EntryListener, EntryPlace, RawEntry } from './raw-entry.ts';

/** An entry and what is said of it: `203.0.113.5 # first step`, `203.0.113.5;first step`, a hash with the name of its file. */
const WITH_COMMENT = /^("(?:[^"]|"")*"|[^\s,;#]+)(?:\s*[,;#]\s*|\s+)(\S.*)$/;
const SEPARATED = /[\s,;#]/;
const COMMENT = /^\s*(?:#|\/\/(?!\S*\/)|;)/;

/** Reads a list of one entry a line. Empty lines and lines that begin with `#`, `//` or `;` are passed over. */
export function readLines(text: string, { onEntry, onAddress }: EntryListener): void {
  let lineNumber = 0;
  for (const line of linesOf(text)) {
    lineNumber += 1;
    const value = line.trim();
    const number = ipv4Number(value);
    if (number !== undefined) {
      onAddress(value, number, lineNumber);
      continue;
    }
    if (value === '' || COMMENT.test(value)) continue;
    onEntry(entryOf(value, { lineNumber }));
  }
}

/** Lines end with LF, CRLF or a lone CR. */
export function linesOf(text: string): string[] {
  return text.split(text.includes('\r') ? /\r\n|\n|\r/ : '\n');
}

export function isComment(line: string): boolean {
  return COMMENT.test(line);
}

/** A user agent holds blanks and semicolons: what is understood as a whole is a whole. */
function entryOf(value: string, at: EntryPlace): RawEntry {
  const [, first, comment] = (SEPARATED.test(value) && WITH_COMMENT.exec(value)) || [];
  if (first === undefined || comment === undefined || classify(value, undefined).kind !== 'invalid') return { value, at };
  if (classify(first, undefined).kind === 'invalid') return { value, at };
  return { value: first, description: comment.replace(/^["#;,\s]+/, ''), at };
}
