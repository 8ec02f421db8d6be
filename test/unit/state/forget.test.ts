import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { StateDatabase } from '../../../src/state/database.ts';
import { forget } from '../../../src/state/forget.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-03-01T12:00:00Z');

let folder: string;
let database: StateDatabase;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-forget-'));
  database = await StateDatabase.open(folder, '1');
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function addMatches(...times: readonly number[]): void {
  database.write(
    'INSERT INTO match VALUES (?, ?, ?, ?)',
    times.map((time, index) => [Buffer.from([index, time % 251]), 'rule', time, '{}']),
  );
}
const times = (): number[] => database.all('SELECT time FROM match ORDER BY time').map((row) => Number(row['time']));

test('a match that is dated ahead does not make those of today old', () => {
  addMatches(NOW - DAY_MS, NOW, Date.parse('2099-01-01'));
  expect(forget(database, { run: 1, now: NOW, longestMs: 0 })).toBe(0);
  expect(times()).toEqual([NOW - DAY_MS, NOW, Date.parse('2099-01-01')]);
});

test('of logs of long ago, what is old beside the rest of them is forgotten', () => {
  const then = NOW - 1_000 * DAY_MS;
  addMatches(then - 31 * DAY_MS, then - 29 * DAY_MS, then);
  forget(database, { run: 1, now: NOW, longestMs: DAY_MS });
  expect(times()).toEqual([then - 29 * DAY_MS, then]);
});

test('what there is no room for is counted behind what is old', () => {
  addMatches(NOW - 40 * DAY_MS, NOW - 3, NOW - 2, NOW - 1);
  expect(forget(database, { run: 1, now: NOW, longestMs: 0, mostMatches: 2 })).toBe(1);
  expect(times()).toEqual([NOW - 2, NOW - 1]);
});

test('what was told is forgotten after 400 days, however many runs there were', () => {
  const told = (): number[] => database.all('SELECT run FROM told ORDER BY run').map((row) => Number(row['run']));
  for (const [run, day] of [
    [1, 0],
    [2_000, 200],
    [4_000, 401],
  ] as const) {
    database.write('INSERT INTO told VALUES (?, ?)', [[Buffer.from([run % 251, 1]), run]]);
    forget(database, { run, now: NOW + day * DAY_MS, longestMs: 0 });
  }
  expect(told()).toEqual([1, 2_000, 4_000]);
  forget(database, { run: 5_000, now: NOW + 601 * DAY_MS, longestMs: 0 });
  expect(told()).toEqual([2_000, 4_000]);
});
