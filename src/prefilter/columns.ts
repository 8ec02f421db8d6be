import type { BoundRule } from '../match/bind.ts';
import type { KnownColumns } from './known-columns.ts';
import type { Plan } from './plan.ts';
import type { Sample } from './sample.ts';

/** Values of so many columns are remembered. */
const COLUMNS = 6;
/** A column is worth it when it leaves fewer of the rules than this, of those that the columns before it left. */
const WORTH_IT = 0.98;

interface Choice extends Pick<Plan, 'addresses'> {
  readonly sample: Sample;
  readonly known: KnownColumns;
}

export interface ChosenColumns {
  readonly columns: readonly number[];
  /** The lines of the sample that a rule is left for when the values are known, by their numbers. */
  readonly linesLeft: (rule: BoundRule) => readonly number[];
}

/** Those that leave the fewest rules for the lines of the sample, one after the other. */
export function chooseColumns(rules: readonly BoundRule[], { sample: { cells }, known, addresses }: Choice): ChosenColumns {
  const places = new Map(rules.map((rule, place) => [rule, place] as const));
  const all = new Uint32Array(Math.ceil(rules.length / 32));
  for (const place of places.values()) setBit(all, place);
  const without = (ruledOut: readonly BoundRule[]): Uint32Array => {
    const bits = all.slice();
    for (const rule of ruledOut) clearBit(bits, places.get(rule) ?? 0);
    return bits;
  };
  const asked = known.asked.map((column) => {
    const values = cells.map((line) => line[column] ?? '');
    const isMetAgain = new Set(values.filter((value, line) => values.indexOf(value) < line));
    // A value that is met only once here is likely to be new wherever it is met.
    const left = new Map([...isMetAgain].map((value) => [value, without(known.ruledOut(column, value))] as const));
    return { column, left: values.map((value) => left.get(value) ?? all) };
  });
  const chosen: number[] = [];
  const unlisted = without(addresses?.set.rules ?? []);
  const isListed = (line: readonly string[]): boolean =>
    addresses?.columns.some((column) => addresses.tables.mayHold(line[column] ?? '')) === true;
  let left: readonly Uint32Array[] = cells.map((line) => (isListed(line) ? all : unlisted));
  for (let count = countOf(left); chosen.length < COLUMNS && count > 0;) {
    const tried = asked.map((each) => {
      const now = left.map((bits, line) => both(bits, each.left[line] ?? all));
      return { column: each.column, now, count: countOf(now) };
    });
    const [best] = tried.toSorted((a, b) => a.count - b.count);
    if (best === undefined || best.count > count * WORTH_IT) break;
    chosen.push(best.column);
    left = best.now;
    count = best.count;
  }
  const linesLeft = (rule: BoundRule): readonly number[] => {
    const place = places.get(rule) ?? 0;
    return left.flatMap((bits, line) => (hasBit(bits, place) ? line : []));
  };
  return { columns: chosen, linesLeft };
}

function hasBit(bits: Uint32Array, place: number): boolean {
  return ((bits[place >> 5] ?? 0) & (1 << (place & 31))) !== 0;
}

function setBit(bits: Uint32Array, place: number): void {
  bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
}

function clearBit(bits: Uint32Array, place: number): void {
  bits[place >> 5] = (bits[place >> 5] ?? 0) & ~(1 << (place & 31));
}

function both(a: Uint32Array, b: Uint32Array): Uint32Array {
  return a.map((word, index) => word & (b[index] ?? 0));
}

function countOf(sets: readonly Uint32Array[]): number {
  let count = 0;
  for (const bits of sets) for (let word of bits) for (; word !== 0; word &= word - 1) count += 1;
  return count;
}
