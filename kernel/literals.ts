import { PLAN_GRAM_RULES, PLAN_GRAMS, PLAN_HEADS, PLAN_SHORT_RULES, REGION_HAS_ALL } from '../src/prefilter/layout';
import { expectEscapes, rulesOfPairs } from './pairs';

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

/**
 * Of the rules in question, those that have a literal in a text. 80 bytes behind it are read; no literal may go on there, as none goes on over
 * a line feed.
 */
export function rulesIn(from: usize, to: usize, plan: usize, region: usize, inQuestion: u64): u64 {
  if (load<u32>(region, REGION_HAS_ALL) != 0) return rulesOfPairs(from, to, region, inQuestion) & inQuestion;
  let rules: u64 = 0;
  expectEscapes();
  if ((inQuestion & load<u64>(plan, PLAN_GRAM_RULES)) != 0) {
    const grams = <usize>load<u32>(plan, PLAN_GRAMS);
    for (let at = from; at < to; at += 16) if (lookAt(at, grams)) rules |= rulesOfGrams(at, to, plan);
  }
  if ((inQuestion & load<u64>(plan, PLAN_SHORT_RULES)) != 0) rules |= rulesOfPairs(from, to, region, inQuestion);
  return rules & inQuestion;
}

/** A bit for each of 64 bytes that is not 0. */
// @ts-ignore: decorator
@inline
export function bits(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u32>i8x16.bitmask(a) | (<u32>i8x16.bitmask(b) << 16);
  const high = <u32>i8x16.bitmask(c) | (<u32>i8x16.bitmask(d) << 16);
  return <u64>low | (<u64>high << 32);
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

/** @param literal address of its length, of 32 bits that do not matter here, its rules, and its folded bytes */
export function isAt(start: usize, literal: usize): bool {
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
