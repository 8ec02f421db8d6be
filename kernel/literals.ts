import { ASKED, PLAN_GRAM_RULES, PLAN_GRAMS, PLAN_HEADS, REGION_PAIR_COUNT, REGION_PAIRS, PLAN_SHORT_RULES } from '../src/prefilter/layout';

/**
 * Literals of seven bytes and more have a group of four bytes at every alignment, and one look at each fourth byte finds one of them. The
 * groups are folded (bit 5 set, which makes capitals small and a few signs equal), multiplied, and looked up in a table of bits.
 */
const FOLD: u32 = 0x20202020;
const FACTOR: u32 = 0x9e3779b1;

// @ts-ignore: decorator
@inline
function hashAt(at: usize): u32 {
  return (load<u32>(at) | FOLD) * FACTOR;
}

/** Whether a group of a literal may have this hash, in the lowest bit: with few literals the bytes of the table would do, with thousands its bits. */
// @ts-ignore: decorator
@inline
function isNoted(hash: u32, grams: usize): u32 {
  return <u32>load<u8>(grams + (hash >> 16)) >> ((hash >> 13) & 7);
}

/** Whether one of four groups may belong to a literal. */
// @ts-ignore: decorator
@inline
function lookAt(at: usize, grams: usize): bool {
  const found =
    isNoted(hashAt(at), grams) | isNoted(hashAt(at + 4), grams) | isNoted(hashAt(at + 8), grams) | isNoted(hashAt(at + 12), grams);
  return (found & 1) != 0;
}

/** Whether the text last searched may hold escapes: false where none was seen. */
export let mayHaveEscapes: bool = true;

/**
 * Of the rules in question, those that have a literal in a text. 80 bytes behind it are read; no literal may go on there, as none goes on over
 * a line feed.
 */
export function rulesIn(from: usize, to: usize, plan: usize, region: usize, inQuestion: u64): u64 {
  let rules: u64 = 0;
  mayHaveEscapes = true;
  if ((inQuestion & load<u64>(plan, PLAN_GRAM_RULES)) != 0) {
    const grams = <usize>load<u32>(plan, PLAN_GRAMS);
    for (let at = from; at < to; at += 16) if (lookAt(at, grams)) rules |= rulesOfGrams(at, to, plan);
  }
  if ((inQuestion & load<u64>(plan, PLAN_SHORT_RULES)) != 0) rules |= rulesOfShorts(from, to, region, inQuestion);
  return rules & inQuestion;
}

/**
 * Shorter literals are told by the two bytes that they begin with. A pair: its rules, how many literals begin so and where they lie, of 24 bytes
 * each, then both bytes, folded, sixteen times.
 */
const PAIR_BYTES: usize = 48;
const FIRST: usize = 16;
const SECOND: usize = 32;

function rulesOfShorts(from: usize, to: usize, region: usize, inQuestion: u64): u64 {
  const pairs = <usize>load<u32>(region, REGION_PAIRS);
  const pairsEnd = pairs + PAIR_BYTES * <usize>load<u32>(region, REGION_PAIR_COUNT);
  let end: usize = ASKED;
  for (let pair = pairs; pair < pairsEnd; pair += PAIR_BYTES) {
    if ((load<u64>(pair) & inQuestion) == 0) continue;
    store<u32>(end, <u32>pair);
    end += 4;
  }
  const fold = i8x16.splat(0x20);
  const percent = i8x16.splat(0x25);
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
      const first = v128.load(pair, FIRST);
      const second = v128.load(pair, SECOND);
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

/** A bit for each of 64 bytes that is not 0. */
// @ts-ignore: decorator
@inline
export function bits(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u32>i8x16.bitmask(a) | (<u32>i8x16.bitmask(b) << 16);
  const high = <u32>i8x16.bitmask(c) | (<u32>i8x16.bitmask(d) << 16);
  return <u64>low | (<u64>high << 32);
}

function rulesAtPlaces(at: usize, to: usize, places: u64, pair: usize): u64 {
  const literals = <usize>load<u32>(pair, 12);
  const end = literals + 24 * <usize>load<u32>(pair, 8);
  let rules: u64 = 0;
  for (; places != 0; places &= places - 1) {
    const place = at + <usize>ctz(places);
    if (place >= to) break;
    for (let literal = literals; literal < end; literal += 24) if (isAt(place, literal)) rules |= load<u64>(literal, 8);
  }
  return rules;
}

/** Of the literals around one of the four groups at `at`. */
function rulesOfGrams(at: usize, to: usize, plan: usize): u64 {
  const grams = <usize>load<u32>(plan, PLAN_GRAMS);
  const heads = <usize>load<u32>(plan, PLAN_HEADS);
  let rules: u64 = 0;
  for (let place = at; place < at + 16 && place < to; place += 4) {
    const hash = hashAt(place);
    if ((isNoted(hash, grams) & 1) != 0) rules |= rulesAround(place, heads + ((hash >> 19) << 2));
  }
  return rules;
}

/** @param chain address of the first of the literals' groups with this hash: next, group, place in the literal, literal */
function rulesAround(place: usize, chain: usize): u64 {
  const group = load<u32>(place) | FOLD;
  let rules: u64 = 0;
  for (let entry = <usize>load<u32>(chain); entry != 0; entry = <usize>load<u32>(entry)) {
    if (load<u32>(entry, 4) != group) continue;
    const literal = <usize>load<u32>(entry, 12);
    if (isAt(place - <usize>load<u32>(entry, 8), literal)) rules |= load<u64>(literal, 8);
  }
  return rules;
}

/** @param literal address of its length, of 32 bits of nothing, its rules, and its folded bytes */
function isAt(start: usize, literal: usize): bool {
  const length = <usize>load<u32>(literal);
  const bytes = literal + 16;
  for (let index: usize = 0; index < length; index++) if (foldByte(load<u8>(start + index)) != load<u8>(bytes + index)) return false;
  return true;
}

// @ts-ignore: decorator
@inline
export function foldByte(byte: u8): u8 {
  return byte - 0x41 < 26 ? byte + 0x20 : byte;
}
