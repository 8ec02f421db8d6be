import { CELLS, DELIMITERS } from '../src/prefilter/layout';

/** What the first bit of all stands for. */
let origin: usize = 0;
/** Where the line at hand begins, and its number. */
let line: usize = 0;
let number: u32 = 0;
/** The cell last searched for, and where it begins. */
let known: u32 = 0;
let knownAt: usize = 0;

/** @param at of the first of the bytes whose delimiters are noted */
export function beginBlock(at: usize): void {
  origin = at;
}

/** Cells of another line are asked for. */
// @ts-ignore: decorator
@inline
export function beginLine(at: usize): void {
  number++;
  line = at;
  known = 0;
  knownAt = at;
}

/** Where a cell begins, from 0 on; its line has to have it. It costs the least to ask for one that is not far behind the one asked before. */
// @ts-ignore: decorator
@inline
export function cellStart(index: u32): usize {
  // Of each cell, the last line that it was found in, and where.
  const found = <usize>CELLS + (<usize>index << 3);
  return load<u32>(found) == number ? <usize>load<u32>(found, 4) : findCell(index, found);
}

function findCell(index: u32, found: usize): usize {
  if (index < known) {
    known = 0;
    knownAt = line;
  }
  let count = index - known;
  known = index;
  if (count != 0) {
    const bit = knownAt - origin;
    // At least 57 bits.
    let places = load<u64>(<usize>DELIMITERS + (bit >> 3)) >> (<u64>bit & 7);
    if (<u32>popcnt(places) >= count) {
      for (; count > 1; count--) places &= places - 1;
      knownAt += <usize>ctz(places) + 1;
    } else knownAt = behind(bit, count);
  }
  store<u32>(found, number);
  store<u32>(found, <u32>knownAt, 4);
  return knownAt;
}

/** What comes behind so many delimiters. @param bit of the first byte that may be one */
function behind(bit: usize, count: u32): usize {
  let word = <usize>DELIMITERS + ((bit >> 6) << 3);
  let places = load<u64>(word) & (~(<u64>0) << (<u64>bit & 63));
  for (let there = <u32>popcnt(places); there < count; there = <u32>popcnt(places)) {
    count -= there;
    word += 8;
    places = load<u64>(word);
  }
  for (; count > 1; count--) places &= places - 1;
  return origin + ((word - <usize>DELIMITERS) << 3) + <usize>ctz(places) + 1;
}
