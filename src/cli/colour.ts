/**
 * Whether to colour what goes to a stream: the flag decides; else NO_COLOR and FORCE_COLOR (no-color.org), a dumb terminal, and whether it
 * is a terminal at all.
 */
export function hasColour(stream: NodeJS.WriteStream, flag: boolean | undefined): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (flag !== undefined) return flag;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  return stream.isTTY && TERM !== 'dumb';
}
