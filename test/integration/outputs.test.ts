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
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
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

  test('and an interrupted scan leave no half-written file', async () => {
    const child = spawn(process.execPath, ['dist/main.js', 'scan', '-', '-o', `jsonl=${at('out/half.jsonl')}`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.write(HEADER);
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('close', resolve));
    expect(readdirSync(at('out')).filter((name) => name.startsWith('half'))).toEqual([]);
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
