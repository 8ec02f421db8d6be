import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../src/model/finding.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import type { ScanOptions, Workings } from '../../src/scan-options.ts';
import { scan } from '../../src/scan.ts';
import { damage, mutate } from '../damage.ts';
import { writeEventLog } from '../evtx-writer.ts';
import { INTRUSION_LOGS } from '../intrusion-logs.ts';

const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });

/** Logs of three kinds, with the intrusion in them; and records that go on over several lines. */
const LOGS = [
  ...INTRUSION_LOGS.map(({ content }) => content.subarray(0, 12_000)),
  Buffer.from(
    `#Fields: DateTime,UrlStem,Method,AnchorMailbox\n${'2021-03-03T06:59:13.030Z,"/ecp/\ny.js\n",POST,"ServerInfo~a]@b:444/ecp/proxyLogon.ecp?#"\n'.repeat(40)}`,
  ),
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-jobs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function resultOf(options: Partial<ScanOptions>, workings: Workings = {}): Promise<unknown> {
  const { findings, ...others } = await scan({ paths: [folder], rules, ...options }, workings);
  return JSON.parse(JSON.stringify({ ...others, findings: [...findings] }));
}

test('any number of jobs and any border between the parts of a file give the same result', async () => {
  const log = fc
    .tuple(fc.constantFrom(...LOGS), fc.array(damage, { maxLength: 2 }))
    .map(([content, damages]) => damages.reduce(mutate, content));
  const file = fc.array(log, { minLength: 1, maxLength: 3 }).map((logs) => Buffer.concat(logs));
  await fc.assert(
    fc.asyncProperty(fc.tuple(file, file), fc.integer({ min: 700, max: 9_000 }), fc.constantFrom(2, 3), async (files, partBytes, jobs) => {
      for (const [index, content] of files.entries()) writeFileSync(path.join(folder, `${index}.log`), content);
      expect(await resultOf({ jobs }, { partBytes })).toEqual(await resultOf({ jobs: 1 }));
    }),
    { numRuns: 30, seed: 26_855 },
  );
});

test('a worker that dies is told, its file is not whole, and the others are read', async () => {
  writeFileSync(path.join(folder, '0.log'), LOGS[0] ?? '');
  writeFileSync(path.join(folder, '1-deadly.log'), LOGS[1] ?? '');
  writeFileSync(path.join(folder, '2.log'), LOGS[2] ?? '');
  const program = new URL('dying-worker.mjs', import.meta.url);
  // The first file is for this thread, the second for the worker.
  const { diagnostics, isComplete, coverages, files } = await scan({ paths: [folder], rules, jobs: 2 }, { partBytes: 13_000, program });
  expect(isComplete).toBe(false);
  expect(diagnostics.map(({ diagnostic: { problem, place } }) => [problem.code, place.path])).toContainEqual([
    'FILE_READER_DIED',
    '1-deadly.log',
  ]);
  expect(coverages.map(({ unreadable }) => unreadable).filter((each) => each.length > 0)).toEqual([['1-deadly.log']]);
  expect(files).toBe(3);
  rmSync(path.join(folder, '1-deadly.log'));
  const without = await scan({ paths: [folder], rules });
  const lines = (result: typeof coverages) => result.reduce((sum, each) => sum + each.lines, 0);
  expect(lines(coverages)).toBe(lines(without.coverages));
});

test('other threads join where one takes long, and not before', async () => {
  // Large enough for the first thread to rest in between.
  const content = Buffer.concat(Array.from({ length: 60 }, () => LOGS[1] ?? Buffer.alloc(0)));
  for (const name of ['0', '1-deadly', '2-deadly', '3-deadly']) writeFileSync(path.join(folder, `${name}.log`), content);
  const program = new URL('dying-worker.mjs', import.meta.url);
  const deaths = async (lateMs: number): Promise<number> => {
    const { diagnostics } = await scan({ paths: [folder], rules, jobs: 2 }, { lateMs, program });
    return diagnostics.filter(({ diagnostic: { problem } }) => problem.code === 'FILE_READER_DIED').length;
  };
  expect(await deaths(600_000)).toBe(0);
  expect(await deaths(0)).toBeGreaterThan(0);
  expect(await resultOf({ jobs: 2 }, { lateMs: 0 })).toEqual(await resultOf({ jobs: 1 }));
});

test('a part that begins in the middle of a record of many lines costs no more than reading it twice', async () => {
  const record = `2021-03-03T06:59:13.030Z,"/ecp/${`${'y'.repeat(150)}\n`.repeat(50)}",POST,a\n`;
  writeFileSync(path.join(folder, '0.log'), `#Fields: DateTime,UrlStem,Method,AnchorMailbox\n${record.repeat(40)}`);
  let bytes = 0;
  const inParts = await resultOf(
    {
      jobs: 2,
      onProgress: (progress) => {
        ({ bytes } = progress);
      },
    },
    { partBytes: 15_000 },
  );
  expect(inParts).toEqual(await resultOf({ jobs: 1 }));
  expect(bytes).toBeLessThan(3 * 40 * record.length);
});

test('a line that is longer than a thousand parts is looked at once', async () => {
  const line = Buffer.alloc(40_000_000, 'x');
  const [head = Buffer.alloc(0)] = LOGS;
  writeFileSync(path.join(folder, '0.log'), Buffer.concat([head, line, Buffer.from('\n'), head]));
  const started = performance.now();
  const inParts = await resultOf({ jobs: 2 }, { partBytes: 20_000 });
  // Each of two thousand parts reading up to the end of the line would be 40 GB.
  expect(performance.now() - started).toBeLessThan(8_000);
  expect(inParts).toEqual(await resultOf({ jobs: 1 }));
});

test('what is told of the progress may throw', async () => {
  writeFileSync(path.join(folder, '0.log'), LOGS[0] ?? '');
  const onProgress = (): never => {
    throw new Error('nobody listens');
  };
  await expect(resultOf({ jobs: 2, onProgress }, { partBytes: 4_000 })).rejects.toThrow('nobody listens');
});

test('workers that die before they are given anything do not keep the scan waiting', async () => {
  writeFileSync(path.join(folder, '0.log'), LOGS[0] ?? '');
  const program = new URL('still-born-worker.mjs', import.meta.url);
  const { isComplete, coverages } = await scan({ paths: [folder], rules, jobs: 2 }, { partBytes: 4_000, program });
  expect(isComplete).toBe(false);
  expect(coverages.map(({ unreadable }) => unreadable)).toEqual([['0.log']]);
});

test('a run that is stopped anywhere reports what it read by then, and tells every file that it did not read to its end', async () => {
  const content = Buffer.concat(Array.from({ length: 12 }, () => LOGS[1] ?? Buffer.alloc(0)));
  const names = ['0', '1', '2', '3'].map((name) => `${name}.log`);
  for (const name of names) writeFileSync(path.join(folder, name), content);
  // By place: the same times come again and again.
  const idsIn = (findings: Iterable<Finding>, name: string): string[] =>
    [...findings]
      .filter(({ log }) => log.file.path === name)
      .toSorted((x, y) => x.log.offset - y.log.offset)
      .map(({ id }) => id);
  const whole = await scan({ paths: [folder], rules });
  let stoppedRuns = 0;
  const runs = fc.tuple(
    fc.integer({ min: 0, max: 4 * content.length }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 20_000, max: 90_000 }),
  );
  await fc.assert(
    fc.asyncProperty(runs, async ([stopAt, jobs, partBytes]) => {
      const stop = new AbortController();
      if (stopAt === 0) stop.abort();
      const onProgress = ({ bytes }: { readonly bytes: number }) => (bytes >= stopAt ? stop.abort() : undefined);
      const part = await scan({ paths: [folder], rules, jobs, stop: stop.signal, onProgress }, { partBytes, lateMs: 0 });
      const told = part.diagnostics
        .filter(({ diagnostic }) => diagnostic.problem.code === 'FILE_STOPPED')
        .map(({ diagnostic }) => diagnostic.place.path);
      expect(part.isComplete).toBe(told.length === 0);
      expect(new Set(told).size).toBe(told.length);
      if (told.length > 0) stoppedRuns += 1;
      for (const name of names) {
        const [all, some] = [idsIn(whole.findings, name), idsIn(part.findings, name)];
        if (told.includes(name)) expect(all.slice(0, some.length)).toEqual(some);
        else expect(some).toEqual(all);
      }
    }),
    { numRuns: 24, seed: 26_855, examples: [[[0, 1, 20_000]], [[0, 2, 20_000]]] },
  );
  expect(stoppedRuns).toBeGreaterThan(10);
});

test('event logs are read in parts that end where chunks do, and give the same result', async () => {
  const shell = ['Set-OabVirtualDirectory', '-ExternalUrl "http://f/<script runat=server>"'];
  const events = Array.from({ length: 90 }, (_, index) => ({
    channel: 'MSExchange Management',
    data: index % 10 === 0 ? shell : ['Get-Mailbox', `-Identity "${index}"`],
  }));
  const log = writeEventLog(events, { perChunk: 9, isDirty: true });
  const chunk = fc.integer({ min: 0, max: 9 });
  const harm = fc.record({ chunk, at: fc.nat(3_000), byte: fc.nat(255), isCut: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(harm, { maxLength: 3 }), fc.integer({ min: 3_000, max: 400_000 }), async (harms, partBytes) => {
      const copy = Buffer.from(log);
      for (const { chunk: number, at, byte } of harms) copy.writeUInt8(byte, 4_096 + number * 65_536 + at);
      const end = harms.find(({ isCut }) => isCut);
      writeFileSync(path.join(folder, 'x.evtx'), end === undefined ? copy : copy.subarray(0, 4_096 + end.chunk * 65_536 + end.at));
      const expected = await resultOf({ jobs: 1 });
      if (harms.length === 0) expect(expected).toMatchObject({ coverages: [{ records: 90 }], findings: { length: 9 } });
      expect(await resultOf({ jobs: 2 }, { partBytes })).toEqual(expected);
    }),
    { numRuns: 25, seed: 26_857 },
  );
});
