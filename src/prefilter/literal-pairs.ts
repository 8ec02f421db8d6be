import { pairAt } from './groups.ts';
import type { Kernel } from './kernel.ts';
import * as layout from './layout.ts';
import type { Sample } from './sample.ts';

export type Literal = readonly [text: string, rules: bigint];

export function rulesOf(literals: Iterable<Literal>): bigint {
  let all = 0n;
  for (const [, rules] of literals) all |= rules;
  return all;
}

export function writeLiteral(kernel: Kernel, address: number, [text, rules]: Literal, offset: number): void {
  kernel.write(address, [text.length, offset]);
  kernel.writeRules(address + 8, rules);
  kernel.writeText(address + 16, text);
}

/** What is looked for by two bytes of it that are rare in a sample. */
export interface Wanted {
  readonly literals: readonly Literal[];
  readonly sample: Sample;
}

/** Literals with the same pair of bytes, by which they are looked for. */
interface Pair {
  readonly bytes: number;
  readonly literals: readonly { readonly literal: Literal; readonly offset: number }[];
}

/** More pairs are looked for all at once; measured. */
const FEW_PAIRS = 4;

export function writePairs(kernel: Kernel, region: number, wanted: Wanted): void {
  const pairs = pairsOf(wanted);
  const address = kernel.allocate(Math.max(1, pairs.length) * layout.PAIR_BYTES);
  for (const [index, pair] of pairs.entries()) writePair(kernel, address + index * layout.PAIR_BYTES, pair);
  kernel.write(region + layout.REGION_PAIRS, [address]);
  kernel.write(region + layout.REGION_PAIR_COUNT, [pairs.length]);
  kernel.write(region + layout.REGION_BUCKETS, [pairs.length > FEW_PAIRS ? writeBuckets(kernel, address, pairs) : 0]);
}

/** Those that look alike next to each other: where they share a bucket, it is met by chance less often. */
function pairsOf({ literals: all, sample }: Wanted): Pair[] {
  const groups = new Map<number, { literal: Literal; offset: number }[]>();
  for (const literal of all) {
    const { bytes, offset } = rarestPair(literal[0], sample);
    groups.set(bytes, [...(groups.get(bytes) ?? []), { literal, offset }]);
  }
  const hasThird = ({ literals }: Pair): number => Number(literals.every(({ literal: [text], offset }) => offset + 2 < text.length));
  return [...groups]
    .map(([bytes, literals]) => ({ bytes, literals }))
    .toSorted((a, b) => hasThird(a) - hasThird(b) || (a.bytes & 0xff) - (b.bytes & 0xff) || a.bytes - b.bytes);
}

/** With a third byte behind it, where the literal has three. */
function rarestPair(text: string, { oftenPair }: Sample) {
  let best = { bytes: pairAt(text, 0), offset: 0 };
  for (let offset = 1; offset + 3 <= text.length; offset += 1) {
    const bytes = pairAt(text, offset);
    if (oftenPair(bytes) < oftenPair(best.bytes)) best = { bytes, offset };
  }
  return best;
}

function writePair(kernel: Kernel, address: number, { bytes, literals }: Pair): void {
  const list = kernel.allocate(literals.length * 4);
  for (const [place, { literal, offset }] of literals.entries()) {
    const own = kernel.allocate(16 + literal[0].length);
    writeLiteral(kernel, own, literal, offset);
    kernel.write(list + place * 4, [own]);
  }
  kernel.writeRules(address + layout.PAIR_RULES, rulesOf(literals.map(({ literal }) => literal)));
  kernel.write(address + layout.PAIR_LITERAL_COUNT, [literals.length]);
  kernel.write(address + layout.PAIR_LITERALS, [list]);
  kernel.writeText(address + layout.PAIR_FIRST, String.fromCharCode(bytes & 0xff).repeat(16));
  kernel.writeText(address + layout.PAIR_SECOND, String.fromCharCode(bytes >> 8).repeat(16));
}

/** @returns the address of the tables: see kernel/pairs.ts */
function writeBuckets(kernel: Kernel, first: number, pairs: readonly Pair[]): number {
  const address = kernel.allocate(layout.BUCKETS_BYTES);
  const size = pairs.length / layout.BUCKETS;
  for (let bucket = 0; bucket < layout.BUCKETS; bucket += 1) {
    const [from, to] = [Math.floor(bucket * size), Math.floor((bucket + 1) * size)];
    kernel.write(address + layout.BUCKETS_RANGES + bucket * 8, [first + from * layout.PAIR_BYTES, first + to * layout.PAIR_BYTES]);
    const mark = (table: number, entry: number): void => {
      const place = address + table * 16 + entry;
      kernel.writeByte(place, kernel.readByte(place) | (1 << bucket));
    };
    for (const { bytes, literals } of pairs.slice(from, to)) {
      for (const { literal, offset } of literals) {
        for (const [index, code] of [bytes & 0xff, bytes >> 8, literal[0].charCodeAt(offset + 2) | 0x20].entries()) {
          const isAny = index === 2 && offset + 2 >= literal[0].length;
          for (let half = 0; half < 16; half += 1) {
            if (isAny || half === (code & 15)) mark(index * 2, half);
            if (isAny || half === code >> 4) mark(index * 2 + 1, half);
          }
        }
      }
    }
  }
  return address;
}
