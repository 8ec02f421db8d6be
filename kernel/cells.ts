import { CELLS } from '../src/prefilter/layout';

/** Notes that a line begins. @returns where its first delimiter is to be noted */
// @ts-ignore: decorator
@inline
export function beginLine(start: usize): usize {
  store<u32>(CELLS, <u32>start - 1);
  return CELLS + 4;
}

/**
 * Notes delimiters of a line. Eight at least are written, there or not: how many there are cannot be foretold.
 *
 * @param places a bit for each byte behind `at`
 * @returns where the next one is to be noted
 */
// @ts-ignore: decorator
@inline
export function note(places: u64, at: usize, next: usize): usize {
  const end = next + (<usize>popcnt(places) << 2);
  let left = places;
  do {
    left = noteOne(left, at, next, 0);
    left = noteOne(left, at, next, 4);
    left = noteOne(left, at, next, 8);
    left = noteOne(left, at, next, 12);
    left = noteOne(left, at, next, 16);
    left = noteOne(left, at, next, 20);
    left = noteOne(left, at, next, 24);
    left = noteOne(left, at, next, 28);
    next += 32;
  } while (next < end);
  return end;
}

// @ts-ignore: decorator
@inline
function noteOne(places: u64, at: usize, next: usize, offset: usize): u64 {
  store<u32>(next + offset, <u32>at + <u32>ctz(places));
  return places & (places - 1);
}

/** How many cells a line has whose next delimiter is to be noted here. */
// @ts-ignore: decorator
@inline
export function cellCount(next: usize): u32 {
  return <u32>(next - CELLS) >> 2;
}

/** Where a cell of the line last noted begins, from 0 on; its line has to have it. */
// @ts-ignore: decorator
@inline
export function cellStart(index: u32): usize {
  return <usize>load<u32>(<usize>CELLS + (<usize>index << 2)) + 1;
}
