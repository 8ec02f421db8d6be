/**
 * Control characters, characters that turn the direction of text or are invisible, and lone surrogates: a log can hold them, and a terminal
 * would obey them.
 */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061C\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/** Makes every such character visible, as `\x1b` or `\u202e`. Line ends and tabs are among them. */
export function escapeForTerminal(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xffff) return `\\u{${code.toString(16)}}`;
    return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/** The same for JSON text, in JSON's own escapes: such characters stand in its strings only. */
export function escapeInJson(json: string): string {
  return json.replaceAll(UNSAFE, (character) =>
    Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** What a spreadsheet takes for the beginning of a formula (OWASP CSV Injection), full-width forms included, and our own mark. */
const FORMULA_START = /^[=+\-@\t\r\n'\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * One CSV cell (RFC 4180). A cell that a spreadsheet would run as a formula, and one that begins with `'`, gets a `'` in front: take one
 * leading `'` away to have the text back. A lone `-` is no formula, and stands in every second column of IIS. NUL is shown as U+2400, for no
 * spreadsheet holds it.
 */
export function escapeCsvCell(text: string): string {
  const clean = text.replaceAll('\u0000', '\u2400');
  return FORMULA_START.test(clean) && clean !== '-' ? quoted(`'${clean}`) : quoteCsvCell(clean);
}

/** One CSV cell (RFC 4180) as it is, for machines. */
export function quoteCsvCell(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? quoted(text) : text;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
