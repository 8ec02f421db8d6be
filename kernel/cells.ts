import { CELLS, DELIMITERS } from './layout';

/** Of the line at hand: how many of its cells are known by their beginning, and where the search for delimiters goes on. */
let known: u32 = 0;
let word: usize = 0;
let left: u64 = 0;
/** What the first bit of all stands for. */
let origin: usize = 0;

/** @param at of the first of the bytes whose delimiters are noted */
export function beginBlock(at: usize): void {
  origin = at;
}

/** Cells of another line are asked for. */
// @ts-ignore: decorator
@inline
export function beginLine(at: usize): void {
  known = 1;
  store<u32>(CELLS, <u32>at);
  const bit = at - origin;
  word = DELIMITERS + ((bit >> 6) << 3);
  left = load<u64>(word) & (~(<u64>0) << (<u64>bit & 63));
}

/** Where a cell begins, from 0 on; its line has to have it. */
// @ts-ignore: decorator
@inline
export function cellStart(index: u32): usize {
  if (known <= index) findCells(index);
  return <usize>load<u32>(CELLS + (<usize>index << 2));
}

function findCells(index: u32): void {
  let at = word;
  let places = left;
  let count = known;
  for (; count <= index; count++) {
    while (places == 0) {
      at += 8;
      places = load<u64>(at);
    }
    store<u32>(CELLS + (<usize>count << 2), <u32>(origin + ((at - DELIMITERS) << 3) + <usize>ctz(places)) + 1);
    places &= places - 1;
  }
  word = at;
  left = places;
  known = count;
}
