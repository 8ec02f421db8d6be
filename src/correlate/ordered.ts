import type { Measure } from './measure.ts';
import type { PresenceTest } from './presence.ts';

/**
 * Rules in the order of the list. Of every selection of them that occurred in that order it is known how late the first of it can have been:
 * it is in the window as long as that is. Events of the same time are in any order, for many logs know seconds only.
 */
export function orderedMeasure(inputs: number, isIn: (count: number) => boolean, test: PresenceTest | undefined): Measure {
  const counts = Array.from({ length: inputs }, () => 0);
  let inWindow = 0;
  /** By the set of rules, a bit for each: the latest time that such a run of events can begin at. */
  const starts = new Map<number, number>();
  const occurred = (input: number): boolean => (counts[input] ?? 0) > 0;
  const holdsFor = (set: number): boolean => test?.((input) => (set & (1 << input)) !== 0, occurred) ?? false;
  return {
    add: (input) => {
      counts[input] = (counts[input] ?? 0) + 1;
      inWindow += 1;
    },
    remove: (input) => {
      counts[input] = (counts[input] ?? 0) - 1;
      inWindow -= 1;
      if (inWindow === 0) starts.clear();
    },
    occur: (occurring, time, oldest) => {
      // In the order of the list.
      for (let bit = 1; bit <= occurring; bit <<= 1) {
        if ((occurring & bit) === 0) continue;
        for (const [set, start] of starts) {
          if (start < oldest) starts.delete(set);
          // All of its rules stand before this one.
          else if (set < bit) starts.set(set | bit, Math.max(start, starts.get(set | bit) ?? start));
        }
        starts.set(bit, time);
      }
    },
    holds: (oldest) => {
      if (test !== undefined && holdsFor(0)) return true;
      let longest = 0;
      for (const [set, start] of starts) {
        if (start < oldest) continue;
        if (test === undefined) longest = Math.max(longest, bitsOf(set));
        else if (holdsFor(set)) return true;
      }
      return test === undefined && isIn(longest);
    },
  };
}

function bitsOf(set: number): number {
  let count = 0;
  for (let left = set; left !== 0; left &= left - 1) count += 1;
  return count;
}
