import {
  DICTIONARY_COUNT as COUNT,
  DICTIONARY_EMPTY as EMPTY,
  DICTIONARY_EMPTY_HAVING as EMPTY_HAVING,
  DICTIONARY_ENTRY_BYTES,
  DICTIONARY_KEYS as KEYS,
  DICTIONARY_KEYS_END as KEYS_END,
  DICTIONARY_LIMIT as LIMIT,
  DICTIONARY_MASK as MASK,
  DICTIONARY_SEEN as SEEN,
  DICTIONARY_SEEN_BYTES,
  DICTIONARY_TABLE as TABLE,
  RESULT,
  RESULT_HAVING,
  RESULT_RULES,
} from '../src/prefilter/layout';
import { bits } from './literals';

/**
 * Values that were met before in one column, and the rules that may match a record with such a value there: see layout.ts.
 *
 * Entries: hash, length and one (0: none), rules, those of which a literal may stand in the value, address of the value; then the value itself, where there is room for it. So most look-ups
 * touch one line of the processor's cache.
 */
const LENGTH: usize = 4;
const RULES: usize = 8;
const HAVING: usize = 16;
const VALUE: usize = 24;
const OWN: usize = 28;
const OWN_BYTES: usize = DICTIONARY_ENTRY_BYTES - 28;

const FACTOR: u64 = 0x9e3779b97f4a7c15;
/** Longer values are not kept. */
export const LONGEST: usize = 512;

/** Any rule may match. */
export const ANY: u64 = 0xffffffffffffffff;

/** Whether the value last looked up is worth keeping: it was met before. */
export let isWanted: bool = false;
/** Of the value last looked up, the rules of which a literal may stand in it. */
export let having: u64 = ANY;

/** Of an empty cell. */
// @ts-ignore: decorator
@inline
export function rulesOfNothing(dictionary: usize): u64 {
  isWanted = false;
  having = load<u64>(dictionary, EMPTY_HAVING);
  return load<u64>(dictionary, EMPTY);
}

export function lookUp(dictionary: usize, start: usize, end: usize): u64 {
  isWanted = false;
  having = ANY;
  const length = end - start;
  if (length > LONGEST) return ANY;
  const hash = hashOf(start, length);
  const entry = find(dictionary, start, length, hash);
  if (entry == 0) return ANY;
  if (load<u32>(entry, LENGTH) != 0) {
    having = load<u64>(entry, HAVING);
    return load<u64>(entry, RULES);
  }
  if (load<u32>(dictionary, COUNT) < load<u32>(dictionary, LIMIT)) {
    const seen = <usize>load<u32>(dictionary, SEEN) + (hash & (DICTIONARY_SEEN_BYTES - 1));
    isWanted = load<u8>(seen) != 0;
    store<u8>(seen, 1);
  }
  return ANY;
}

/** Keeps a value, as long as there is room. */
export function remember(dictionary: usize, start: usize, end: usize): void {
  const length = end - start;
  const hash = hashOf(start, length);
  const entry = find(dictionary, start, length, hash);
  if (entry == 0 || load<u32>(entry, LENGTH) != 0) return;
  let value = entry + OWN;
  if (length > OWN_BYTES) {
    value = <usize>load<u32>(dictionary, KEYS);
    const next = value + ((length + 7) & ~7);
    if (next > <usize>load<u32>(dictionary, KEYS_END)) {
      store<u32>(dictionary, 0, LIMIT);
      return;
    }
    store<u32>(dictionary, <u32>next, KEYS);
  }
  memory.copy(value, start, length);
  store<u32>(dictionary, load<u32>(dictionary, COUNT) + 1, COUNT);
  store<u32>(entry, hash);
  store<u32>(entry, <u32>length + 1, LENGTH);
  store<u64>(entry, load<u64>(RESULT, RESULT_RULES), RULES);
  store<u64>(entry, load<u64>(RESULT, RESULT_HAVING), HAVING);
  store<u32>(entry, <u32>value, VALUE);
}

/** So many entries are looked at: values of the same hash must not make a log slow. */
const PROBES: u32 = 16;

/** The entry of a value, or the free one where it belongs; 0: there is none within reach. */
function find(dictionary: usize, start: usize, length: usize, hash: u32): usize {
  const table = <usize>load<u32>(dictionary, TABLE);
  const mask = load<u32>(dictionary, MASK);
  for (let probe: u32 = 0; probe < PROBES; probe++) {
    const entry = table + <usize>((hash + probe) & mask) * DICTIONARY_ENTRY_BYTES;
    const known = load<u32>(entry, LENGTH);
    if (known == 0) return entry;
    if (load<u32>(entry) == hash && known == <u32>length + 1 && isSame(<usize>load<u32>(entry, VALUE), start, length)) return entry;
  }
  return 0;
}

/** Without branches for most values: how long they are cannot be foretold. Up to 64 bytes behind them are read. */
// @ts-ignore: decorator
@inline
function isSame(a: usize, b: usize, length: usize): bool {
  let left = length;
  for (; left >= 64; left -= 64) {
    if (differences(a, b) != 0) return false;
    a += 64;
    b += 64;
  }
  return (differences(a, b) & (((<u64>1) << left) - 1)) == 0;
}

/** A bit for each of 64 bytes. */
// @ts-ignore: decorator
@inline
function differences(a: usize, b: usize): u64 {
  return ~bits(
    i8x16.eq(v128.load(a), v128.load(b)),
    i8x16.eq(v128.load(a, 16), v128.load(b, 16)),
    i8x16.eq(v128.load(a, 32), v128.load(b, 32)),
    i8x16.eq(v128.load(a, 48), v128.load(b, 48)),
  );
}

/** Of the length and 8 bytes in five places: values that are the same there are told apart by their bytes. */
// @ts-ignore: decorator
@inline
function hashOf(start: usize, length: usize): u32 {
  const hash = (<u64>length + 1) * FACTOR;
  if (length < 8) return fold(mix(hash ^ (length == 0 ? 0 : load<u64>(start) << ((8 - length) << 3))));
  const last = <u32>length - 8;
  const quarter = <u32>length >> 2;
  return fold(
    mix(
      hash ^
        (mix(load<u64>(start)) +
          mix(load<u64>(start + <usize>last) ^ FACTOR) +
          mix(load<u64>(start + <usize>least(quarter, last)) + 1) +
          mix(load<u64>(start + <usize>least(2 * quarter, last)) + 2) +
          mix(load<u64>(start + <usize>least(3 * quarter, last)) + 3)),
    ),
  );
}

/** Of small numbers, without a branch. */
// @ts-ignore: decorator
@inline
function least(a: u32, b: u32): u32 {
  const less = <i32>(a - b);
  return b + <u32>(less & (less >> 31));
}

// @ts-ignore: decorator
@inline
function fold(hash: u64): u32 {
  return <u32>(hash ^ (hash >> 32));
}

// @ts-ignore: decorator
@inline
function mix(value: u64): u64 {
  const product = value * FACTOR;
  return product ^ (product >> 29);
}
