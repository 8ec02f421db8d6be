import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseJsonl, runCli, runCliIntoClosedPipe, type CliOutcome } from './run-cli.ts';

const HEADER = '#Fields: date time cs-method cs-uri-stem c-ip cs(User-Agent) sc-status\r\n';
const SHELL = '2021-03-04 12:00:00 POST /aspnet_client/shell.aspx 203.0.113.9 curl/7 200\r\n';

let folder: string;
const at = (name: string): string => path.join(folder, name);
// A folder without rights keeps out everybody but root.
const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-outputs-'));
  chmodSync(folder, 0o755);
  for (const name of ['taken', 'out', 'W3SVC1', 'shut', 'shut/inner']) mkdirSync(at(name));
  for (const name of ['taken/u_ex.log', 'W3SVC1/u_ex1.log', 'W3SVC1/u_ex2.log', 'shut/u_ex.log', 'shut/inner/u_ex.log'])
    writeFileSync(at(name), HEADER + SHELL);
  chmodSync(at('shut/inner'), 0o000);
});

afterAll(() => {
  chmodSync(at('shut/inner'), 0o755);
  rmSync(folder, { recursive: true, force: true });
});

function scan(...args: readonly string[]): CliOutcome {
  return runCli(['scan', ...args]);
}

describe('an option', () => {
  test('of which there can be one is not given twice', () => {
    for (const twice of [
      ['--host', 'A', '--host', 'B'],
      ['--from', '2021-03-01', '--from', '2021-03-02'],
      ['--fail-on', 'low', '--fail-on', 'high'],
    ])
      expect(scan(at('taken'), ...twice)).toMatchObject({ code: 2, stderr: expect.stringContaining('only once') });
    expect(scan(at('taken'), '-q', '-q', '--exit-zero', '--exit-zero').code).toBe(0);
  });

  test('that wants a value is not given without', () => {
    for (const option of ['-o', '--output', '--host', '--from', '--rules'])
      expect(scan(at('taken'), option)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('argument') });
  });

  test('may stand before the paths, stick to its value, and have - for one', () => {
    expect(parseJsonl(scan('-ojsonl=-', at('taken')).stdout)[0]).toMatchObject({ record: 'finding' });
    expect(scan('-o', 'csv=-', at('taken')).stdout).toMatch(/^Timestamp,/);
    expect(parseJsonl(scan(at('taken'), '--host', '-', '-o', 'jsonl=-').stdout)[0]).toMatchObject({ host: { name: '-' } });
  });
});

describe('evidence named by a pattern', () => {
  test('is found, in any case of its name', () => {
    const { stdout } = scan(at('W3SVC1/U_EX*.log'), '-o', 'jsonl=-');
    expect(parseJsonl(stdout).filter(({ record }) => record === 'finding')).toHaveLength(2);
  });

  test('is not written over', () => {
    for (const file of ['W3SVC1/u_ex1.log', 'W3SVC1/new.csv'])
      expect(scan(at('W3SVC1/*.log'), '-o', `csv=${at(file)}`, '--force')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('into the evidence'),
      });
    expect(readFileSync(at('W3SVC1/u_ex1.log'), 'utf8')).toBe(HEADER + SHELL);
    expect(readdirSync(at('W3SVC1'))).toHaveLength(2);
  });

  test('that matches nothing is nothing to scan', () => {
    expect(scan(at('W3SVC1/*.none')).code).toBe(4);
  });
});

test('a folder that cannot be opened is named, and the rest is scanned', () => {
  const { code, stdout, stderr } = runCli(['scan', at('shut'), '-o', 'jsonl=-', '--fail-on', 'critical', '--exit-zero'], asNobody);
  expect(code).toBe(0);
  expect(stderr).toContain('inner');
  expect(parseJsonl(stdout).at(-1)).toMatchObject({ complete: false, files: 1, findings: 1 });
});

describe('a report that cannot be written', () => {
  test('makes exit code 70, leaves nothing behind, and does not keep the others from being written', () => {
    // Nothing can be written to this device of Linux.
    const full = '/dev/full';
    if (!existsSync(full)) throw new Error('this test needs /dev/full');
    const device = openSync(full, 'w');
    const { code, stderr } = runCli(['scan', at('taken'), '-o', 'text=-', '-o', `jsonl=${at('out/good.jsonl')}`], {
      stdio: ['ignore', device, 'pipe'],
    });
    closeSync(device);
    expect(code).toBe(70);
    expect(stderr).toContain('standard output cannot be written (ENOSPC)');
    expect(parseJsonl(readFileSync(at('out/good.jsonl'), 'utf8')).at(-1)).toMatchObject({ record: 'summary', findings: 1 });
    expect(readdirSync(at('out'))).toEqual(['good.jsonl']);
  });

  test('is told before the scan where it is known by then', () => {
    mkdirSync(at('readonly'), { mode: 0o555 });
    const { code, stderr } = runCli(['scan', at('taken'), '-o', `csv=${at('readonly/x.csv')}`], asNobody);
    expect([code, stderr]).toEqual([2, expect.stringContaining('nothing can be written to')]);
  });
});

describe('a reader who goes away', () => {
  test('hears no complaint', async () => {
    const { code, stderr } = await runCliIntoClosedPipe(['scan', 'samples/contoso-ex01', '-q', '-o', 'jsonl=-']);
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  test('of standard error does not stop the scan', async () => {
    const child = spawn(process.execPath, ['dist/main.js', 'scan', at('taken'), '-o', `jsonl=${at('out/unheard.jsonl')}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.destroy();
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    expect(code).toBe(1);
    expect(statSync(at('out/unheard.jsonl')).size).toBeGreaterThan(100);
  });

  test('and an interrupt in the middle of a report leave no file behind', async () => {
    mkdirSync(at('much'));
    writeFileSync(at('much/u_ex.log'), HEADER + SHELL.repeat(100_000));
    mkdirSync(at('half'));
    const child = spawn(process.execPath, ['dist/main.js', 'scan', at('much'), '-q', '-o', `jsonl=${at('half/x.jsonl')}`], {
      stdio: 'ignore',
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, signal) => resolve(signal)));
    while (child.exitCode === null && !readdirSync(at('half')).some((name) => name.endsWith('.tmp')))
      await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
    expect(readdirSync(at('half'))).toEqual([]);
  });
});

test('columns may be named like the own properties of objects', () => {
  writeFileSync(
    at('out/odd.log'),
    `#Fields: date time cs-method cs-uri-stem sc-status constructor __proto__ toString\r\n${SHELL.slice(0, 19)} POST /aspnet_client/a.aspx 200 x y z\r\n`,
  );
  const { code, stdout } = scan(at('out/odd.log'), '-o', 'jsonl=-');
  expect(code).toBe(1);
  expect(parseJsonl(stdout)[0]).toMatchObject({ record: 'finding' });
  expect(JSON.parse(runCli(['explain', 'records', at('out/odd.log')]).stdout)).toMatchObject({ fields: { constructor: 'x' } });
});

test('a device is written to as it is', () => {
  expect(scan(at('taken'), '-o', 'jsonl=/dev/null', '-o', 'csv=-')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^Timestamp,/),
  });
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  expect(scan(at('taken'), '-o', `csv=${at('out')}`)).toMatchObject({ code: 2, stderr: expect.stringContaining('is a folder') });
});

test('a folder on standard input is no empty log', () => {
  const input = openSync(at('taken'), 'r');
  expect(runCli(['scan', '-'], { stdio: [input, 'pipe', 'pipe'] })).toMatchObject({ code: 3, stderr: expect.stringContaining('EISDIR') });
  closeSync(input);
});

describe('evidence on standard input', () => {
  test('is not written over', () => {
    writeFileSync(at('out/piped.log'), HEADER + SHELL);
    const input = openSync(at('out/piped.log'), 'r');
    const { code, stderr } = runCli(['scan', '-', '-o', `csv=${at('out/piped.log')}`, '--force'], { stdio: [input, 'pipe', 'pipe'] });
    closeSync(input);
    expect([code, stderr]).toEqual([2, expect.stringContaining('into the evidence')]);
    expect(readFileSync(at('out/piped.log'), 'utf8')).toBe(HEADER + SHELL);
  });
});

test('an output that the pattern of the evidence would match is not made', () => {
  mkdirSync(at('here'));
  writeFileSync(at('here/x.log'), HEADER + SHELL);
  const main = path.resolve('dist/main.js');
  const run = (output: string): CliOutcome => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'scan', '*.log', '-o', `csv=${output}`], {
      cwd: at('here'),
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  };
  expect(run('new.log').code).toBe(2);
  expect(run('new.csv').code).toBe(1);
  expect(readdirSync(at('here'))).toEqual(['new.csv', 'x.log']);
});

test('paths behind -- are paths, also those that begin with -', () => {
  mkdirSync(at('dashes/-odd'), { recursive: true });
  writeFileSync(at('dashes/-odd/x.log'), HEADER + SHELL);
  const main = path.resolve('dist/main.js');
  const { status } = spawnSync(process.execPath, [main, 'scan', '-q', '--', '-odd'], { cwd: at('dashes'), encoding: 'utf8' });
  expect(status).toBe(1);
  expect(scan(at('out'), '-q', '--', at('taken')).code).toBe(1);
});

test('a temporary folder that is not there, or leads into the evidence, is not used', () => {
  const count = 40_000;
  mkdirSync(at('flood'));
  writeFileSync(at('flood/u_ex.log'), HEADER + SHELL.repeat(count));
  symlinkSync(at('flood'), at('link-to-flood'));
  for (const temporary of [at('nowhere'), at('link-to-flood')]) {
    const { code, stdout } = runCli(['scan', at('flood'), '-q', '-o', 'jsonl=-'], { env: { ...process.env, TMPDIR: temporary } });
    expect([code, parseJsonl(stdout).at(-1)]).toMatchObject([1, { findings: count }]);
    expect(readdirSync(at('flood'))).toEqual(['u_ex.log']);
  }
});

test('a pattern in a folder that is not there is a wrong name, not a clean scan', () => {
  expect(scan(at('nowhere/*.log'))).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no') });
});

test('rules that all are broken are told with their reasons, by every command', () => {
  mkdirSync(at('rules'));
  writeFileSync(
    at('rules/broken.yml'),
    'title: Broken\nlogsource: {category: webserver}\ndetection:\n    s: {cs-method|sounds: POST}\n    condition: s\n',
  );
  const place = `${at('rules/broken.yml')}:4:9: the modifier sounds is not known`;
  for (const args of [
    ['scan', at('taken'), '--no-default-rules', '--rules', at('rules')],
    ['rules', 'list', at('rules')],
    ['rules', 'explain', at('rules')],
  ])
    expect([args, runCli(args)]).toMatchObject([args, { code: 2, stderr: expect.stringContaining(place) }]);
});
