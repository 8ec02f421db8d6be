import { closestMatch } from 'leven';

/** Of this length, a word may have another letter or two in the wrong place. */
const SHORT = 4;
const LONG = 9;

/** `; did you mean high?`, or nothing where nothing is near. Case does not count. */
export function suggest(given: string, candidates: readonly string[]): string {
  const word = nearest(given, candidates);
  return word === undefined ? '' : `; did you mean ${word}?`;
}

/** What was probably meant: the word that begins so, has the same letters, or the one with the fewest letters changed. */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
  const folded = given.toLowerCase();
  if (folded.length < 2) return undefined;
  const begun = candidates.find((each) => each.toLowerCase().startsWith(folded));
  if (begun !== undefined) return begun;
  // Letters in another order are the most usual slip, and of short words too many changes.
  const turned = candidates.find((each) => lettersOf(each) === lettersOf(given));
  if (turned !== undefined) return turned;
  const byFolded = new Map(candidates.map((each) => [each.toLowerCase(), each]));
  const maxDistance = folded.length < SHORT ? 1 : folded.length < LONG ? 2 : 3;
  return byFolded.get(closestMatch(folded, [...byFolded.keys()], { maxDistance }) ?? '');
}

function lettersOf(word: string): string {
  return word.toLowerCase().split('').toSorted().join('');
}
