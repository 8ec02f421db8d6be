import { MASKED } from '../src/prefilter/layout';
import { bits } from './literals';

/** Stands for a character of a GUID: no plain line holds it. */
const MASK: u8 = 0x01;
const DASH: u8 = 0x2d;
const FOLD: u8 = 0x20;
/** Of a GUID: `8-4-4-4-12`. */
const LENGTH: usize = 36;
/** A GUID that begins in so many bytes has its last dash among 64. */
const STEP: usize = 40;

/**
 * A text with its GUIDs masked: requests and mailboxes have ids, and what else stands around them is the same again and again. Up to 128 bytes
 * behind it are read.
 *
 * @returns where it lies now: where it did, if it has none
 */
export function maskGuids(from: usize, to: usize): usize {
  let isMasked = false;
  for (let at = from; at < to; at += STEP) {
    for (let places = guidsAt(at); places != 0; places &= places - 1) {
      const place = at + <usize>ctz(places);
      if (place + LENGTH > to) break;
      if (!isHex(place)) continue;
      if (!isMasked) {
        for (let offset: usize = 0; offset < to - from; offset += 16) v128.store(<usize>MASKED + offset, v128.load(from + offset));
        isMasked = true;
      }
      const mask = i8x16.splat(MASK);
      const masked = <usize>MASKED + (place - from);
      v128.store(masked, mask);
      v128.store(masked, mask, 16);
      v128.store(masked, mask, 20);
    }
  }
  return isMasked ? <usize>MASKED : from;
}

/** Where dashes stand as in a GUID: a bit for each of 40 bytes that one may begin with. */
// @ts-ignore: decorator
@inline
function guidsAt(at: usize): u64 {
  const dash = i8x16.splat(DASH);
  const dashes = bits(
    i8x16.eq(v128.load(at), dash),
    i8x16.eq(v128.load(at, 16), dash),
    i8x16.eq(v128.load(at, 32), dash),
    i8x16.eq(v128.load(at, 48), dash),
  );
  return (dashes >> 8) & (dashes >> 13) & (dashes >> 18) & (dashes >> 23) & (((<u64>1) << STEP) - 1);
}

/** Whether 36 bytes are hexadecimal digits or dashes: whatever stands for them may be no other. */
// @ts-ignore: decorator
@inline
function isHex(place: usize): bool {
  return i8x16.all_true(v128.and(v128.and(hexIn(v128.load(place)), hexIn(v128.load(place, 16))), hexIn(v128.load(place, 20))));
}

// @ts-ignore: decorator
@inline
function hexIn(bytes: v128): v128 {
  const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
  const letters = i8x16.lt_u(i8x16.sub(v128.or(bytes, i8x16.splat(FOLD)), i8x16.splat(0x61)), i8x16.splat(6));
  return v128.or(v128.or(digits, letters), i8x16.eq(bytes, i8x16.splat(DASH)));
}
