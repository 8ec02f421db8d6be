/**
 * Folds case for comparison. Two letters are left alone because their lower case is or contains an ASCII letter: U+0130 (İ) and the
 * Kelvin sign U+212A. So ASCII text of a rule only ever equals ASCII text of a log, whatever bytes stand around it. The Greek sigma is the
 * same letter at the end of a word as in the middle.
 */
export function fold(text: string): string {
  if (!SPECIAL.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => (UNLIKE_ASCII.test(character) ? character : character.toLowerCase().replace('ς', 'σ'))).join('');
}

const UNLIKE_ASCII = /[\u0130\u212A]/;
const SPECIAL = /[\u0130\u212AΣς]/;
