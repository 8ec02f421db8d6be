import { ACTIVITY_BYTES, ACTIVITY_COUNTS, HOUR, RESULT, RESULT_ACTIVITY } from '../src/prefilter/layout';

const MONTHS = memory.data<u8>([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
const BLANK: u8 = 0x20;
const DASH: u8 = 0x2d;
const DOT: u8 = 0x2e;
const COLON: u8 = 0x3a;
const T: u8 = 0x54;
const Z: u8 = 0x5a;

/** Milliseconds since 1970 of the hour in HOUR. */
let hourMs: f64 = 0;
/** Which ten minutes of it the last time was of. */
let tenMinutes: usize = 0;
/** `2021-03-03 06`: a bit for each byte. */
const DATE_AND_HOUR: i32 = 0x1fff;

/** The time that a line begins with, followed by the delimiter; not a number for anything unusual. */
export function timeAt(at: usize, isIso: bool, delimiter: u8): f64 {
  // Logs that write their time in another way share what is remembered.
  if (load<u8>(at + 10) != (isIso ? T : BLANK)) return NaN;
  // Most lines are of the same hour as the line above them.
  if ((i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(HOUR))) & DATE_AND_HOUR) != DATE_AND_HOUR && !readHour(at)) return NaN;
  const minute = twoDigits(at + 14);
  const second = twoDigits(at + 17);
  if (load<u8>(at + 13) != COLON || minute > 59 || load<u8>(at + 16) != COLON || second > 59) return NaN;
  tenMinutes = <usize>(minute / 10);
  const time = hourMs + <f64>((minute * 60 + second) * 1000);
  if (!isIso) return load<u8>(at + 19) == delimiter ? time : NaN;
  const tens = twoDigits(at + 20);
  const ones = digit(at + 22);
  const isWhole = load<u8>(at + 19) == DOT && load<u8>(at + 23) == Z && load<u8>(at + 24) == delimiter;
  return isWhole && tens <= 99 && ones <= 9 ? time + <f64>(tens * 10 + ones) : NaN;
}

function readHour(at: usize): bool {
  if (load<u8>(at + 4) != DASH || load<u8>(at + 7) != DASH) return false;
  const century = twoDigits(at);
  const yearOfCentury = twoDigits(at + 2);
  const month = twoDigits(at + 5);
  const day = twoDigits(at + 8);
  const hour = twoDigits(at + 11);
  if (century > 99 || yearOfCentury > 99 || month == 0 || month > 12 || day == 0 || hour > 23) return false;
  const year = century * 100 + yearOfCentury;
  if (year < 1970 || day > <u32>load<u8>(MONTHS + month) + <u32>(month == 2 && isLeap(year))) return false;
  const hours = daysBefore(year, month, day) * 24 + hour;
  hourMs = <f64>hours * 3600000;
  v128.store(HOUR, v128.load(at));
  beginHour(hours);
  return true;
}

/** Behind the hour before, where anything was counted in it. */
function beginHour(hours: u32): void {
  let entry = <usize>load<u32>(RESULT, RESULT_ACTIVITY);
  if (v128.any_true(v128.load(entry, ACTIVITY_COUNTS)) || load<u64>(entry, ACTIVITY_COUNTS + 16) != 0) entry += ACTIVITY_BYTES;
  store<u32>(RESULT, <u32>entry, RESULT_ACTIVITY);
  store<u32>(entry, hours);
  v128.store(entry, i64x2.splat(0), ACTIVITY_COUNTS);
  store<u64>(entry, 0, ACTIVITY_COUNTS + 16);
}

/** Counts the record that the last time was of. */
// @ts-ignore: decorator
@inline
export function countActivity(): void {
  const place = <usize>load<u32>(RESULT, RESULT_ACTIVITY) + (tenMinutes << 2);
  store<u32>(place, load<u32>(place, ACTIVITY_COUNTS) + 1, ACTIVITY_COUNTS);
}

function isLeap(year: u32): bool {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/** Days from 1970-01-01, of the Gregorian calendar: years begin in March, so that a leap day ends one. */
function daysBefore(year: u32, month: u32, day: u32): u32 {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = month > 2 ? month - 3 : month + 9;
  const days = 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + (153 * marchMonth + 2) / 5 + day - 1;
  return days - 719468;
}

/** More than 99 where one of the two is no digit. */
// @ts-ignore: decorator
@inline
function twoDigits(at: usize): u32 {
  const tens = digit(at);
  const ones = digit(at + 1);
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : 1000;
}

// @ts-ignore: decorator
@inline
function digit(at: usize): u32 {
  return <u32>load<u8>(at) - 48;
}
