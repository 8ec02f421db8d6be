import { createAnsiSequenceParser, type Color, type ParseToken } from 'ansi-sequence-parser';

const FONT = 14;
/** A monospaced character is about three fifths as wide as the font is high. */
const CHARACTER = 8.4;
const LINE = 19;
const MARGIN = 16;
const TITLE_BAR = 32;

const BACKGROUND = '#0d1117';
const TEXT = '#d1d7e0';
/** Of a dark terminal. */
const COLOURS: Readonly<Record<string, string>> = {
  black: '#484f58',
  red: '#ff7b72',
  green: '#3fb950',
  yellow: '#d29922',
  blue: '#58a6ff',
  magenta: '#bc8cff',
  cyan: '#39c5cf',
  white: '#ffffff',
};
const RED_BACKGROUND = '#b62324';

/** What a terminal of so many columns shows, as a picture that needs no font and no program. */
export function drawTerminal(title: string, lines: readonly string[], columns: number): string {
  const parser = createAnsiSequenceParser();
  const width = Math.ceil(columns * CHARACTER + 2 * MARGIN);
  const height = TITLE_BAR + 2 * MARGIN + lines.length * LINE;
  const drawn = lines.map((line, row) => drawLine(parser.parse(line), TITLE_BAR + MARGIN + row * LINE));
  const dots = ['#ff5f56', '#ffbd2e', '#27c93f'].map((fill, index) => `<circle cx="${20 + index * 20}" cy="16" r="6" fill="${fill}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<style>text{font:${FONT}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}.b{font-weight:700}.d{opacity:.65}</style>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
${dots.join('')}
<g fill="${TEXT}">
${drawn.filter((line) => line !== '').join('\n')}
</g>
</svg>
`;
}

/** Each word stands where it stands in the terminal, whatever the font. */
function drawLine(tokens: readonly ParseToken[], top: number): string {
  let column = 0;
  const pieces = tokens.map((token) => {
    const from = column;
    column += token.value.length;
    const x = MARGIN + from * CHARACTER;
    const back =
      token.background === null
        ? ''
        : `<rect x="${x.toFixed(1)}" y="${top}" width="${(token.value.length * CHARACTER).toFixed(1)}" height="${LINE}" fill="${colourOf(token.background, RED_BACKGROUND)}"/>`;
    return back + drawWords(token, from, top + FONT);
  });
  return pieces.join('');
}

function drawWords({ value, foreground, decorations }: ParseToken, from: number, y: number): string {
  const styles = [...(decorations.has('bold') ? ['b'] : []), ...(decorations.has('dim') ? ['d'] : [])];
  const marks = [
    ...(styles.length > 0 ? [` class="${styles.join(' ')}"`] : []),
    ...(foreground === null ? [] : [` fill="${colourOf(foreground, TEXT)}"`]),
  ].join('');
  // Two blanks and more part columns.
  return [...value.matchAll(/\S+(?: \S+)*/g)]
    .map(({ 0: words, index }) => {
      const x = MARGIN + (from + index) * CHARACTER;
      const length = words.length * CHARACTER;
      return `<text x="${x.toFixed(1)}" y="${y}" textLength="${length.toFixed(1)}"${marks}>${escapeXml(words)}</text>`;
    })
    .join('');
}

function colourOf(colour: Color, other: string): string {
  if (other === RED_BACKGROUND) return RED_BACKGROUND;
  return colour.type === 'named' ? (COLOURS[colour.name] ?? other) : other;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
