import {
  ADDRESSES_COLUMNS,
  ADDRESSES_COLUMN_COUNT,
  ADDRESSES_IPV4_STARTS,
  ADDRESSES_IPV6_STARTS,
  ADDRESSES_KEYS,
  ADDRESSES_SHIFT,
} from '../src/prefilter/layout';
import { cellStart } from './cells';

/** As in src/prefilter/addresses.ts. */
const FIRST_FACTOR: u32 = 0x9e3779b1;
const SECOND_FACTOR: u32 = 0x85ebca6b;

/** `.`, `-` and others, less `0`. */
const FULL_STOP: u32 = 0xfffffffe;
const DASH: u8 = 0x2d;
const COLON: u8 = 0x3a;
const PERCENT: u8 = 0x25;

/** Whether a cell may hold an address that is listed; true also of anything but a plain address. */
// @ts-ignore: decorator
@inline
export function mayHoldListed(addresses: usize, lastColumn: u32, end: usize): bool {
  const columns = addresses + ADDRESSES_COLUMNS;
  const columnsEnd = columns + 4 * <usize>load<u32>(addresses, ADDRESSES_COLUMN_COUNT);
  for (let place = columns; place < columnsEnd; place += 4) {
    const column = load<u32>(place);
    const from = cellStart(column);
    const to = column == lastColumn ? end : cellStart(column + 1) - 1;
    if (mayBeListed(addresses, from, to)) return true;
  }
  return false;
}

function mayBeListed(addresses: usize, from: usize, to: usize): bool {
  if (from == to) return false;
  let number: u32 = 0;
  let byte: u32 = 0;
  let digits: u32 = 0;
  let dots: u32 = 0;
  for (let at = from; at < to; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit < 10) {
      byte = byte * 10 + digit;
      digits++;
      if (digits > 3) return mayBeOther(addresses, from, to);
    } else if (digit == FULL_STOP) {
      if (digits == 0 || byte > 255) return true;
      number = (number << 8) | byte;
      byte = 0;
      digits = 0;
      dots++;
    } else return mayBeOther(addresses, from, to);
  }
  if (dots != 3 || digits == 0 || byte > 255) return true;
  number = (number << 8) | byte;
  return isKey(addresses, number) || isKey(addresses, number >>> 8) || isSet(<usize>load<u32>(addresses, ADDRESSES_IPV4_STARTS), number >>> 16);
}

/** The dash that stands for nothing, and IPv6 in its plainest form: of others, such as IPv4 written as IPv6, nobody can say. */
function mayBeOther(addresses: usize, from: usize, to: usize): bool {
  const first = load<u8>(from);
  if (first == DASH && to - from == 1) return false;
  let group: u32 = 0;
  let groupEnd: usize = 0;
  let at = from;
  for (; at < to; at++) {
    const byte = load<u8>(at);
    const value = hexValue(byte);
    if (value < 16) {
      if (groupEnd == 0) group = (group << 4) | value;
    } else if (byte != COLON) break;
    else if (groupEnd == 0) groupEnd = at;
  }
  if (!isZone(at, to)) return true;
  // `::1`, this server.
  if (first == COLON) return !(at - from == 3 && load<u8>(from + 1) == COLON && load<u8>(from + 2) == 0x31) || isSet(<usize>load<u32>(addresses, ADDRESSES_IPV6_STARTS), 0);
  if (groupEnd - from != 4 || group < 0x2000) return true;
  return isSet(<usize>load<u32>(addresses, ADDRESSES_IPV6_STARTS), group);
}

/** Nothing, or a `%` and one digit or two: more of it could be decoded to another address. */
function isZone(at: usize, to: usize): bool {
  if (at == to) return true;
  if (load<u8>(at) != PERCENT || to - at > 3 || to - at < 2) return false;
  for (let digit = at + 1; digit < to; digit++) if (<u32>load<u8>(digit) - 0x30 > 9) return false;
  return true;
}

/** 0 to 15; more for what is no hexadecimal digit. */
// @ts-ignore: decorator
@inline
function hexValue(byte: u8): u32 {
  const digit = <u32>byte - 0x30;
  if (digit < 10) return digit;
  const letter = <u32>(byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : 16;
}

// @ts-ignore: decorator
@inline
function isKey(addresses: usize, key: u32): bool {
  const keys = <usize>load<u32>(addresses, ADDRESSES_KEYS);
  const shift = load<u32>(addresses, ADDRESSES_SHIFT);
  return isSet(keys, (key * FIRST_FACTOR) >>> shift) && isSet(keys, ((key ^ (key >>> 15)) * SECOND_FACTOR) >>> shift);
}

// @ts-ignore: decorator
@inline
function isSet(bits: usize, index: u32): bool {
  return ((load<u8>(bits + <usize>(index >>> 3)) >> <u8>(index & 7)) & 1) != 0;
}
