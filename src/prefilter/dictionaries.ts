import { maskGuids } from './guids.ts';
import { bitsOf, columnsIn, coveredBy, isAskedOf, regionsOf, type RuleSet } from './rule-sets.ts';
import type { Sample } from './sample.ts';
import { hasStart } from './starts.ts';
import type { ValueAnswer, ValueAnswers } from './value-answers.ts';

/** A column whose values are remembered with what they tell. */
export interface Dictionary {
  readonly column: number;
  /** Values are remembered with their GUIDs masked. */
  readonly isMasked: boolean;
  /** The sets of rules that values are looked up for, a bit for each. */
  readonly rules: bigint;
}

export interface Dictionaries {
  /** Looked up before anything is searched. */
  readonly early: readonly Dictionary[];
  /** Looked up in lines for which rules are left then. */
  readonly late: readonly Dictionary[];
}

/** Values of so many columns are looked up where rules are left: each takes a hundredth of what asking the rules takes. */
const MOST_LATE = 6;

/** Regions of more columns are searched, or nothing would be left to search. */
const WIDEST = 3;

// What it takes to look a value up, to see what cells begin with, and to search a region for literals: measured, one against another.
const LOOK_UP = 4;
const MASKING = 2;
const START = 1;
const SEARCH = 8;
/** Its rules are asked one by one, where the values that are looked up late do not help. */
const CANDIDATE = 50;

interface Asked {
  readonly sets: readonly RuleSet[];
  readonly sample: Sample;
  readonly answers: ValueAnswers;
}

/** A dictionary as far as the choice is concerned. */
interface Candidate extends Dictionary {
  /** By the lines of the sample; left out: the value is likely to be met for the first time. */
  readonly told: readonly (ValueAnswer | undefined)[];
  readonly places: bigint;
}

/**
 * The cheapest for the lines of a sample: of these columns, and of those that literals are searched for in, which have their values remembered, and
 * for which rules they are looked up: a search may be had for less than one more value. Any choice is sound.
 *
 * @param columns the most telling first
 * @param others that rules ask for
 */
export function chooseDictionaries(columns: readonly number[], others: readonly number[], asked: Asked): Dictionaries {
  const { sets } = asked;
  const searched = regionsOf(sets).flatMap(([region]) => (region[1] - region[0] < WIDEST ? columnsIn(region) : []));
  let chosen = [...new Set([...columns, ...searched])].map((column) => candidateOf(column, asked));
  const costOf = costOver(asked);
  let least = costOf(chosen);
  const takeIfCheaper = (candidates: Candidate[]): void => {
    const cost = costOf(candidates);
    if (cost >= least) return;
    least = cost;
    chosen = candidates;
  };
  for (const each of chosen.toReversed()) takeIfCheaper(chosen.filter((other) => other !== each));
  const rare = bitsOf(sets, ({ isRare }) => isRare);
  for (const each of chosen) takeIfCheaper(chosen.map((other) => (other === each ? { ...each, rules: each.rules & ~rare } : other)));
  const early = chosen.filter(({ rules }) => rules !== 0n);
  const late = [...new Set([...columns, ...others])]
    .filter((column) => early.every((each) => each.column !== column))
    .map((column) => candidateOf(column, asked));
  return { early, late: late.filter(({ rules }) => rules !== 0n).slice(0, MOST_LATE) };
}

function candidateOf(column: number, { sets, sample: { cells }, answers }: Asked): Candidate {
  const plain = cells.map((line) => line[column] ?? '');
  const masked = plain.map(maskGuids);
  const isMasked = new Set(masked).size < new Set(plain).size;
  const values = isMasked ? masked : plain;
  const known = new Map<string, ValueAnswer | undefined>();
  // A value that is met only once here is likely to be new wherever it is met.
  for (const value of values) known.set(value, known.has(value) ? (known.get(value) ?? answers.of(column, value)) : undefined);
  const told = values.map((value) => known.get(value));
  const places = bitsOf(sets, (set) => isAskedOf(set, column));
  let rules = 0n;
  for (const answer of told) if (answer !== undefined) rules |= ~answer.left | (places & ~answer.having);
  return { column, isMasked, rules: rules & ((1n << BigInt(sets.length)) - 1n), told, places };
}

/** What the lines of a sample take, as kernel.ts goes about it. */
function costOver({ sets, sample: { cells } }: Asked): (dictionaries: readonly Candidate[]) => number {
  const all = (1n << BigInt(sets.length)) - 1n;
  const starting = bitsOf(sets, ({ start }) => start !== undefined);
  const started = cells.map((line) => bitsOf(sets, ({ start }) => start === undefined || hasStart(line, start)));
  const wanting = regionsOf(sets).map(([, rules]) => rules);
  const standing = cells.map((line) => {
    const text = line.join('\n').toLowerCase();
    return bitsOf(sets, ({ literals }) => literals?.some((literal) => text.includes(literal)) !== false);
  });
  return (dictionaries) => {
    const covered = coveredBy(
      dictionaries.map(({ column }) => column),
      sets,
    );
    let units = 0;
    for (const [line, start] of started.entries()) {
      let left = all;
      let having = 0n;
      let isStarted = false;
      const askStarts = (): void => {
        if (isStarted) return;
        isStarted = true;
        if ((left & starting) !== 0n) units += START;
        left &= start;
      };
      for (const { isMasked, rules, told, places } of dictionaries) {
        if ((left & rules) === 0n) {
          having |= places;
          continue;
        }
        units += LOOK_UP + (isMasked ? MASKING : 0);
        const answer = told[line];
        left &= answer?.left ?? left;
        having |= places & (answer?.having ?? places);
        askStarts();
      }
      askStarts();
      left &= having | ~covered;
      for (const rules of wanting) if ((left & rules) !== 0n) units += SEARCH;
      left &= standing[line] ?? all;
      if (left !== 0n) units += CANDIDATE;
    }
    return units;
  };
}
