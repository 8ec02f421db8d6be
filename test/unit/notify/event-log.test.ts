import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { NotifyProblem } from '../../../src/model/notify-problem.ts';
import { deliver, type DeliverOptions } from '../../../src/notify/deliver.ts';
import { MemoryOutbox } from '../../memory-outbox.ts';
import { findingLine } from '../../notify-receivers.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-eventlog-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program in the place of `eventcreate`: writes down its words, one a line, says something and ends. */
function fake(exitCode: number, says = ''): string {
  writeFileSync(
    at('eventcreate.mjs'),
    `#!${process.execPath}\nimport fs from 'node:fs';\nfs.appendFileSync(${JSON.stringify(at('calls'))}, JSON.stringify(process.argv.slice(2)) + '\\n');\nconsole.error(${JSON.stringify(says)});\nprocess.exit(${exitCode});\n`,
  );
  chmodSync(at('eventcreate.mjs'), 0o755);
  return at('eventcreate.mjs');
}

async function run(program: string, outbox: MemoryOutbox, times: Partial<DeliverOptions> = {}): Promise<NotifyProblem[]> {
  const problems: NotifyProblem[] = [];
  await deliver([{ kind: 'eventlog', receiver: 'eventlog:', program }], outbox, { ...times, report: (problem) => problems.push(problem) });
  return problems;
}

const calls = (): string[][] =>
  existsSync(at('calls'))
    ? readFileSync(at('calls'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];

const ofLevel = (id: string, level: string): string => findingLine(id, { rule: { id: 'r', name: 'n', level } });
const verdict = (word: string): string => JSON.stringify({ record: 'verdict', host: { name: 'EX01' }, verdict: word });

test('one event tells of all that is new, by numbers alone', async () => {
  const outbox = new MemoryOutbox();
  outbox.add(
    ofLevel('1', 'high'),
    ofLevel('2', 'low'),
    ofLevel('3', 'low'),
    ofLevel('4', '& calc.exe'),
    verdict('exploited'),
    verdict('"; evil'),
  );
  expect(await run(fake(0), outbox)).toEqual([{ code: 'NOTIFY_TOLD', count: 6 }]);
  expect(calls()).toEqual([
    [
      '/L',
      'APPLICATION',
      '/SO',
      'exhunt',
      '/ID',
      '103',
      '/T',
      'ERROR',
      '/D',
      'exhunt has 4 new findings; by level: 1 high, 2 low; hosts by verdict: 1 exploited. The reports of this run have them.',
    ],
  ]);
  expect(outbox.count('eventlog:')).toBe(0);
});

test.each([
  [[ofLevel('1', 'critical')], '104', 'ERROR'],
  [[ofLevel('1', 'medium')], '102', 'WARNING'],
  [[ofLevel('1', 'low')], '101', 'WARNING'],
  [[ofLevel('1', 'informational')], '100', 'INFORMATION'],
  [[ofLevel('1', 'informational'), verdict('compromised')], '100', 'ERROR'],
  [[verdict('attempted')], '110', 'WARNING'],
])('how bad it is is the id and the type of the event: %#', async (records, id, type) => {
  const outbox = new MemoryOutbox();
  outbox.add(...records);
  await run(fake(0), outbox);
  expect(calls()[0]?.slice(4, 8)).toEqual(['/ID', id, '/T', type]);
});

test('nothing new is no event', async () => {
  expect(await run(fake(0), new MemoryOutbox())).toEqual([]);
  expect(calls()).toEqual([]);
});

test('what the program says when it fails is told, tamed, and all waits', async () => {
  const outbox = new MemoryOutbox();
  outbox.add(ofLevel('1', 'high'));
  expect(await run(fake(1, 'ERROR: Access is denied.\u001b[2J'), outbox)).toEqual([
    {
      code: 'NOTIFY_WAITING',
      count: 1,
      failure: { why: 'program', text: String.raw`eventcreate ended with 1: ERROR: Access is denied.\x1b[2J` },
    },
  ]);
  expect(calls()).toHaveLength(1);
  expect(outbox.count('eventlog:')).toBe(1);
});

test('a program that does not end is ended, and all waits', async () => {
  writeFileSync(at('slow.mjs'), `#!${process.execPath}\nsetInterval(() => undefined, 1000);\n`);
  chmodSync(at('slow.mjs'), 0o755);
  const outbox = new MemoryOutbox();
  outbox.add(ofLevel('1', 'high'));
  expect(await run(at('slow.mjs'), outbox, { deadlineMs: 600, attemptMs: 500 })).toEqual([
    { code: 'NOTIFY_WAITING', count: 1, failure: { why: 'silent', seconds: 1 } },
  ]);
});

test('a program that is not there is told', async () => {
  const outbox = new MemoryOutbox();
  outbox.add(ofLevel('1', 'high'));
  expect(await run(at('none'), outbox)).toEqual([
    { code: 'NOTIFY_WAITING', count: 1, failure: { why: 'program', text: 'eventcreate cannot be run (ENOENT)' } },
  ]);
});
