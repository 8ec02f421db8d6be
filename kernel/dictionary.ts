/**
 * Values of one column that were met before, and the rules that may match a record with such a value. Fields of a dictionary, 32 bits each:
 * its column, the table and how many entries it has less one, the table of values that were met once, the next free byte for keys and the
 * end of their space, how many values it holds and how many it may hold; then the rules that it can rule out, in 64 bits.
 */
export const DICTIONARY_BYTES: usize = 40;
const TABLE: usize = 4;
const MASK: usize = 8;
const SEEN: usize = 12;
const KEYS: usize = 16;
const KEYS_END: usize = 20;
const COUNT: usize = 24;
const LIMIT: usize = 28;
export const DICTIONARY_RULES: usize = 32;

/** Entries: hash, address of the key (0: none), rules. Keys: length, bytes. */
const ENTRY_BYTES: usize = 16;
const SEEN_MASK: u32 = 8191;
const FACTOR: u64 = 0x9e3779b97f4a7c15;
/** Longer values are not kept. */
const LONGEST: usize = 512;

/** Any rule may match. */
export const ANY: u64 = 0xffffffffffffffff;

/** Whether the value last looked up is worth keeping: it was met before. */
export let isWanted: bool = false;

export function lookUp(dictionary: usize, start: usize, end: usize): u64 {
  isWanted = false;
  const length = end - start;
  if (length > LONGEST) return ANY;
  const hash = hashOf(start, length);
  const entry = find(dictionary, start, length, hash);
  if (entry != 0 && load<u32>(entry, 4) != 0) return load<u64>(entry, 8);
  if (entry != 0 && load<u32>(dictionary, COUNT) < load<u32>(dictionary, LIMIT)) {
    const seen = <usize>load<u32>(dictionary, SEEN) + (hash & SEEN_MASK);
    isWanted = load<u8>(seen) != 0;
    store<u8>(seen, 1);
  }
  return ANY;
}

/** Keeps a value, as long as there is room. */
export function remember(dictionary: usize, start: usize, end: usize, rules: u64): void {
  const length = end - start;
  const key = <usize>load<u32>(dictionary, KEYS);
  const next = (key + 4 + length + 8 + 7) & ~7;
  const hash = hashOf(start, length);
  const entry = find(dictionary, start, length, hash);
  if (entry == 0 || load<u32>(entry, 4) != 0) return;
  if (next > <usize>load<u32>(dictionary, KEYS_END)) {
    store<u32>(dictionary, 0, LIMIT);
    return;
  }
  store<u32>(key, <u32>length);
  memory.copy(key + 4, start, length);
  store<u32>(dictionary, <u32>next, KEYS);
  store<u32>(dictionary, load<u32>(dictionary, COUNT) + 1, COUNT);
  store<u32>(entry, hash);
  store<u32>(entry, <u32>key, 4);
  store<u64>(entry, rules, 8);
}

/** So many entries are looked at: values of the same hash must not make a log slow. */
const PROBES: u32 = 16;

/** The entry of a value, or the free one where it belongs; 0: there is none within reach. */
function find(dictionary: usize, start: usize, length: usize, hash: u32): usize {
  const table = <usize>load<u32>(dictionary, TABLE);
  const mask = load<u32>(dictionary, MASK);
  for (let probe: u32 = 0; probe < PROBES; probe++) {
    const entry = table + <usize>((hash + probe) & mask) * ENTRY_BYTES;
    const key = <usize>load<u32>(entry, 4);
    if (key == 0) return entry;
    if (load<u32>(entry) == hash && <usize>load<u32>(key) == length && isSame(key + 4, start, length)) return entry;
  }
  return 0;
}

function isSame(a: usize, b: usize, length: usize): bool {
  let index: usize = 0;
  for (; index + 16 <= length; index += 16) if (v128.any_true(v128.xor(v128.load(a + index), v128.load(b + index)))) return false;
  if (index + 8 <= length) {
    if (load<u64>(a + index) != load<u64>(b + index)) return false;
    index += 8;
  }
  if (index == length) return true;
  return ((load<u64>(a + index) ^ load<u64>(b + index)) << ((8 - (length - index)) << 3)) == 0;
}

/** Of the length and, of long values, of 8 bytes in five places: values that are the same there are told apart by their bytes. */
function hashOf(start: usize, length: usize): u32 {
  let hash = (<u64>length + 1) * FACTOR;
  if (length == 0) return fold(hash);
  if (length < 8) return fold(mix(hash ^ (load<u64>(start) << ((8 - length) << 3))));
  hash ^= mix(load<u64>(start)) + mix(load<u64>(start + length - 8) ^ FACTOR);
  if (length > 16) {
    const quarter = length >> 2;
    hash ^= mix(load<u64>(start + quarter) + 1) + mix(load<u64>(start + 2 * quarter) + 2) + mix(load<u64>(start + length - quarter - 4) + 3);
  }
  return fold(mix(hash));
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
