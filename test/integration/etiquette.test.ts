import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseJsonl, runCli } from './run-cli.ts';

/** A run that is a guest of the server that writes the logs. */

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const HEADER = '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n';
const SHELL = '2021-03-03 06:59:13 192.0.2.5 POST /aspnet_client/x.aspx - 443 - 203.0.113.7 Mozilla/5.0 200\n';
const HONEST = '2021-03-03 06:59:14 192.0.2.5 GET /owa/ - 443 - 198.51.100.3 Mozilla/5.0 200\n';
/** Some 4 MB a file: read line by line, half a second or so. */
const LINES = 50_000;

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-etiquette-'));
  mkdirSync(at('logs'));
  mkdirSync(at('honest'));
  writeFileSync(at('honest/u_ex.log'), HEADER + HONEST.repeat(LINES));
  for (const name of ['u_ex1.log', 'u_ex2.log', 'u_ex3.log'])
    writeFileSync(at(`logs/${name}`), HEADER + SHELL + HONEST.repeat(LINES) + SHELL);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Seconds of the clock and of processors that a scan takes. */
function measure(...args: readonly string[]): { readonly real: number; readonly cpu: number; readonly stdout: string } {
  const script = `TIMEFORMAT='took %R %U %S'; time "$0" "$@"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, MAIN, 'scan', at('logs'), '-q', '-o', 'jsonl=-', ...args], {
    encoding: 'utf8',
  });
  const [real = 0, user = 0, system = 0] = /took (\S+) (\S+) (\S+)/.exec(stderr)?.slice(1).map(Number) ?? [];
  return { real, cpu: user + system, stdout };
}

const findings = (stdout: string) => parseJsonl(stdout).filter(({ record }) => record === 'finding');

describe('--max-cpu', () => {
  test.each(['1', '2'])('holds a run of %s threads below its part of a core each, with the same findings', (jobs) => {
    const free = measure('--no-prefilter', '--jobs', jobs);
    const held = measure('--no-prefilter', '--jobs', jobs, '--max-cpu', '25');
    // What is not reading (the start, the compiler's threads) is not held: a good part of so short a run.
    expect(held.cpu / held.real).toBeLessThan(0.45 * Number(jobs));
    expect(held.real).toBeGreaterThan(1.5 * free.real);
    expect(findings(held.stdout)).toEqual(findings(free.stdout));
    expect(findings(free.stdout)).toHaveLength(6);
  });

  test.each(['0', '101', 'x', '-5', '1e1', ''])('cannot be %s', (percent) => {
    expect(runCli(['scan', at('logs'), `--max-cpu=${percent}`])).toMatchObject({ code: 2, stderr: expect.stringContaining('--max-cpu') });
  });

  test('does not keep an interrupt waiting', async () => {
    const child = spawn(process.execPath, [MAIN, 'scan', at('logs'), '-q', '--max-cpu', '1', '--no-prefilter', '-o', 'jsonl=-']);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const asked = performance.now();
    child.stdout.resume();
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('close', resolve));
    expect(performance.now() - asked).toBeLessThan(2_500);
  });
});

describe('--low-priority', () => {
  test('is that of every thread that reads', async () => {
    const child = spawn(
      process.execPath,
      [MAIN, 'scan', at('logs'), '-q', '--low-priority', '--jobs', '2', '--max-cpu', '10', '--no-prefilter'],
      {
        stdio: 'ignore',
      },
    );
    // By number: the first is the thread that began. The second that reads joins after a second.
    const nices = (): number[] =>
      readdirSync(`/proc/${child.pid}/task`).map((task) => {
        const status = readFileSync(`/proc/${child.pid}/task/${task}/stat`, 'utf8');
        return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[16]);
      });
    const until = performance.now() + 60_000;
    while (child.exitCode === null && performance.now() < until && nices().filter((nice) => nice === 10).length < 2)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(nices()[0]).toBe(10);
    expect(nices().filter((nice) => nice === 10).length).toBeGreaterThanOrEqual(2);
    child.kill('SIGKILL');
  });

  test('is left where it is lower already, and without the option as it was', () => {
    for (const [given, option, nice] of [
      ['15', '--low-priority', '15'],
      ['0', '--low-priority', '10'],
      ['0', '--exit-zero', '0'],
    ] as const) {
      // What it starts has the same.
      const shown = `process.on('exit',()=>process.stderr.write('nice '+require('os').getPriority()))`;
      writeFileSync(at('shown.cjs'), shown);
      const args = ['-n', given, process.execPath, '-r', at('shown.cjs'), MAIN, 'scan', at('logs/u_ex1.log'), '-q', option];
      expect(spawnSync('nice', args, { encoding: 'utf8' }).stderr).toBe(`nice ${nice}`);
    }
  });
});

describe('--time-budget', () => {
  test('ends the reading, and the run in the usual way', () => {
    const begun = performance.now();
    const { code, stdout, stderr } = runCli([
      'scan',
      at('logs'),
      '-o',
      'jsonl=-',
      '--jobs',
      '1',
      '--max-cpu',
      '2',
      '--no-prefilter',
      '--time-budget',
      '3s',
    ]);
    expect(performance.now() - begun).toBeLessThan(15_000);
    // Something was found by then; else it would be 3, for not all was read.
    expect(code).toBe(1);
    expect(stderr).toContain('The time budget of 3s is spent; what was read so far is reported');
    const records = parseJsonl(stdout);
    expect(records.at(-1)).toMatchObject({ record: 'summary', complete: false, exitCode: 1 });
    const stopped = records.filter(({ record, code: problem }) => record === 'diagnostic' && problem === 'FILE_STOPPED');
    expect(stopped.length).toBeGreaterThanOrEqual(2);
  });

  test('that is not spent says nothing', () => {
    const { code, stdout, stderr } = runCli(['scan', at('logs/u_ex1.log'), '-o', 'jsonl=-', '--time-budget', '10m', '--progress', 'never']);
    expect([code, stderr]).toEqual([1, expect.not.stringContaining('budget')]);
    expect(parseJsonl(stdout).at(-1)).toMatchObject({ complete: true });
  });

  test('that is spent before all was read is exit code 3 where nothing was found', () => {
    const { code } = runCli(['scan', at('honest'), '-q', '-o', 'jsonl=-', '--no-prefilter', '--max-cpu', '1', '--time-budget', '1s']);
    expect(code).toBe(3);
  });

  test.each(['10', '0s', '1w', '25d', '1.5h', '-1s'])('cannot be %s', (time) => {
    expect(runCli(['scan', at('logs'), `--time-budget=${time}`])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--time-budget'),
    });
  });
});

test('a log that is read can be locked, written to, renamed and deleted by whoever writes it', async () => {
  mkdirSync(at('live'));
  writeFileSync(at('live/u_ex.log'), HEADER + SHELL + HONEST.repeat(LINES));
  const args = [MAIN, 'scan', at('live'), '-q', '--max-cpu', '10', '--no-prefilter', '--jobs', '1', '-o', 'jsonl=-'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const { ino } = statSync(at('live/u_ex.log'));
  const isOpen = (): boolean =>
    readdirSync(`/proc/${child.pid}/fd`).some((fd) => statSync(`/proc/${child.pid}/fd/${fd}`, { throwIfNoEntry: false })?.ino === ino);
  // Its head is looked at first, and shortly.
  for (let times = 0; times < 5; times = isOpen() ? times + 1 : 0) await new Promise((resolve) => setTimeout(resolve, 40));
  expect(readFileSync('/proc/locks', 'utf8')).not.toContain(`:${ino} `);
  expect(spawnSync('flock', ['-n', '-x', at('live/u_ex.log'), 'true']).status).toBe(0);
  appendFileSync(at('live/u_ex.log'), SHELL);
  renameSync(at('live/u_ex.log'), at('live/u_ex.old'));
  appendFileSync(at('live/u_ex.old'), SHELL);
  rmSync(at('live/u_ex.old'));
  expect(isOpen()).toBe(true);
  await ended;
  expect(findings(stdout)).toHaveLength(3);
});
