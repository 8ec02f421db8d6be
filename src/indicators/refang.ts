const DEFANGED = /[[({]|^[a-z]xxp|^h\*\*p/i;
const DOT = /\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}/gi;
const COLON = /\[:\]|\(:\)/g;
const SLASHES = /\[:\/\/\]/g;
const AT = /\[@\]|\(@\)|\[at\]|\(at\)/gi;

/** Undoes what reports do to addresses, so that nobody clicks on them: `hxxp://203[.]0[.]113[.]5`. */
export function refang(text: string): string {
  if (!DEFANGED.test(text)) return text;
  return text
    .replaceAll(SLASHES, '://')
    .replaceAll(DOT, '.')
    .replaceAll(COLON, ':')
    .replaceAll(AT, '@')
    .replace(/^h(?:xx|\*\*)p/i, 'http')
    .replace(/^fxp(?=s?:)/i, 'ftp');
}
