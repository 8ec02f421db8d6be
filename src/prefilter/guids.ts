import { percentDecode } from '../match/percent.ts';

/** Stands for a character of a GUID, as in kernel/guids.ts: no plain line holds it. */
export const MASK = '\u0001';

const GUIDS = /[0-9a-f-]{8}(?:-[0-9a-f-]{4}){3}-[0-9a-f-]{12}/gi;
/** An escape that a GUID may be a part of. */
const OPEN_ESCAPE = new RegExp(`%[^${MASK}]{0,4}${MASK}`);
const BEYOND_ASCII = /[^\0-\u007f]/;
const NO_HEX = /[^0-9a-f-]/;

export function maskGuids(text: string): string {
  return text.replaceAll(GUIDS, (guid) => MASK.repeat(guid.length));
}

/** A masked value in small letters, as it stands there and decoded once and twice; `undefined` where a literal may come of it in another way. */
export function readingsOf(masked: string): readonly string[] | undefined {
  const readings = [masked.toLowerCase()];
  let text = masked;
  for (let times = 0; times < 2 && text.includes('%'); times += 1) {
    if (OPEN_ESCAPE.test(text)) return undefined;
    text = percentDecode(text);
    if (BEYOND_ASCII.test(text)) return undefined;
    readings.push(text.toLowerCase());
  }
  return readings;
}

/** Whether a literal may stand in one of the readings of a masked value, whatever the GUIDs are. */
export function mayHold(readings: readonly string[], literal: string): boolean {
  return readings.some((text) => text.includes(literal) || (text.includes(MASK) && mayReachInto(text, literal)));
}

/** Whether a literal may stand where a part of it, or all, is of a GUID. */
function mayReachInto(text: string, literal: string): boolean {
  // What is no hexadecimal digit stands beside the GUIDs.
  if (!NO_HEX.test(literal)) return true;
  for (let start = text.indexOf(MASK) - literal.length + 1; start < text.length; start += 1) {
    let index = 0;
    while (index < literal.length && isSame(text[start + index], literal[index])) index += 1;
    if (index === literal.length) return true;
  }
  return false;
}

function isSame(character: string | undefined, wanted: string | undefined): boolean {
  return character === wanted || (character === MASK && wanted !== undefined && !NO_HEX.test(wanted));
}
