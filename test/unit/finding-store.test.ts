import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { FindingStore, type FindingStoreOptions } from '../../src/finding-store.ts';
import type { Finding } from '../../src/model/finding.ts';
import { receiveFindings, receiveMatches, sendFindings, sendMatches } from '../../src/packed-finding.ts';
import { LEVELS } from '../../src/model/rule.ts';

/** Findings out of order, some at the same time, one without any. */
function findingOf(index: number): Finding {
  const second = (index * 7_919) % 60;
  return {
    id: `id-${index}`,
    ...(index % 11 !== 0 && { '@timestamp': `2021-03-03T06:59:${String(second).padStart(2, '0')}.000Z` }),
    rule: { id: `rule-${index % 3}`, name: 'Rule', level: LEVELS[index % LEVELS.length] ?? 'low' },
    ...(index % 2 === 0 && { vulnerability: { id: [`CVE-2021-${index % 4}`] } }),
    ...(index % 3 === 0 && { threat: { technique: { id: ['T1190'] } } }),
    message: 'm',
    log: { type: 'iis-w3c', file: { path: `logs/${index % 5}.log` }, line: index, offset: index },
    event: { original: `ärger "${index}"\u2028 ${'x'.repeat(index % 50)}` },
    matched: [],
  };
}

function storeOf(options: Omit<FindingStoreOptions, 'minLevel'>): FindingStore {
  const store = new FindingStore({ minLevel: 'informational', ...options });
  for (let index = 0; index < 500; index += 1) store.add(findingOf(index), index % 2);
  store.settle(0, 0);
  store.settle(1, 10_000);
  return store;
}

test('findings come in the same order whether memory held them or not, as often as they are asked for', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-spill-'));
  try {
    const inMemory = [...storeOf({})];
    expect(inMemory).toHaveLength(500);
    // Runs of one finding, of a few, and one whose last run stays in memory.
    for (const runBytes of [1, 1_000, 40_000]) {
      const spilled = storeOf({ spillFolder: folder, runBytes });
      expect([...spilled]).toEqual(inMemory);
      expect([...spilled]).toEqual(inMemory);
    }
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a finding comes back as it was, to the order of its keys', () => {
  const store = new FindingStore({ minLevel: 'informational' });
  const findings = Array.from({ length: 12 }, (_, index) => findingOf(index));
  // As of another thread: nothing is the same object.
  for (const finding of findings) store.add(structuredClone(finding), 1);
  store.settle(1, 0);
  const byId = new Map(Array.from(store, (finding) => [finding.id, JSON.stringify(finding)] as const));
  for (const finding of findings) expect(byId.get(finding.id)).toBe(JSON.stringify(finding));
});

test('findings and matches go over to another thread and come out as they were', () => {
  const findings = Array.from({ length: 12 }, (_, index) => findingOf(index));
  expect(receiveFindings(sendFindings(findings)).map((finding) => JSON.stringify(finding))).toEqual(
    findings.map((finding) => JSON.stringify(finding)),
  );
  const place = { id: 'i', rule: 'r', logType: 'iis-w3c', path: 'a.log', line: 1, offset: 2 };
  const matches = [
    { ...place, time: 3, values: ['a', undefined, ''], host: 'EX01' },
    { ...place, values: [] },
  ];
  expect(receiveMatches(sendMatches(matches))).toStrictEqual(matches);
});

test('a finding of any size finds room', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-spill-'));
  try {
    const store = new FindingStore({ minLevel: 'informational', spillFolder: folder, runBytes: 1_000 });
    const lengths = [10, 9_000_000, 10, 20_000, 10];
    for (const [index, length] of lengths.entries()) store.add({ ...findingOf(1), id: String(index), message: 'ü'.repeat(length) }, 1);
    store.settle(1, 0);
    expect(Array.from(store, ({ id, message }) => [id, message.length])).toEqual(lengths.map((length, index) => [String(index), length]));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a folder that cannot be written leaves them in memory', () => {
  expect([...storeOf({ spillFolder: path.join(tmpdir(), 'exhunt-no-such-folder'), runBytes: 1 })]).toEqual([...storeOf({})]);
});

test('what is below the least level is counted and not kept', () => {
  const store = new FindingStore({ minLevel: 'high' });
  for (let index = 0; index < 10; index += 1) store.add(findingOf(index), 1);
  store.settle(1, 0);
  expect(store.byLevel).toEqual({ informational: 2, low: 2, medium: 2, high: 2, critical: 2 });
  expect(new Set(Array.from(store, ({ rule }) => rule.level))).toEqual(new Set(['high', 'critical']));
});

test('lines of a piece count from the beginning of its file once that is known, and a piece that is read again does not count', () => {
  const store = new FindingStore({ minLevel: 'informational' });
  store.add(findingOf(1), 1);
  store.add(findingOf(2), 2);
  store.add(findingOf(2), 3);
  store.settle(1, 0);
  store.settle(3, 40);
  expect(Array.from(store, ({ log }) => log.line).toSorted((a, b) => a - b)).toEqual([1, 42]);
  expect(store.byLevel).toEqual({ informational: 0, low: 1, medium: 1, high: 0, critical: 0 });
});
