import { ipv4Number } from '../sigma/address-map.ts';
import { classify } from './classify.ts';
import type { EntryListener } from './raw-entry.ts';

/** An entry and what is said of it: `203.0.113.5 # first step`, `203.0.113.5;first step`, a hash with the name of its file. */
const WITH_COMMENT = /^("(?:[^"]|"")*"|[^\s,;#]+)(?:\s*[,;#]\s*|\s+)(\S.*)$/;
const COMMENT = /^\s*(?:#|\/\/(?!\S*\/)|;)/;

/** Reads a list of one entry a line. Empty lines and lines that begin with `#`, `//` or `;` are passed over. */
export function readLines(text: string, { onEntry }: Pick<EntryListener, 'onEntry'>): void {
  let lineNumber = 0;
  for (const line of linesOf(text)) {
    lineNumber += 1;
    const value = line.trim();
    if (ipv4Number(value) !== undefined) {
      onEntry({ value, at: { lineNumber } });
      continue;
    }
    if (value === '' || COMMENT.test(value)) continue;
    onEntry({ ...partsOf(value), at: { lineNumber } });
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
function partsOf(value: string): { readonly value: string; readonly description?: string } {
  const [, first, comment] = WITH_COMMENT.exec(value) ?? [];
  if (first === undefined || comment === undefined || classify(value, undefined).kind !== 'invalid') return { value };
  return classify(first, undefined).kind === 'invalid' ? { value } : { value: first, description: comment.replace(/^["#;,\s]+/, '') };
}
