import { BIN_MS, BINS_A_DAY, BINS_AN_HOUR, busyBins, recordsIn, type Days } from '../model/activity.ts';

/** Whole tens of minutes without a record, in which there should have been some. */
export interface Silence {
  /** Milliseconds since 1970; `to` is behind the last. */
  readonly from: number;
  readonly to: number;
  /** So many records there should have been, at a careful guess. */
  readonly expected: number;
}

/** Bins from `from` on and before `to`. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** An hour that no record is of holds five whole tens of minutes, wherever it begins. */
const LEAST_SILENT = 5;
/** A longer silence parts two logs rather than being a gap in one: who knows what happened in between. */
const MOST_SILENT = 31 * BINS_A_DAY;
/** A log with records in fewer of its tens of minutes is never called busy; this also bounds the time that hostile logs take. */
const LEAST_BUSY = 0.1;
/** Days on either side that a silence is held against. */
const DAYS_AROUND = 14;
/** So many days show what is usual; where there are fewer, more has to come together. */
const MANY_DAYS = 4;
/** Where many days tell, chance does not take away so many records (if they were spread at random: once in 500 million). */
const LEAST_EXPECTED = 20;
const LEAST_EXPECTED_BY_FEW = 50;
/** Tens of minutes that are busy on other days; fewer are a burst. */
const LEAST_BUSY_BINS = 5;
/** A whole working day: then nothing more has to be known. */
const MOST_BUSY_BINS = 36;
/** Where no other day tells, a longer silence could be a night. */
const MOST_WITHOUT_DAYS = 3 * BINS_AN_HOUR;

/** The silences of a log that has records before and behind them, and should have had some in between. The rule in words: docs/coverage.md. */
export function findSilences(days: Days): Silence[] {
  return parts(busyBins(days)).flatMap((part) => silencesOf(days, part));
}

/** What lies between silences so long that nobody knows what they mean. */
function parts(sorted: readonly number[]): (readonly number[])[] {
  const found: number[][] = [];
  let last = -Infinity;
  for (const bin of sorted) {
    if (bin - last > MOST_SILENT) found.push([]);
    found.at(-1)?.push(bin);
    last = bin;
  }
  return found;
}

function silencesOf(days: Days, busy: readonly number[]): Silence[] {
  const [from, to] = [busy[0] ?? 0, (busy.at(-1) ?? 0) + 1];
  if (busy.length < (to - from) * LEAST_BUSY) return [];
  const log: Log = { days, from, to };
  return busy.flatMap((bin, index) => {
    const next = busy[index + 1] ?? bin;
    if (next - bin <= LEAST_SILENT) return [];
    const silent = { from: bin + 1, to: next };
    const expected = Math.round(expectedIn(silent, log));
    return expected === 0 ? [] : [{ from: silent.from * BIN_MS, to: silent.to * BIN_MS, expected }];
  });
}

interface Log extends Stretch {
  readonly days: Days;
}

/** How many records should have been in a silence; 0 where it may be one of the log's own. */
function expectedIn(silent: Stretch, log: Log): number {
  let [expected, busy, unknown, few] = [0, 0, 0, 0];
  let lowest: number | undefined;
  for (let bin = silent.from; bin < silent.to; bin += 1) {
    const others = comparable(bin, silent, log);
    if (others.length === 0) lowest ??= lowestUsual(silent, log);
    if (others.length === 0 && lowest === 0) unknown += 1;
    else if (others.length > 0 && others.length < MANY_DAYS) few += 1;
    const usual = others.length === 0 ? (lowest ?? 0) : lowerQuarter(others);
    expected += usual;
    if (usual > 0) busy += 1;
  }
  const length = silent.to - silent.from;
  if (busy >= LEAST_BUSY_BINS) {
    const areMany = few * 2 <= length - unknown;
    const isSure = areMany || busy >= MOST_BUSY_BINS || hasBusyNeighbours(silent, log);
    if (isSure && expected >= (areMany ? LEAST_EXPECTED : LEAST_EXPECTED_BY_FEW)) return expected;
  }
  return unknown * 2 > length && length <= MOST_WITHOUT_DAYS ? expectedByNeighbours(silent, log) : 0;
}

/**
 * The records at the same time of other days, outside of the silence. From Monday noon to Friday morning it is a working day everywhere;
 * at other times it is a weekend somewhere, and only the same day of other weeks is like it.
 */
function comparable(bin: number, silent: Stretch, { days: counts, from, to }: Log): number[] {
  const found: number[] = [];
  const isWorkday = isWorkdayEverywhere(bin);
  for (let days = -DAYS_AROUND; days <= DAYS_AROUND; days += 1) {
    const other = bin + days * BINS_A_DAY;
    if (other < from || other >= to || (other >= silent.from && other < silent.to)) continue;
    if (isWorkday ? isWorkdayEverywhere(other) : days % 7 === 0) found.push(recordsIn(counts, other));
  }
  return found;
}

/** 1970 began on a Thursday. */
function isWorkdayEverywhere(bin: number): boolean {
  const inWeek = (((bin + 3 * BINS_A_DAY) % (7 * BINS_A_DAY)) + 7 * BINS_A_DAY) % (7 * BINS_A_DAY);
  return inWeek >= BINS_A_DAY / 2 && inWeek < 4 * BINS_A_DAY + 10 * BINS_AN_HOUR;
}

/** What a log that never rests has in its quietest ten minutes of the day; 0 for one that does, or where days are too few to tell. */
function lowestUsual(silent: Stretch, { days: counts, from, to }: Log): number {
  let lowest = Infinity;
  for (let time = 0; time < BINS_A_DAY && lowest > 0; time += 1) {
    const found: number[] = [];
    for (let days = -DAYS_AROUND; days <= DAYS_AROUND; days += 1) {
      const other = silent.from + time + days * BINS_A_DAY;
      if (other >= from && other < to && !(other >= silent.from && other < silent.to)) found.push(recordsIn(counts, other));
    }
    lowest = found.length < MANY_DAYS ? 0 : Math.min(lowest, lowerQuarter(found));
  }
  return lowest;
}

/** What three of four are not below; the least of few. */
function lowerQuarter(counts: readonly number[]): number {
  return counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 4)] ?? 0;
}

/** By the hours before and behind, which both have to be busy. */
function expectedByNeighbours(silent: Stretch, log: Log): number {
  if (!hasBusyNeighbours(silent, log)) return 0;
  const least = Math.min(...neighbours(silent, log).map((counts) => counts.reduce((sum, count) => sum + count, 0)));
  const expected = (least / BINS_AN_HOUR) * (silent.to - silent.from);
  return expected >= LEAST_EXPECTED_BY_FEW ? expected : 0;
}

function hasBusyNeighbours(silent: Stretch, log: Log): boolean {
  return neighbours(silent, log).every((counts) => counts.filter((count) => count > 0).length >= BINS_AN_HOUR - 1);
}

function neighbours({ from, to }: Stretch, { days }: Log): (readonly number[])[] {
  const hour = (start: number): number[] => Array.from({ length: BINS_AN_HOUR }, (_, index) => recordsIn(days, start + index));
  return [hour(from - BINS_AN_HOUR), hour(to)];
}
