import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { parseJsonl, runCli, spawnCli } from './run-cli.ts';

/** One file that many runs append to. */

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const SAMPLE = 'samples/contoso-ex01';
const HEADER = '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n';
const SHELL = '2021-03-03 06:59:13 192.0.2.5 POST /aspnet_client/x.aspx - 443 - 203.0.113.7 Mozilla/5.0 200\n';

let folder: string;
let work: string;
const at = (name: string): string => path.join(work, name);
const kept = (name: string): string => path.join(folder, name);
const text = (name: string): string => readFileSync(at(name), 'utf8');
const scan = (...args: readonly string[]) => runCli(['scan', kept('u_ex.log'), '--exit-zero', ...args]);
/** A run's report is written anew; quick. */
const convert = (...args: readonly string[]) => runCli(['convert', kept('whole.jsonl'), '--exit-zero', ...args]);
const withoutTimes = (report: string): string => report.replaceAll(/"durationMs":\d+/g, '"durationMs":0');
/** A process that is no more. */
const deadPid = (): number => spawnSync('true').pid;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-append-'));
  writeFileSync(kept('u_ex.log'), HEADER + SHELL);
  for (const [name, evidence] of [
    ['whole', SAMPLE],
    ['iis', `${SAMPLE}/C/inetpub`],
    ['exchange', `${SAMPLE}/C/Program Files`],
  ] as const)
    runCli(['scan', evidence, '--host', 'EX01', '-q', '-o', `jsonl=${kept(`${name}.jsonl`)}`]);
});
beforeEach(() => {
  work = mkdtempSync(path.join(folder, 'work-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('JSON Lines', () => {
  test('of several runs in one file make the reports that one file for each would have made', () => {
    for (const name of ['iis', 'exchange', 'iis'])
      expect(runCli(['convert', kept(`${name}.jsonl`), '-o', `jsonl+=${at('all.jsonl')}`, '--exit-zero', '-q']).code).toBe(0);
    expect(parseJsonl(text('all.jsonl')).filter(({ record }) => record === 'summary')).toHaveLength(3);
    const files = ['iis', 'exchange', 'iis'].map((name) => kept(`${name}.jsonl`));
    for (const format of ['jsonl', 'text', 'csv']) {
      const [one, several] = [runCli(['convert', at('all.jsonl'), '-o', `${format}=-`]), runCli(['merge', ...files, '-o', `${format}=-`])];
      expect(one.stdout.length).toBeGreaterThan(1_000);
      expect(withoutTimes(one.stdout)).toBe(withoutTimes(several.stdout));
      expect(one.code).toBe(several.code);
    }
    expect(runCli(['convert', at('all.jsonl'), '-o', 'csv=-']).stderr).toMatch(/^3 runs in 1 file; \d+ findings stood in more than one/);
  });

  test('of several runs are one report of before, in which a finding stands once', () => {
    for (let run = 0; run < 3; run += 1) convert('-o', `jsonl+=${at('all.jsonl')}`);
    const args = ['scan', SAMPLE, '--host', 'EX01', '-q', '-o', 'jsonl=-', '--baseline'];
    const last = (file: string) => parseJsonl(runCli([...args, file]).stdout).at(-1);
    expect(last(at('all.jsonl'))).toMatchObject({ baseline: { new: 0, gone: 0, unchanged: 81 } });
    const gone = runCli(['scan', kept('u_ex.log'), '-q', '-o', 'jsonl=-', '--baseline', at('all.jsonl')]).stdout;
    const ids = parseJsonl(gone).flatMap(({ record, id }) => (record === 'gone' ? [id] : []));
    expect([ids.length, new Set(ids).size]).toEqual([81, 81]);
    expect(parseJsonl(gone).at(-1)).toMatchObject({ baseline: { gone: 81 } });
  });
});

describe('a table', () => {
  test.each(['csv', 'timesketch-csv'])('of %s has one header', (format) => {
    for (let run = 0; run < 3; run += 1) expect(convert('-o', `${format}+=${at('all.csv')}`).code).toBe(0);
    convert('-o', `${format}=${at('one.csv')}`);
    const [all, one] = ['all.csv', 'one.csv'].map((name): string[][] => parse(text(name)));
    expect(all).toEqual([one?.[0], ...[1, 2, 3].flatMap(() => one?.slice(1) ?? [])]);
  });

  test('gets one where the file is there and empty', () => {
    writeFileSync(at('all.csv'), '');
    convert('-o', `csv+=${at('all.csv')}`);
    expect(text('all.csv')).toMatch(/^Timestamp,/);
  });

  test('with other columns is left as it is, and that is known before the scan', () => {
    writeFileSync(at('all.csv'), 'Timestamp,Other\r\n1,2\r\n');
    const { code, stderr } = scan('-o', `csv+=${at('all.csv')}`);
    expect([code, stderr]).toEqual([2, expect.stringContaining('other columns')]);
    expect(text('all.csv')).toBe('Timestamp,Other\r\n1,2\r\n');
    expect(readdirSync(work)).toEqual(['all.csv']);
  });
});

describe('what a run left behind that was killed', () => {
  test('is cut off by the journal beside the file, records that are whole too', () => {
    convert('-o', `jsonl+=${at('all.jsonl')}`);
    const { size: bytes, ino: inode } = statSync(at('all.jsonl'));
    appendFileSync(at('all.jsonl'), text('all.jsonl').slice(0, 5_000));
    writeFileSync(at('all.jsonl.appending'), JSON.stringify({ pid: deadPid(), host: hostname(), bytes, inode }));
    const { stderr } = convert('-o', `jsonl+=${at('all.jsonl')}`);
    expect(stderr).toMatch(/all\.jsonl: a run that came to no end had begun to append to it: 5000 bytes were cut off/);
    const half = text('all.jsonl').length / 2;
    expect(text('all.jsonl').slice(0, half)).toBe(text('all.jsonl').slice(half));
    expect(readdirSync(work)).toEqual(['all.jsonl']);
  });

  test('says nothing of a file that took the place of that one, nor when nothing had been written yet', () => {
    for (const journal of [{ bytes: 3, inode: 1 }, {}, { bytes: 1e9 }]) {
      writeFileSync(at('all.jsonl'), '{"a":1}\n');
      writeFileSync(at('all.jsonl.appending'), JSON.stringify({ pid: deadPid(), host: hostname(), ...journal }));
      expect(convert('-o', `jsonl+=${at('all.jsonl')}`).stderr).not.toContain('cut off');
      expect(text('all.jsonl')).toMatch(/^\{"a":1\}\n\{"schema"/);
    }
  });

  test.each(['', 'null', '[]', '{"pid":-1}', '{"pid":"x","bytes":-5}', '{"pid":1.5,"host":7}'])('may be damaged itself: %s', (journal) => {
    writeFileSync(at('all.jsonl'), '{"a":1}\n');
    writeFileSync(at('all.jsonl.appending'), journal);
    expect(convert('-o', `jsonl+=${at('all.jsonl')}`).code).toBe(0);
    expect(text('all.jsonl')).toMatch(/^\{"a":1\}\n\{"schema"/);
    expect(readdirSync(work)).toEqual(['all.jsonl']);
  });

  test('as a last line without its end is cut off, and told; a whole one gets its end', () => {
    writeFileSync(at('torn.jsonl'), '{"a":1}\n{"b":');
    writeFileSync(at('whole.jsonl'), '{"a":1}\n{"b":2}');
    writeFileSync(at('only.jsonl'), '{"a');
    const { stderr } = convert(...['torn', 'whole', 'only'].flatMap((name) => ['-o', `jsonl+=${at(`${name}.jsonl`)}`]));
    expect(stderr).toContain('torn.jsonl: its last line had no end: 5 bytes were cut off');
    expect(text('torn.jsonl')).toMatch(/^\{"a":1\}\n\{"schema"/);
    expect(text('whole.jsonl')).toMatch(/^\{"a":1\}\n\{"b":2\}\n\{"schema"/);
    expect(text('only.jsonl')).toMatch(/^\{"schema"/);
  });

  test('of a table is its last row', () => {
    convert('-o', `csv+=${at('all.csv')}`);
    const whole = text('all.csv');
    truncateSync(at('all.csv'), Buffer.byteLength(whole) - 10);
    expect(convert('-o', `csv+=${at('all.csv')}`).stderr).toContain('its last line had no end');
    const [header, ...rows] = parse(whole);
    expect(parse(text('all.csv'))).toEqual([header, ...rows.slice(0, -1), ...rows]);
  });

  test('is never half a run, whenever it was killed', async () => {
    convert('-o', `jsonl=${at('one.jsonl')}`);
    const one = text('one.jsonl');
    let caught = 0;
    for (let run = 0; run < 8; run += 1) {
      const args = [MAIN, 'convert', at('one.jsonl'), '-q', '--exit-zero', '-o', `jsonl+=${at('all.jsonl')}`];
      const before = existsSync(at('all.jsonl.appending')) ? statSync(at('all.jsonl.appending')).ino : 0;
      const child = spawn(process.execPath, args, { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('close', resolve));
      // As soon as it says that it appends, or a little later.
      const isAppending = (): boolean => {
        const stats = statSync(at('all.jsonl.appending'), { throwIfNoEntry: false });
        return stats !== undefined && stats.ino !== before;
      };
      while (child.exitCode === null && !isAppending()) await new Promise((resolve) => setImmediate(resolve));
      for (const until = performance.now() + run / 4; performance.now() < until;);
      if (child.kill('SIGKILL')) caught += 1;
      await ended;
    }
    expect(caught).toBeGreaterThan(4);
    expect(convert('-o', `jsonl+=${at('all.jsonl')}`).code).toBe(0);
    const runs = text('all.jsonl').length / one.length;
    expect(runs).toBeGreaterThanOrEqual(1);
    expect(withoutTimes(text('all.jsonl'))).toBe(withoutTimes(one).repeat(runs));
    expect(existsSync(at('all.jsonl.appending'))).toBe(false);
  });
});

test('runs that end at the same time wait for each other', async () => {
  await Promise.all(
    [1, 2, 3, 4].map(() => spawnCli(['convert', kept('whole.jsonl'), '-q', '--exit-zero', '-o', `jsonl+=${at('all.jsonl')}`])),
  );
  convert('-o', `jsonl=${at('one.jsonl')}`);
  expect(withoutTimes(text('all.jsonl'))).toBe(withoutTimes(text('one.jsonl')).repeat(4));
});

test('a disk that is full by then keeps what was there, and nothing of the run', () => {
  convert('-o', `jsonl+=${at('all.jsonl')}`, '-o', `csv+=${at('all.csv')}`);
  const [records, table] = ['all.jsonl', 'all.csv'].map(text);
  // No file may become larger than this, which each of the two reports alone does not.
  const limit = Math.ceil((records?.length ?? 0) / 1024) + 20;
  const { status, stderr } = spawnSync(
    'bash',
    [
      '-c',
      `trap '' XFSZ; ulimit -f ${limit}; exec "$0" "$@"`,
      process.execPath,
      MAIN,
      'convert',
      kept('whole.jsonl'),
      '-o',
      `jsonl+=${at('all.jsonl')}`,
      '-o',
      `csv+=${at('all.csv')}`,
    ],
    { encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([70, expect.stringContaining('all.jsonl cannot be written (EFBIG)')]);
  expect(text('all.jsonl')).toBe(records);
  expect(text('all.csv').length).toBeGreaterThan(table?.length ?? 0);
  expect(readdirSync(work).toSorted()).toEqual(['all.csv', 'all.jsonl']);
});

describe('on the command line', () => {
  test.each([
    ['html+=x.html', 'nothing can be appended to it; there are csv, jsonl, timesketch, timesketch-csv, ecs, ocsf, lines, log-line'],
    ['text+=x.txt', 'nothing can be appended to it'],
    ['jsonl+=-', 'standard output cannot be appended to; write jsonl=-'],
    ['jsonl+=', 'names no file'],
    ['jsnl+=x', 'did you mean jsonl?'],
    ['csv=a%Q', '%Q in a%Q stands for nothing'],
    ['csv=50%', '% in 50% stands for nothing'],
  ])('-o %s is refused', (output, words) => {
    const { code, stderr } = scan('-o', output);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  test('the time stands in names of files, a percent sign for itself', () => {
    const [before, , after] = [
      new Date(),
      scan('-q', '-o', `jsonl+=${at('%Y-%m-%d_%H_100%%.jsonl')}`, '--manifest', at('%Y.json')),
      new Date(),
    ];
    const name = (time: Date): string => `${time.toISOString().slice(0, 13).replace('T', '_')}_100%.jsonl`;
    const records = readdirSync(work).find((each) => each.endsWith('.jsonl'));
    expect([name(before), name(after)]).toContain(records);
    expect(existsSync(at(`${after.getUTCFullYear()}.json`))).toBe(true);
  });

  test('nothing is appended within the evidence', () => {
    writeFileSync(at('u_ex.log'), HEADER + SHELL);
    const { code, stderr } = runCli(['scan', work, '-o', `jsonl+=${at('all.jsonl')}`]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('into the evidence')]);
  });
});

describe('the line of a run', () => {
  test('is one, on standard output, and says how it went', () => {
    const { stdout, stderr } = runCli(['scan', SAMPLE, '-q', '-o', 'log-line=-', '-o', `jsonl=${at('run.jsonl')}`]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z exhunt verdict=compromised:EX01 new=critical:31,high:43,low:7 findings=81 files=364 lines=23452 bytes=\d+ complete=yes exit=1 ms=\d+\n$/,
    );
  });

  test('counts what is new', () => {
    const { stdout } = runCli(['scan', SAMPLE, '--host', 'EX01', '-q', '-o', 'log-line=-', '--baseline', kept('whole.jsonl')]);
    expect(stdout).toContain(' new=none findings=81 ');
  });

  test('stays one whatever a host is called', () => {
    const { stdout } = runCli(['scan', kept('u_ex.log'), '-q', '-o', 'log-line=-', '--host', 'a b\u001b]0;x\u0007 exit=0\nnew=none,']);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stdout.match(/ exit=/g)).toHaveLength(1);
    expect(stdout).toContain(' exit=1 ');
  });
});
