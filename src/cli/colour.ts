/** What FORCE_COLOR says when it wants none. */
const NONE: ReadonlySet<string> = new Set(['0', 'false']);

/**
 * Whether to colour what goes to a stream: the flag decides; else FORCE_COLOR, NO_COLOR (no-color.org), a dumb terminal, and whether it is a terminal
 * at all. FORCE_COLOR goes before NO_COLOR, as it does for Node itself.
 */
export function hasColour(stream: NodeJS.WriteStream, flag: boolean | undefined): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = process.env;
  if (flag !== undefined) return flag;
  if (FORCE_COLOR !== '') return !NONE.has(FORCE_COLOR);
  return NO_COLOR === '' && stream.isTTY && TERM !== 'dumb';
}
