import { cellStart } from './cells';
import { foldByte } from './literals';

/**
 * What a rule wants some cell to begin with. Fields: the columns and how many they are, the literals and where they end (32 bits each), and a
 * bit for each byte that a cell may begin with. A literal has its length in a byte in front of it.
 */
const COLUMN_COUNT: usize = 4;
const LITERALS: usize = 8;
const LITERALS_END: usize = 12;
const BYTES: usize = 16;

const PERCENT: u8 = 0x25;
const QUESTION_MARK: u8 = 0x3f;

/**
 * Which of the rules in question want a start that no cell has.
 *
 * @param starts for each rule the address of what it wants
 */
// @ts-ignore: decorator
@inline
export function rulesWithoutStart(starts: usize, inQuestion: u64): u64 {
  let without: u64 = 0;
  for (let rules = inQuestion; rules != 0; rules &= rules - 1) {
    const rule = ctz(rules);
    if (!isThere(<usize>load<u32>(starts + (<usize>rule << 2)))) without |= (<u64>1) << rule;
  }
  return without;
}

// @ts-ignore: decorator
@inline
function isThere(start: usize): bool {
  const columns = <usize>load<u32>(start);
  const columnsEnd = columns + 4 * <usize>load<u32>(start, COLUMN_COUNT);
  for (let column = columns; column < columnsEnd; column += 4) {
    const cell = cellStart(load<u32>(column));
    const byte = load<u8>(cell);
    if (((load<u8>(start + BYTES + <usize>(byte >> 3)) >> (byte & 7)) & 1) == 0) continue;
    // Some logs write the question mark in front of a query.
    let text = cell;
    while (load<u8>(text) == QUESTION_MARK) text++;
    const literalsEnd = <usize>load<u32>(start, LITERALS_END);
    for (let literal = <usize>load<u32>(start, LITERALS); literal < literalsEnd; literal += 1 + <usize>load<u8>(literal)) {
      if (mayBeginWith(text, literal)) return true;
    }
  }
  return false;
}

/** True also where an escape stands, which may be that of a letter. */
function mayBeginWith(text: usize, literal: usize): bool {
  const length = <usize>load<u8>(literal);
  for (let index: usize = 0; index < length; index++) {
    const byte = foldByte(load<u8>(text + index));
    if (byte != load<u8>(literal + 1 + index)) return byte == PERCENT;
  }
  return true;
}
