import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isBeingWritten } from '../../src/live.ts';
import { loadRules } from '../../src/sigma/load.ts';
import { scan } from '../../src/scan.ts';
import { spawnCli } from './run-cli.ts';

const HEADER = '#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time cs-method cs-uri-stem sc-status\r\n';
const LONG_AGO = new Date('2021-03-03T12:00:00Z');
const { rules } = loadRules(
  'r.yml',
  `title: Shell
id: 00000000-0000-4000-8000-000000000001
logsource: { category: webserver }
level: high
detection: { s: { cs-uri-stem|endswith: shell.aspx }, condition: s }
`,
);

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'exhunt-live-'));
  folder = path.join(root, 'W3SVC1');
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function row(time: Date, page = '/owa/'): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} GET ${page} 200\r\n`;
}

function write(name: string, content: string, modified?: Date): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  if (modified !== undefined) utimesSync(file, modified, modified);
  return file;
}

/** @param meanwhile done once, as soon as the first block of the first file is read */
async function outcome(meanwhile?: () => void) {
  let isDone = false;
  const result = await scan({
    paths: [root],
    rules,
    onProgress: () => {
      if (!isDone) meanwhile?.();
      isDone = true;
    },
  });
  const [coverage] = result.coverages;
  return {
    isComplete: result.isComplete,
    problems: result.diagnostics.map(({ diagnostic: { severity, problem, place } }) => `${severity} ${problem.code} ${place.path}`),
    findings: [...result.findings].length,
    lines: coverage && [coverage.lines, coverage.records, coverage.rejected],
    unreadable: coverage?.unreadable,
  };
}

describe('a torn last line', () => {
  test.each(['20', '2026-11-22 09:3', 'x'])('of a log that is being written is no error: %s', async (torn) => {
    write('u_ex1.log', `${HEADER}${row(new Date())}${torn}`);
    expect(await outcome()).toMatchObject({
      isComplete: true,
      problems: ['info FILE_BEING_WRITTEN W3SVC1/u_ex1.log'],
      lines: [4, 1, 0],
    });
  });

  test('of a log that is being written is read as far as it goes', async () => {
    write('u_ex1.log', `${HEADER}${row(new Date())}${row(new Date(), '/shell.aspx').slice(0, -6)}`);
    expect(await outcome()).toMatchObject({ problems: ['info FILE_BEING_WRITTEN W3SVC1/u_ex1.log'], findings: 1, lines: [4, 2, 0] });
  });

  test('of the first record of a log is no error where its header is of today', async () => {
    const today = new Date().toISOString().slice(0, 19).replace('T', ' ');
    write('u_ex1.log', `#Date: ${today}\r\n${HEADER}20`);
    expect(await outcome()).toMatchObject({ isComplete: true, problems: ['info FILE_BEING_WRITTEN W3SVC1/u_ex1.log'] });
  });

  test('of an old log is one', async () => {
    write('u_ex1.log', `${HEADER}${row(new Date())}20`, LONG_AGO);
    expect(await outcome()).toMatchObject({
      isComplete: false,
      problems: ['error RECORD_UNREADABLE W3SVC1/u_ex1.log'],
      lines: [4, 1, 1],
    });
  });

  test('of a fresh copy of an old log is one', async () => {
    write('u_ex1.log', `${HEADER}${row(LONG_AGO)}20`);
    expect(await outcome()).toMatchObject({ isComplete: false, problems: ['error RECORD_UNREADABLE W3SVC1/u_ex1.log'] });
  });

  test('is no excuse for the lines above it', async () => {
    write('u_ex1.log', `${HEADER}rubbish\r\n${row(new Date())}20`);
    expect(await outcome()).toMatchObject({
      isComplete: false,
      problems: ['error RECORD_UNREADABLE W3SVC1/u_ex1.log', 'info FILE_BEING_WRITTEN W3SVC1/u_ex1.log'],
      lines: [5, 1, 1],
    });
  });

  test('and space that is kept for more are one thing', async () => {
    write('u_ex1.log', `${HEADER}${row(new Date())}2026-11${'\u0000'.repeat(5_000)}`);
    expect(await outcome()).toMatchObject({ isComplete: true, problems: ['info FILE_BEING_WRITTEN W3SVC1/u_ex1.log'] });
  });
});

test('what an archive holds is not being written, however new the archive is', () => {
  const location = write('x.zip', 'x');
  const soFar = { bytes: 500, lastTime: Date.now(), day: undefined };
  const logFile = { location, logType: 'iis-w3c', encoding: 'utf-8', bytes: 400 } as const;
  expect(isBeingWritten({ ...logFile, path: 'x.zip' }, soFar)).toBe(true);
  expect(isBeingWritten({ ...logFile, path: 'x.zip!/u_ex1.log' }, soFar)).toBe(false);
});

test('a file that the operating system says nothing of any more is not being written', () => {
  const location = path.join(folder, 'x'.repeat(300));
  const soFar = { bytes: 400, lastTime: Date.now(), day: undefined };
  expect(isBeingWritten({ location, path: 'x.log', logType: 'iis-w3c', encoding: 'utf-8', bytes: 400 }, soFar)).toBe(false);
});

describe('while it is scanned', () => {
  test('a log may grow, whatever its times', async () => {
    const file = write('u_ex1.log', HEADER + row(LONG_AGO).repeat(50_000), LONG_AGO);
    const more = (): void => {
      appendFileSync(file, `${row(LONG_AGO, '/shell.aspx')}2021-0`);
      utimesSync(file, LONG_AGO, LONG_AGO);
    };
    expect(await outcome(more)).toMatchObject({
      isComplete: true,
      problems: ['info FILE_BEING_WRITTEN W3SVC1/u_ex1.log'],
      findings: 1,
      lines: [50_004, 50_001, 0],
    });
  });

  test('a log that becomes shorter is not read to its end', async () => {
    const file = write('u_ex1.log', HEADER + row(new Date()).repeat(50_000));
    expect(await outcome(() => truncateSync(file, 600_000))).toMatchObject({
      isComplete: false,
      problems: expect.arrayContaining(['error FILE_UNREADABLE W3SVC1/u_ex1.log']),
      unreadable: ['W3SVC1/u_ex1.log'],
    });
  });

  test.each([
    ['deleted', (file: string): void => rmSync(file)],
    ['renamed', (file: string): void => renameSync(file, `${file}.old`)],
  ])('an old log that is %s where others are written is told, and no loss', async (_, act) => {
    write('u_ex1.log', HEADER + row(new Date()));
    const old = write('u_ex2.log', HEADER + row(LONG_AGO), LONG_AGO);
    expect(await outcome(() => act(old))).toMatchObject({
      isComplete: true,
      problems: ['warning FILE_VANISHED W3SVC1/u_ex2.log'],
      unreadable: ['W3SVC1/u_ex2.log'],
    });
  });

  test('a log that is deleted from a folder where nothing is written is a loss', async () => {
    write('u_ex1.log', HEADER + row(LONG_AGO), LONG_AGO);
    const other = write('u_ex2.log', HEADER + row(LONG_AGO), LONG_AGO);
    expect(await outcome(() => rmSync(other))).toMatchObject({ isComplete: false, problems: ['error FILE_UNREADABLE W3SVC1/u_ex2.log'] });
  });

  test('a folder of logs that goes away is a loss', async () => {
    write('u_ex1.log', HEADER + row(new Date()));
    write('u_ex2.log', HEADER + row(new Date()));
    expect(await outcome(() => rmSync(folder, { recursive: true }))).toMatchObject({ isComplete: false });
  });

  test('a log that is open is read already, wherever it goes', async () => {
    const file = write('u_ex1.log', `${HEADER}${row(LONG_AGO).repeat(50_000)}2021`, LONG_AGO);
    const rotate = (): void => {
      renameSync(file, path.join(folder, 'u_ex0.log'));
      writeFileSync(file, HEADER);
    };
    expect(await outcome(rotate)).toMatchObject({ lines: [50_003, 50_000, 1] });
  });
});

test('the parts of a log that is being written give the same as the whole', async () => {
  write('u_ex1.log', `${HEADER}${row(new Date()).repeat(20_000)}2026-1`);
  const program = new URL('../../dist/worker.js', import.meta.url);
  const inParts = async (jobs: number) => {
    const { findings, ...others } = await scan({ paths: [root], rules, jobs }, { partBytes: 100_000, program });
    return { others, findings: [...findings] };
  };
  const alone = await inParts(1);
  expect(await inParts(3)).toEqual(alone);
  expect(alone.others.isComplete).toBe(true);
  expect(alone.others.diagnostics.map(({ diagnostic: { problem, place } }) => [problem.code, place.lineNumber])).toEqual([
    ['FILE_BEING_WRITTEN', 20_003],
  ]);
});

test('a log that is written to all the time, in pieces, gives exit code 0 at any moment', async () => {
  const file = write('u_ex1.log', HEADER + row(new Date()));
  const text = (): string => row(new Date(), `/owa/${'x'.repeat(300)}`).repeat(40);
  let rest = '';
  const writer = setInterval(() => {
    if (rest === '') rest = text();
    const length = 1 + Math.floor(Math.random() * 700);
    appendFileSync(file, rest.slice(0, length));
    rest = rest.slice(length);
  }, 1);
  try {
    for (let run = 0; run < 4; run += 1) {
      const { code, stderr } = await spawnCli(['scan', root, '--progress', 'never']);
      expect({ code, errors: stderr.match(/^(?:error|warning).*$/gm) }).toEqual({ code: 0, errors: null });
    }
  } finally {
    clearInterval(writer);
  }
});
