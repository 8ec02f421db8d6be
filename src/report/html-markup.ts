import { escapeForTerminal } from './escape.ts';

/** Text that is HTML already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a piece of HTML. Of `undefined` and `false` nothing is seen. */
export type Piece = Markup | string | number | undefined | false | readonly Piece[];

/** HTML whose values are escaped, wherever they came from; pieces of HTML go in as they are. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return new Markup(strings.reduce((text, each, index) => text + render(values[index - 1]) + each));
}

function render(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'string') return escapeHtml(shortened(piece));
  return typeof piece === 'number' ? String(piece) : piece.map(render).join('');
}

/** A longer text, which no server wrote, is cut and says so: a page of many would not open. */
const MOST_CHARACTERS = 4_000;

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}… (and ${text.length - MOST_CHARACTERS} more characters)` : text;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

/** Safe between tags and in quoted attributes; what turns the direction of text or is invisible is shown as `\u202e`. */
export function escapeHtml(text: string): string {
  return escapeForTerminal(text).replaceAll(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}
