import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { MatchStore, type MatchStoreOptions } from '../../src/match-store.ts';
import type { FeedingMatch } from '../../src/model/feeding-match.ts';

/** Out of order, some at the same time, some without any; values of every kind. */
function matchOf(index: number): FeedingMatch {
  return {
    id: index.toString(16).padStart(32, '0'),
    rule: `rule-${index % 3}`,
    ...(index % 11 !== 0 && { time: 1_614_754_800_000 + ((index * 7_919) % 60) * 1_000 }),
    values: [index % 5 === 0 ? undefined : `ärger \u{1f600} ${'x'.repeat(index % 700)}`, '', 'a\nb'],
    ...(index % 2 === 0 && { host: 'EX01' }),
    logType: 'iis-w3c',
    path: `logs/${index % 7}.log`,
    line: index,
    offset: index * 2 ** 33,
  };
}

const NUMBERS = Array.from({ length: 500 }, (_, index) => index);

function storeOf(options: MatchStoreOptions, numbers: readonly number[] = NUMBERS): MatchStore {
  const store = new MatchStore(options);
  for (const number of numbers) store.add(matchOf(number), (number % 3) + 1);
  store.settle(1, 0);
  store.settle(2, 10_000);
  return store;
}

function contentOf(store: MatchStore): unknown[] {
  return Array.from(store, ({ place, ...match }) => ({ ...match, ...store.record(place) }));
}

test('matches come in the order of time, path and place, with all that was said of them, and those that are not settled do not', () => {
  const content = contentOf(storeOf({}));
  const expected = NUMBERS.filter((number) => number % 3 !== 2).map(matchOf);
  const timed = expected.flatMap((match) => (match.time === undefined ? [] : [{ ...match, time: match.time }]));
  const inOrder = timed.toSorted((a, b) => a.time - b.time || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.offset - b.offset));
  expect(content).toEqual(
    inOrder.map(({ id, rule, time, values, host, logType, path: file, line, offset }) => ({
      rule,
      time,
      values,
      host,
      id,
      record: {
        '@timestamp': new Date(time).toISOString(),
        rule: { id: rule },
        ...(host !== undefined && { host: { name: host } }),
        log: { type: logType, file: { path: file }, line: line % 3 === 0 ? line : line + 10_000, offset },
      },
    })),
  );
});

test('they are the same whether memory held them or not, and in whatever order they came', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-matches-'));
  try {
    const inMemory = contentOf(storeOf({}));
    for (const runBytes of [1, 5_000, 77_777]) {
      expect(contentOf(storeOf({ spillFolder: folder, runBytes }))).toEqual(inMemory);
      expect(contentOf(storeOf({ spillFolder: folder, runBytes }, NUMBERS.toReversed()))).toEqual(inMemory);
      expect(contentOf(storeOf({ runBytes }))).toEqual(inMemory);
    }
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a folder that cannot be written leaves them in memory', () => {
  const spillFolder = path.join(tmpdir(), 'exhunt-no-such-folder');
  expect(contentOf(storeOf({ spillFolder, runBytes: 1_000 }))).toEqual(contentOf(storeOf({})));
});

test('matches without a time are counted by their rule', () => {
  const counts = new Map<string, number>();
  for (const [rule, count] of storeOf({}).timeless()) counts.set(rule, (counts.get(rule) ?? 0) + count);
  const expected = NUMBERS.filter((number) => number % 11 === 0 && number % 3 !== 2);
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(expected.length);
});
