import type { BoundRule } from '../match/bind.ts';
import type { Clause } from '../sigma/regex-literals.ts';
import type { Start } from './starts.ts';

/** Indexes of the first and the last of columns that stand next to each other. */
export type Region = readonly [first: number, last: number];

/** Rules that are told together: one, but for large rule sets. */
export interface RuleSet {
  readonly rules: readonly BoundRule[];
  /** At least one stands in a line that one of the rules matches; left out: nobody can say. */
  readonly literals: Clause | undefined;
  /** Where the literals may stand. */
  readonly regions: readonly Region[];
  /** Known values leave few lines for the rules: their literals are searched for apart, in these alone. */
  readonly isSeldom: boolean;
  /** None of the literals stands in the sample: looking for them takes less time than looking up one more value. */
  readonly isRare: boolean;
  /** At least one cell begins so in a line that the rule matches. */
  readonly start: Start | undefined;
}

/** A bit for each set of which something is true. */
export function bitsOf(sets: readonly RuleSet[], holds: (set: RuleSet) => boolean): bigint {
  let bits = 0n;
  for (const [index, set] of sets.entries()) if (holds(set)) bits |= 1n << BigInt(index);
  return bits;
}

/** Of more literals values are not asked: searching takes less time. */
const MOST_LITERALS = 40;

/** Whether it is known of values of a column which of the literals of a set may stand there. */
export function isAskedOf({ literals, regions }: RuleSet, column: number): boolean {
  return literals !== undefined && literals.length <= MOST_LITERALS && regions.some(([first, last]) => first <= column && column <= last);
}

/** The sets of which values of these columns tell all. */
export function coveredBy(columns: readonly number[], sets: readonly RuleSet[]): bigint {
  return bitsOf(
    sets,
    (set) =>
      set.literals !== undefined && set.regions.flatMap(columnsIn).every((column) => columns.includes(column) && isAskedOf(set, column)),
  );
}

/** The regions that the sets' literals may stand in, and the sets; those that are seldom in question apart, or what they look for would be looked for in every line. */
export function regionsOf(sets: readonly RuleSet[]): readonly (readonly [region: Region, rules: bigint])[] {
  const wanted = new Map<string, readonly [Region, bigint]>();
  for (const [index, { literals, regions, isSeldom }] of sets.entries()) {
    if (literals === undefined) continue;
    for (const region of regions) {
      const key = `${region.join()} ${isSeldom}`;
      const [, rules = 0n] = wanted.get(key) ?? [];
      wanted.set(key, [region, rules | (1n << BigInt(index))]);
    }
  }
  return [...wanted.values()];
}

/** Columns next to each other make one region. */
export function rangesOf(columns: readonly number[]): Region[] {
  const regions: [number, number][] = [];
  for (const column of [...new Set(columns)].toSorted((a, b) => a - b)) {
    const last = regions.at(-1);
    if (last !== undefined && column === last[1] + 1) last[1] = column;
    else regions.push([column, column]);
  }
  return regions;
}

export function columnsIn([first, last]: Region): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
