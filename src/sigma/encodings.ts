import type { PatternPart } from '../model/rule.ts';
import { DASHES } from './pattern.ts';

/** UTF-16 text as bytes, one character each. */
export function toUtf16(text: string, isLittleEndian: boolean): string {
  return Array.from({ length: text.length }, (_, index) => {
    const unit = text.charCodeAt(index);
    const [low, high] = [String.fromCharCode(unit & 0xff), String.fromCharCode(unit >> 8)];
    return isLittleEndian ? low + high : high + low;
  }).join('');
}

/** The bytes of a rule's text, one character each: UTF-8, unless an encoding was chosen before. */
export function toByteText(text: string, isEncoded: boolean): string {
  return isEncoded ? text : Buffer.from(text, 'utf8').toString('latin1');
}

export function toBase64(byteText: string): string {
  return btoa(byteText);
}

/**
 * The parts of a text's Base64 form that do not depend on what stands around it, for its three possible shifts: characters that share bits
 * with a neighbouring byte are left out.
 */
export function toShiftedBase64(byteText: string): string[] {
  const firstKept = [0, 2, 3];
  const lastDropped = [0, 3, 2];
  return [0, 1, 2].map((shift) => {
    const encoded = btoa(' '.repeat(shift) + byteText);
    return encoded.slice(firstKept[shift], encoded.length - (lastDropped[(byteText.length + shift) % 3] ?? 0));
  });
}

/** Every dash that begins a flag stands for every character that Windows takes for one. */
export function loosenDashes(parts: readonly PatternPart[]): PatternPart[] {
  return parts.flatMap((part): PatternPart[] => {
    if (part.kind !== 'text') return [part];
    // A dash before a word and not behind one: `-param-name` has one.
    const pieces = part.text.split(/((?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_]))/u);
    // `split` puts what it split at on the odd places.
    return pieces.flatMap((piece, index): PatternPart[] => {
      if (index % 2 === 1) return [{ kind: 'dash' }];
      return piece === '' ? [] : [{ kind: 'text', text: piece }];
    });
  });
}

/** Every spelling of a pattern whose dashes are loose; `undefined` where there are more than `limit`. */
export function spellDashes(parts: readonly PatternPart[], limit: number): PatternPart[][] | undefined {
  const dashes = parts.filter((part) => part.kind === 'dash').length;
  if (DASHES.length ** dashes > limit) return undefined;
  return parts.reduce<PatternPart[][]>(
    (spellings, part) => {
      const choices: PatternPart[] = part.kind === 'dash' ? DASHES.map((text) => ({ kind: 'text', text })) : [part];
      return spellings.flatMap((spelling) => choices.map((choice) => [...spelling, choice]));
    },
    [[]],
  );
}
