import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Of a report that goes to no terminal: a file is the same whatever machine wrote it. */
export const FILE_WIDTH = 100;

/** A terminal that says less is asked to show so much all the same: below, nothing can be laid out. */
const LEAST_WIDTH = 30;

const ASCII = /^[\x20-\x7E]*$/;

/** Columns that a text takes in a terminal: two for each character of East Asia and each emoji, none for accents that combine and for colours. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** Spaces behind, or before, up to a width. */
export function pad(text: string, width: number, side: 'end' | 'start' = 'end'): string {
  const spaces = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'end' ? text + spaces : spaces + text;
}

/** Cuts a text into lines of a width, between words where it can. */
export function wrapWords(text: string, width: number): string[] {
  return widthOf(text) <= width ? [text] : wrapAnsi(text, width, { hard: true }).split('\n');
}

/** `path/of a file.log:12`: broken into lines it could not be copied. */
const PLACE = /^\S.*:\d+$/;
// oxlint-disable-next-line no-control-regex -- what chalk writes
const COLOURS = /\u001B\[[\d;]+m/g;
// oxlint-disable-next-line no-control-regex -- the same
const LEAD = /^(?:\u001B\[[\d;]+m| )*/;

/**
 * Breaks lines that are wider than a terminal between words, the rest indented a little more. Words that are wider, and places in files, stay whole:
 * the terminal breaks them, and gives them back whole when they are copied.
 */
export function fitToTerminal(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (widthOf(line) <= width ? [line] : fitLine(line, width)))
    .join('\n');
}

function fitLine(line: string, width: number): string[] {
  const [lead = ''] = LEAD.exec(line) ?? [];
  const body = line.slice(lead.length);
  if (PLACE.test(body.replaceAll(COLOURS, ''))) return [line];
  const indent = lead.replaceAll(COLOURS, '');
  const hang = `${indent}  `;
  const lines = wrapAnsi(lead.replaceAll(' ', '') + body, width - hang.length, { hard: false }).split('\n');
  return lines.map((each, index) => (index === 0 ? indent : hang) + each);
}

/** What a report is laid out for. */
export function layoutWidth(columns: number | undefined): number {
  return columns === undefined ? FILE_WIDTH : Math.max(LEAST_WIDTH, columns);
}
