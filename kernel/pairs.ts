import {
  ASKED,
  BUCKETS_RANGES,
  HITS,
  PAIR_BYTES,
  PAIR_FIRST,
  PAIR_LITERALS,
  PAIR_LITERAL_COUNT,
  PAIR_RULES,
  PAIR_SECOND,
  REGION_BUCKETS,
  REGION_PAIRS,
  REGION_PAIR_COUNT,
} from '../src/prefilter/layout';
import { bits, foldByte, isAt } from './literals';

/** Whether the text last searched may hold escapes: false where none was seen. */
export let mayHaveEscapes: bool = true;

/** Of a text that is searched in another way. */
export function expectEscapes(): void {
  mayHaveEscapes = true;
}

const FOLD: u8 = 0x20;
const PERCENT: u8 = 0x25;

/** Of the rules in question, those of the literals in a text that are told by two of their bytes, the rarest. */
export function rulesOfPairs(from: usize, to: usize, region: usize, inQuestion: u64): u64 {
  const buckets = <usize>load<u32>(region, REGION_BUCKETS);
  return buckets == 0 ? rulesOfFew(from, to, region, inQuestion) : rulesOfMany(from, to, buckets);
}

/** Looks for one pair after the other. */
function rulesOfFew(from: usize, to: usize, region: usize, inQuestion: u64): u64 {
  const pairs = <usize>load<u32>(region, REGION_PAIRS);
  const pairsEnd = pairs + <usize>PAIR_BYTES * <usize>load<u32>(region, REGION_PAIR_COUNT);
  let end: usize = ASKED;
  for (let pair = pairs; pair < pairsEnd; pair += PAIR_BYTES) {
    if ((load<u64>(pair, PAIR_RULES) & inQuestion) == 0) continue;
    store<u32>(end, <u32>pair);
    end += 4;
  }
  const fold = i8x16.splat(FOLD);
  const percent = i8x16.splat(PERCENT);
  let rules: u64 = 0;
  let escapes = i8x16.splat(0);
  // In long steps: a loop whose end is hard to foretell costs more than what it does.
  for (let at = from; at < to; at += 64) {
    const a = v128.or(v128.load(at), fold);
    const b = v128.or(v128.load(at, 16), fold);
    const c = v128.or(v128.load(at, 32), fold);
    const d = v128.or(v128.load(at, 48), fold);
    const e = v128.or(v128.load(at, 1), fold);
    const f = v128.or(v128.load(at, 17), fold);
    const g = v128.or(v128.load(at, 33), fold);
    const h = v128.or(v128.load(at, 49), fold);
    escapes = v128.or(escapes, v128.or(v128.or(i8x16.eq(a, percent), i8x16.eq(b, percent)), v128.or(i8x16.eq(c, percent), i8x16.eq(d, percent))));
    for (let asked: usize = ASKED; asked < end; asked += 4) {
      const pair = <usize>load<u32>(asked);
      const first = v128.load(pair, PAIR_FIRST);
      const second = v128.load(pair, PAIR_SECOND);
      const w = v128.and(i8x16.eq(a, first), i8x16.eq(e, second));
      const x = v128.and(i8x16.eq(b, first), i8x16.eq(f, second));
      const y = v128.and(i8x16.eq(c, first), i8x16.eq(g, second));
      const z = v128.and(i8x16.eq(d, first), i8x16.eq(h, second));
      if (v128.any_true(v128.or(v128.or(w, x), v128.or(y, z)))) rules |= rulesAtPlaces(at, to, bits(w, x, y, z), pair);
    }
  }
  mayHaveEscapes = v128.any_true(escapes);
  return rules;
}

function rulesAtPlaces(at: usize, to: usize, places: u64, pair: usize): u64 {
  let rules: u64 = 0;
  for (; places != 0; places &= places - 1) {
    const place = at + <usize>ctz(places);
    if (place >= to) break;
    rules |= rulesOfPair(place, pair);
  }
  return rules;
}

// @ts-ignore: decorator
@inline
function rulesOfPair(place: usize, pair: usize): u64 {
  const literals = <usize>load<u32>(pair, PAIR_LITERALS);
  const end = literals + 4 * <usize>load<u32>(pair, PAIR_LITERAL_COUNT);
  let rules: u64 = 0;
  for (let entry = literals; entry < end; entry += 4) {
    const literal = <usize>load<u32>(entry);
    if (isAt(place - <usize>load<u32>(literal, 4), literal)) rules |= load<u64>(literal, 8);
  }
  return rules;
}

/**
 * Looks for all pairs at once, with the byte behind them: each belongs to one of eight buckets, and for each half of the three bytes a table
 * tells, by a bit for each bucket, where it occurs. After "Teddy" of Hyperscan (Wang et al., NSDI 2019).
 */
function rulesOfMany(from: usize, to: usize, buckets: usize): u64 {
  const firstLow = v128.load(buckets);
  const firstHigh = v128.load(buckets, 16);
  const secondLow = v128.load(buckets, 32);
  const secondHigh = v128.load(buckets, 48);
  const thirdLow = v128.load(buckets, 64);
  const thirdHigh = v128.load(buckets, 80);
  const fold = i8x16.splat(FOLD);
  const half = i8x16.splat(0x0f);
  const none = i8x16.splat(0);
  const percent = i8x16.splat(PERCENT);
  let escapes = none;
  let rules: u64 = 0;
  for (let at = from; at < to; at += 16) {
    const first = v128.or(v128.load(at), fold);
    const second = v128.or(v128.load(at, 1), fold);
    const third = v128.or(v128.load(at, 2), fold);
    escapes = v128.or(escapes, i8x16.eq(first, percent));
    const hits = v128.and(
      v128.and(
        v128.and(pick(firstLow, v128.and(first, half)), pick(firstHigh, i8x16.shr_u(first, 4))),
        v128.and(pick(secondLow, v128.and(second, half)), pick(secondHigh, i8x16.shr_u(second, 4))),
      ),
      v128.and(pick(thirdLow, v128.and(third, half)), pick(thirdHigh, i8x16.shr_u(third, 4))),
    );
    if (v128.any_true(hits)) rules |= rulesAtHits(at, to, hits, <u32>i8x16.bitmask(i8x16.ne(hits, none)), buckets);
  }
  mayHaveEscapes = v128.any_true(escapes);
  return rules;
}

/** From a table, by numbers below 16: the relaxed form leaves out what is only needed for others. */
// @ts-ignore: decorator
@inline
function pick(table: v128, numbers: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i8x16.relaxed_swizzle(table, numbers);
  return i8x16.swizzle(table, numbers);
}

function rulesAtHits(at: usize, to: usize, hits: v128, places: u32, buckets: usize): u64 {
  v128.store(HITS, hits);
  let rules: u64 = 0;
  for (; places != 0; places &= places - 1) {
    const index = <usize>ctz(places);
    const place = at + index;
    if (place >= to) break;
    const first = load<u8>(place) | FOLD;
    const second = load<u8>(place + 1) | FOLD;
    for (let bucketsHit = <u32>load<u8>(<usize>HITS + index); bucketsHit != 0; bucketsHit &= bucketsHit - 1) {
      const bucket = buckets + BUCKETS_RANGES + (<usize>ctz(bucketsHit) << 3);
      const end = <usize>load<u32>(bucket, 4);
      for (let pair = <usize>load<u32>(bucket); pair < end; pair += PAIR_BYTES) {
        if (load<u8>(pair, PAIR_FIRST) == first && load<u8>(pair, PAIR_SECOND) == second) rules |= rulesOfPair(place, pair);
      }
    }
  }
  return rules;
}
