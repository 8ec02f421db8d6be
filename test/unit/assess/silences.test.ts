import { describe, expect, test } from '@jest/globals';
import { ActivityLedger } from '../../../src/assess/activity-ledger.ts';
import { findSilences } from '../../../src/assess/silences.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
const MONDAY = Date.UTC(2021, 2, 1);

interface Log {
  readonly from: number;
  readonly days: number;
  /** Records in a minute of this time, on an average. */
  readonly rate: (time: number) => number;
}

/** Mulberry32, by Tommy Ettinger. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The silences found in a log of records at random, those of the gaps left out. */
function found({ from, days, rate }: Log, ...gaps: readonly (readonly [from: number, to: number])[]): string[] {
  const random = createRandom(26_855);
  const ledger = new ActivityLedger();
  for (let time = from; time < from + days * DAY_MS; time += MINUTE_MS) {
    if (gaps.some(([start, end]) => time >= start && time < end)) continue;
    const mean = rate(time);
    const records = Math.floor(mean) + (random() < mean % 1 ? 1 : 0);
    for (let count = 0; count < records; count += 1) ledger.add(time + count * 100);
  }
  const shown = (time: number): string => new Date(time).toISOString().slice(5, 16);
  return findSilences(ledger.activity.days).map((silence) => `${shown(silence.from)} ${shown(silence.to)}`);
}

const hourOf = (time: number): number => (time % DAY_MS) / HOUR_MS;
const weekday = (time: number): number => new Date(time).getUTCDay();

/** Health probes all day, people by day. */
const probed = (time: number): number => 2 + (hourOf(time) > 6 && hourOf(time) < 18 ? 20 : 0);
/** People from seven to seven and nobody else. */
const office = (time: number): number => (hourOf(time) > 7 && hourOf(time) < 19 ? 10 : 0);
const workdays = (time: number): number => (weekday(time) % 6 === 0 ? 0 : office(time));
const onMonday = (hours: number): number => MONDAY + hours * HOUR_MS;

describe('a gap is found', () => {
  test('of two hours in the only day of a log', () => {
    expect(found({ from: MONDAY, days: 1, rate: probed }, [onMonday(10), onMonday(12)])).toEqual(['03-01T10:00 03-01T12:00']);
  });

  test('of one hour that begins anywhere: its whole tens of minutes', () => {
    expect(found({ from: MONDAY, days: 1, rate: probed }, [onMonday(10.12), onMonday(11.12)])).toEqual(['03-01T10:10 03-01T11:00']);
  });

  test('of two hours in one of many days, by day and by night', () => {
    expect(found({ from: MONDAY, days: 21, rate: probed }, [onMonday(9 * 24 + 10), onMonday(9 * 24 + 12)])).toEqual([
      '03-10T10:00 03-10T12:00',
    ]);
    expect(found({ from: MONDAY, days: 21, rate: probed }, [onMonday(9 * 24 + 2), onMonday(9 * 24 + 4)])).toEqual([
      '03-10T02:00 03-10T04:00',
    ]);
  });

  test('of two hours in a log that rests at night', () => {
    expect(found({ from: MONDAY, days: 14, rate: workdays }, [onMonday(9 * 24 + 10), onMonday(9 * 24 + 12)])).toEqual([
      '03-10T10:00 03-10T12:00',
    ]);
    expect(found({ from: MONDAY, days: 3, rate: office }, [onMonday(34), onMonday(36)])).toEqual(['03-02T10:00 03-02T12:00']);
  });

  test('of a whole day', () => {
    expect(found({ from: MONDAY, days: 14, rate: probed }, [onMonday(48), onMonday(72)])).toEqual(['03-03T00:00 03-04T00:00']);
    expect(found({ from: MONDAY, days: 12, rate: workdays }, [onMonday(48), onMonday(72)])).toEqual(['03-02T19:00 03-04T07:00']);
    expect(found({ from: MONDAY, days: 3, rate: office }, [onMonday(24), onMonday(48)])).toEqual(['03-01T19:00 03-03T07:00']);
  });

  test('of a Saturday, the only one, in a log that never rests', () => {
    expect(found({ from: MONDAY, days: 7, rate: probed }, [onMonday(120), onMonday(144)])).toEqual(['03-06T00:00 03-07T00:00']);
  });
});

describe('no gap is', () => {
  test('a log without one', () => {
    expect(found({ from: MONDAY, days: 30, rate: probed })).toEqual([]);
  });

  test.each([1, 2, 3, 5, 14, 30])('a quiet night, in %d days', (days) => {
    expect(found({ from: MONDAY, days, rate: office })).toEqual([]);
  });

  test('a night that ends as suddenly as it begins, in the middle of a day of UTC', () => {
    const rate = (time: number): number => (hourOf(time) < 3 || hourOf(time) > 15 ? 30 : 0);
    for (const days of [1, 2, 3, 10]) expect(found({ from: MONDAY, days, rate })).toEqual([]);
  });

  test.each([-11, -8, -5, 0, 5.5, 10])('a weekend, %d hours from Greenwich', (offset) => {
    const rate = (time: number): number => workdays(time + offset * HOUR_MS);
    for (const days of [5, 7, 8, 14, 30]) {
      for (let first = 0; first < 7; first += 1) expect(found({ from: MONDAY + first * DAY_MS, days, rate })).toEqual([]);
    }
  });

  test('the silence of a sparse log', () => {
    const rate = (time: number): number => (Math.floor(time / HOUR_MS) % 7 === 0 ? 0.2 : 0.01);
    for (const days of [1, 3, 14]) expect(found({ from: MONDAY, days, rate })).toEqual([]);
  });

  test('what an administrator did on one day and not on another', () => {
    const rate = (time: number): number => (hourOf(time) > 9 && hourOf(time) < 12 && weekday(time) !== 2 ? 1 : 0.02);
    for (const days of [2, 3, 4]) expect(found({ from: MONDAY, days, rate })).toEqual([]);
  });

  test('where the log begins or ends', () => {
    expect(found({ from: onMonday(9.5), days: 1.3, rate: probed })).toEqual([]);
  });

  test('a silence of more than a month, after which another log begins', () => {
    expect(found({ from: MONDAY, days: 60, rate: probed }, [onMonday(240), onMonday(240 + 40 * 24)])).toEqual([]);
  });
});

test('times of thousands of years are no burden', () => {
  const ledger = new ActivityLedger();
  for (let year = 1; year <= 9_999; year += 1) ledger.add(Date.UTC(2000, 5, 1) + (year - 2_000) * 365 * DAY_MS);
  const { days, isOverfull } = ledger.activity;
  expect([isOverfull, findSilences(days)]).toEqual([true, []]);
});
