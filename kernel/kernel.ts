import { mayHoldListed } from './addresses';
import { beginLine, cellCount, cellStart, note } from './cells';
import { having, isWanted, LONGEST as LONGEST_VALUE, lookUp, remember, rulesOfNothing } from './dictionary';
import { maskGuids } from './guids';
import {
  DICTIONARY_BYTES,
  DICTIONARY_COLUMN,
  DICTIONARY_IS_MASKED,
  DICTIONARY_PLACES,
  DICTIONARY_RULES,
  PLAN_ADDRESSES,
  PLAN_ADDRESS_RULES,
  PLAN_ALWAYS,
  PLAN_COLUMNS,
  PLAN_COVERED,
  PLAN_DELIMITER,
  PLAN_DICTIONARIES,
  PLAN_DICTIONARY_COUNT,
  PLAN_REGIONS,
  PLAN_REGION_COUNT,
  REGION_BYTES,
  REGION_FIRST,
  REGION_LAST,
  REGION_RULES,
  PLAN_IS_ISO,
  PLAN_LATE_COUNT,
  PLAN_LITERAL_RULES,
  PLAN_HAS_QUOTES,
  PLAN_STARTS,
  PLAN_START_RULES,
  RESULT,
  RESULT_CELL,
  RESULT_CELL_END,
  RESULT_DICTIONARY,
  RESULT_FIRST,
  RESULT_IN_SPAN,
  RESULT_LAST,
  RESULT_LEFT,
  RESULT_LINE_END,
  RESULT_REASON,
  RESULT_SKIPPED,
  RESULT_TIME,
} from '../src/prefilter/layout';
import { bits, rulesIn } from './literals';
import { mayHaveEscapes } from './pairs';
import { rulesOfDecoded } from './percent';
import { rulesWithoutStart } from './starts';
import { countActivity, timeAt } from './time';

/** Why a scan stopped: every line is counted; a line is for the parser; rules may match it; a value should be learned. */
const ENDED: u32 = 0;
const ODD: u32 = 1;
const CANDIDATE: u32 = 2;
const VALUE: u32 = 3;

const LF: u8 = 0x0a;
const QUOTE: u8 = 0x22;
const CR: u8 = 0x0d;
const BLANK: u8 = 0x20;
/** Longer lines are cut, which has to be told. */
const LONGEST: usize = 1000000;

let spanFrom: f64 = -Infinity;
let spanTo: f64 = Infinity;

/** Records in this span of time are counted; milliseconds since 1970, both ends included. */
export function setSpan(from: f64, to: f64): void {
  spanFrom = from;
  spanTo = to;
}

/** Counts the line that the last scan stopped at, if only for the activity. */
export function countCandidate(): void {
  countActivity();
}

/** Remembers a value, as the dictionary knows it, with what was put down of it. */
export function learn(dictionary: usize, start: usize, end: usize): void {
  remember(dictionary, start, end);
}

/** A value as the dictionary knows it. @returns where it lies */
export function mask(dictionary: usize, start: usize, end: usize): usize {
  return load<u32>(dictionary, DICTIONARY_IS_MASKED) == 0 || end - start > LONGEST_VALUE ? start : maskGuids(start, end);
}

/**
 * Counts lines that are records in plain form and that no rule matches, from the first one on.
 *
 * @param to behind a line feed; 128 more bytes are read
 * @returns where the line begins that it stopped at, and that is not counted
 */
export function scan(plan: usize, from: usize, to: usize): usize {
  store<u32>(RESULT, ENDED, RESULT_REASON);
  store<u32>(RESULT, 0, RESULT_SKIPPED);
  store<u32>(RESULT, 0, RESULT_IN_SPAN);
  store<f64>(RESULT, Infinity, RESULT_FIRST);
  store<f64>(RESULT, -Infinity, RESULT_LAST);
  // Two loops: without quotes there is less to look at.
  return load<u32>(plan, PLAN_HAS_QUOTES) == 0 ? scanWith(plan, from, to, false) : scanWith(plan, from, to, true);
}

// @ts-ignore: decorator
@inline
function scanWith(plan: usize, from: usize, to: usize, hasQuotes: bool): usize {
  const delimiter = i8x16.splat(<i8>load<u32>(plan, PLAN_DELIMITER));
  const columns = load<u32>(plan, PLAN_COLUMNS);
  let start = from;
  let next = beginLine(from);
  let isOdd = false;
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    let delimiters = bits(i8x16.eq(a, delimiter), i8x16.eq(b, delimiter), i8x16.eq(c, delimiter), i8x16.eq(d, delimiter));
    const oddA = oddIn(a, hasQuotes);
    const oddB = oddIn(b, hasQuotes);
    const oddC = oddIn(c, hasQuotes);
    const oddD = oddIn(d, hasQuotes);
    if (v128.any_true(v128.or(v128.or(oddA, oddB), v128.or(oddC, oddD)))) {
      let special = bits(oddA, oddB, oddC, oddD);
      if (at + 64 > to) special &= ((<u64>1) << (<u64>(to - at))) - 1;
      for (; special != 0; special &= special - 1) {
        const index = ctz(special);
        const place = at + <usize>index;
        const byte = load<u8>(place);
        if (byte != LF) {
          if (byte != CR || load<u8>(place + 1) != LF) isOdd = true;
          continue;
        }
        const before = ((<u64>1) << index) - 1;
        next = note(delimiters & before, at, next);
        const reason = isOdd || cellCount(next) != columns ? ODD : judge(plan, start, place);
        if (reason != ENDED) {
          store<u32>(RESULT, reason, RESULT_REASON);
          store<u32>(RESULT, <u32>place, RESULT_LINE_END);
          return start;
        }
        start = place + 1;
        next = beginLine(start);
        isOdd = false;
        delimiters &= ~before;
      }
    }
    // A line that has more cells than it should is odd, however many there are.
    if (cellCount(next) <= columns) next = note(delimiters, at, next);
  }
  return start;
}

/** Not 0 for line ends and other control characters, for what is no ASCII (these bytes are negative), and for quotes. */
// @ts-ignore: decorator
@inline
function oddIn(bytes: v128, hasQuotes: bool): v128 {
  const control = i8x16.lt_s(bytes, i8x16.splat(0x0e));
  return hasQuotes ? v128.or(control, i8x16.eq(bytes, i8x16.splat(QUOTE))) : control;
}

/** Of a line with as many cells as it should have: counts it, or says why not. */
// @ts-ignore: decorator
@inline
function judge(plan: usize, start: usize, feed: usize): u32 {
  const end = load<u8>(feed - 1) == CR ? feed - 1 : feed;
  // What stands at the end may be trimmed before the cells are counted.
  if (end - start > LONGEST || load<u8>(end - 1) <= BLANK) return ODD;
  const time = timeAt(start, load<u32>(plan, PLAN_IS_ISO) != 0, <u8>load<u32>(plan, PLAN_DELIMITER));
  if (time != time) return ODD;

  const wanting = load<u64>(plan, PLAN_LITERAL_RULES);
  let left = load<u64>(plan, PLAN_ALWAYS) | wanting;
  const first = <usize>load<u32>(plan, PLAN_DICTIONARIES);
  const last = first + <usize>DICTIONARY_BYTES * <usize>load<u32>(plan, PLAN_DICTIONARY_COUNT);
  const lastColumn = load<u32>(plan, PLAN_COLUMNS) - 1;
  let isStarted = false;
  const addresses = <usize>load<u32>(plan, PLAN_ADDRESSES);
  if (addresses != 0 && !mayHoldListed(addresses, lastColumn, end)) left &= ~load<u64>(plan, PLAN_ADDRESS_RULES);
  let withLiterals: u64 = 0;
  for (let dictionary = first; dictionary < last && left != 0; dictionary += DICTIONARY_BYTES) {
    const places = load<u64>(dictionary, DICTIONARY_PLACES);
    if ((left & load<u64>(dictionary, DICTIONARY_RULES)) == 0) {
      withLiterals |= places;
      continue;
    }
    left &= rulesOfValue(dictionary, lastColumn, end);
    if (isWanted) return VALUE;
    withLiterals |= having & places;
    if (isStarted) continue;
    // The first value rules out the most; what cells begin with is told sooner than other values are looked up.
    isStarted = true;
    left = withStart(plan, left);
  }
  if (!isStarted) left = withStart(plan, left);
  left &= withLiterals | ~load<u64>(plan, PLAN_COVERED);
  const inQuestion = left & wanting;
  if (inQuestion != 0) {
    left &= ~wanting | withLiteral(plan, end, inQuestion);
  }
  if (left == 0) {
    count(time);
    return ENDED;
  }
  const lateLast = last + <usize>DICTIONARY_BYTES * <usize>load<u32>(plan, PLAN_LATE_COUNT);
  for (let dictionary = last; dictionary < lateLast; dictionary += DICTIONARY_BYTES) {
    if ((left & load<u64>(dictionary, DICTIONARY_RULES)) == 0) continue;
    left &= rulesOfValue(dictionary, lastColumn, end);
    if (isWanted) return VALUE;
  }
  if (left == 0) {
    count(time);
    return ENDED;
  }
  store<u64>(RESULT, left, RESULT_LEFT);
  store<f64>(RESULT, time, RESULT_TIME);
  return CANDIDATE;
}

/** What the value of the line at hand leaves, and of a value that is worth keeping where it is. */
// @ts-ignore: decorator
@inline
function rulesOfValue(dictionary: usize, lastColumn: u32, end: usize): u64 {
  const column = load<u32>(dictionary, DICTIONARY_COLUMN);
  const from = cellStart(column);
  const to = column == lastColumn ? end : cellStart(column + 1) - 1;
  if (from == to) return rulesOfNothing(dictionary);
  const value = mask(dictionary, from, to);
  const rules = lookUp(dictionary, value, value + (to - from));
  if (isWanted) {
    store<u32>(RESULT, <u32>dictionary, RESULT_DICTIONARY);
    store<u32>(RESULT, <u32>value, RESULT_CELL);
    store<u32>(RESULT, <u32>(value + (to - from)), RESULT_CELL_END);
  }
  return rules;
}

// @ts-ignore: decorator
@inline
function withStart(plan: usize, rules: u64): u64 {
  const inQuestion = rules & load<u64>(plan, PLAN_START_RULES);
  return inQuestion == 0 ? rules : rules & ~rulesWithoutStart(<usize>load<u32>(plan, PLAN_STARTS), inQuestion);
}

/** Of the rules in question, those that have a literal in the cells where it may stand. */
// @ts-ignore: decorator
@inline
function withLiteral(plan: usize, end: usize, inQuestion: u64): u64 {
  const lastColumn = load<u32>(plan, PLAN_COLUMNS) - 1;
  const regions = <usize>load<u32>(plan, PLAN_REGIONS);
  const regionsEnd = regions + <usize>REGION_BYTES * <usize>load<u32>(plan, PLAN_REGION_COUNT);
  let met: u64 = 0;
  for (let region = regions; region < regionsEnd; region += REGION_BYTES) {
    const asked = inQuestion & load<u64>(region, REGION_RULES);
    if (asked == 0) continue;
    const from = cellStart(load<u32>(region, REGION_FIRST));
    const last = load<u32>(region, REGION_LAST);
    const to = last == lastColumn ? end : cellStart(last + 1) - 1;
    const here = rulesIn(from, to, plan, region, asked);
    met |= here;
    if (here != asked && mayHaveEscapes) met |= rulesOfDecoded(from, to, plan, region, asked & ~here);
  }
  return met;
}

// @ts-ignore: decorator
@inline
function count(time: f64): void {
  countActivity();
  store<u32>(RESULT, load<u32>(RESULT, RESULT_SKIPPED) + 1, RESULT_SKIPPED);
  if (time >= spanFrom && time <= spanTo) store<u32>(RESULT, load<u32>(RESULT, RESULT_IN_SPAN) + 1, RESULT_IN_SPAN);
  if (time < load<f64>(RESULT, RESULT_FIRST)) store<f64>(RESULT, time, RESULT_FIRST);
  if (time > load<f64>(RESULT, RESULT_LAST)) store<f64>(RESULT, time, RESULT_LAST);
}
