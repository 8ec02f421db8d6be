import { DECODED, DECODED_BYTES, PLAN_ALPHABET, PLAN_LONGEST_LITERAL } from '../src/prefilter/layout';
import { bits, rulesIn } from './literals';

const PERCENT: u8 = 0x25;

/** Where the first and the last escape of a text begin, as far as it matters: see `findEscapes`. */
let firstEscape: usize = 0;
let lastEscape: usize = 0;
/** Where the last decoded text ends. */
let decodedEnd: usize = 0;

/** What becomes of a text that is decoded: the same, another one, or one that is not ASCII or too long. */
const SAME: u32 = 0;
const CHANGED: u32 = 1;
const BEYOND: u32 = 2;

/** Of the rules in question, those that have a literal in what percent-decoding makes of a text, once and twice; all where that is not ASCII. */
export function rulesOfDecoded(from: usize, to: usize, plan: usize, region: usize, inQuestion: u64): u64 {
  if (!findEscapes(from, to, plan)) return 0;
  // A literal that is not in the text already stands around an escape. What comes of one may be part of another: `%u004%31`, `%2541`.
  const longest = <usize>load<u32>(plan, PLAN_LONGEST_LITERAL);
  let start = max(from, firstEscape - longest - 8);
  let end = min(to, lastEscape + 12 + longest);
  let rules: u64 = 0;
  for (let times: usize = 0; times < 2; times++) {
    const into = <usize>DECODED + times * <usize>DECODED_BYTES;
    const became = decode(start, end, into);
    if (became == BEYOND) return inQuestion;
    if (became == SAME) break;
    start = into;
    end = decodedEnd;
    rules |= rulesIn(start, end, plan, region, inQuestion);
  }
  return rules;
}

/**
 * Whether decoding could bring forth a character of a literal or of an escape, or one that is not ASCII. In honest logs hardly any does:
 * most escapes are those of `@` and of the backslash.
 */
function findEscapes(from: usize, to: usize, plan: usize): bool {
  const wanted = i8x16.splat(PERCENT);
  firstEscape = 0;
  for (let at = from; at < to; at += 64) {
    const a = i8x16.eq(v128.load(at), wanted);
    const b = i8x16.eq(v128.load(at, 16), wanted);
    const c = i8x16.eq(v128.load(at, 32), wanted);
    const d = i8x16.eq(v128.load(at, 48), wanted);
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    let places = bits(a, b, c, d);
    for (; places != 0; places &= places - 1) {
      const place = at + <usize>ctz(places);
      if (place + 3 > to) return firstEscape != 0;
      const value = hexByte(place + 1);
      if (value < 0x80 && ((load<u64>(plan + <usize>((value >> 6) << 3), PLAN_ALPHABET) >> (value & 63)) & 1) == 0) continue;
      if (value == NO_HEX && (load<u8>(place + 1) | 0x20) != 0x75) continue;
      if (firstEscape == 0) firstEscape = place;
      lastEscape = place;
    }
  }
  return firstEscape != 0;
}

/** Decodes `%41` and HTTP.sys's `%u0041`; a `%` that begins no escape stays. Line feeds follow the text. */
function decode(from: usize, to: usize, into: usize): u32 {
  if (to - from > <usize>DECODED_BYTES - 128) return BEYOND;
  let out = into;
  let became = SAME;
  for (let at = from; at < to; out++) {
    const byte = load<u8>(at);
    if (byte != PERCENT) {
      store<u8>(out, byte);
      at++;
      continue;
    }
    const isWide = at + 6 <= to && (load<u8>(at + 1) | 0x20) == 0x75;
    const value = isWide ? hexByte(at + 2) * 256 + hexByte(at + 4) : at + 3 <= to ? hexByte(at + 1) : NO_HEX;
    if (value >= NO_HEX) {
      store<u8>(out, PERCENT);
      at++;
      continue;
    }
    if (value > 0x7f) return BEYOND;
    store<u8>(out, <u8>value);
    at += isWide ? 6 : 3;
    became = CHANGED;
  }
  memory.fill(out, 0x0a, 96);
  decodedEnd = out;
  return became;
}

/** More than any byte, also when it is one of two. */
const NO_HEX: u32 = 0x10000;

function hexByte(at: usize): u32 {
  const high = hexDigit(load<u8>(at));
  const low = hexDigit(load<u8>(at + 1));
  return high > 15 || low > 15 ? NO_HEX : high * 16 + low;
}

function hexDigit(byte: u8): u32 {
  const number = <u32>byte - 0x30;
  if (number <= 9) return number;
  const letter = <u32>(byte | 0x20) - 0x61;
  return letter <= 5 ? letter + 10 : 16;
}
