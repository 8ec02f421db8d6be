import { escapeForTerminal } from './escape.ts';

/** A case note is read, not searched: what is longer is cut, and stands whole in JSON Lines. */
const CHARACTERS = 500;

/** What no reader of Markdown, GitHub's included, makes anything of: words, without a dot inside, an address, a hash or a number of an issue in them. */
const PLAIN = /^(?!\d+\.|.*(?::\w+:|\/\/|GH-|[0-9a-f]{7}))[\p{L}\p{N}](?:[\p{L}\p{N} ,;:()'/-]|\.(?= |$))*$/iu;

/**
 * Any text as a code span: nothing in it is a link, an image, HTML, a mention or the end of a cell. What would end the span or the cell stands as
 * `\x60` and `\x7c`, as control characters do.
 */
export function code(content: string): string {
  const shown = content.length > CHARACTERS ? `${content.slice(0, CHARACTERS).replace(/[\uD800-\uDBFF]$/, '')}…` : content;
  const safe = escapeForTerminal(shown)
    .replaceAll('`', String.raw`\x60`)
    .replaceAll('|', String.raw`\x7c`);
  return safe.trim() === '' ? '(empty)' : `\`${safe}\``;
}

/** Words as words, and all else as a code span. */
export function text(words: string): string {
  return words.length <= CHARACTERS && PLAIN.test(words) && words === words.trim() ? words : code(words);
}

/** The first few, and how many more. */
export function codes(values: readonly string[], most = 5): string {
  const more = values.length > most ? ` and ${count(values.length - most)} more` : '';
  return values.length === 0 ? '-' : `${values.slice(0, most).map(text).join(', ')}${more}`;
}

/** To the minute where it is a time of exhunt's; as any other text where it is not. */
export function minute(time: string | undefined): string {
  if (time === undefined) return '-';
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(time) ? time.slice(0, 16).replace('T', ' ') : code(time);
}

export function second(time: string | undefined): string {
  if (time === undefined) return '-';
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(time) ? time.slice(0, 19).replace('T', ' ') : code(time);
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return rows.length === 0 ? [] : [line(header), line(header.map(() => '---')), ...rows.map(line)];
}

export function count(number: number): string {
  return number.toLocaleString('en-US');
}

export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}
