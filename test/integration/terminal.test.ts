import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import { runCli } from './run-cli.ts';

const MAIN = path.resolve('dist/main.js');
const HEADER = '#Fields: date time cs-method cs-uri-stem c-ip cs(User-Agent) sc-status\r\n';
const SHELL = '2021-03-04 12:00:00 POST /aspnet_client/shell.aspx 203.0.113.9 curl/7 200\r\n';
const HONEST = '2021-03-04 12:00:00 GET /owa/ 198.51.100.9 Mozilla/5.0 200\r\n';
/** Read without the prefilter, this takes about two seconds. */
const SLOWLY = ['--no-prefilter', '--jobs', '1'];

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-terminal-'));
  mkdirSync(at('much'));
  const file = createWriteStream(at('much/u_ex.log'));
  file.write(HEADER + SHELL);
  for (let index = 0; index < 40; index += 1) file.write(HONEST.repeat(10_000));
  file.end();
  await once(file, 'close');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quote = (arg: string): string => `'${arg.replaceAll("'", `'\\''`)}'`;

/** `script` of util-linux gives a program a terminal; what it shows comes back. */
function inTerminal(columns: number, args: readonly string[], more = ''): { readonly command: string; readonly args: readonly string[] } {
  const line = `stty cols ${columns} rows 40; exec ${[process.execPath, MAIN, ...args].map(quote).join(' ')} ${more}`;
  return { command: 'script', args: ['-q', '-e', '-c', line, '/dev/null'] };
}

function run(columns: number, args: readonly string[], more?: string): { readonly code: number | null; readonly shown: string } {
  const { command, args: all } = inTerminal(columns, args, more);
  const { status, stdout, error } = spawnSync(command, all, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) throw error;
  return { code: status, shown: stdout };
}

describe('on a terminal', () => {
  test.each([40, 80, 120])('of %i columns, tables fit and all is coloured', (columns) => {
    const { code, shown } = run(columns, ['scan', 'samples/contoso-ex01', '-q']);
    expect(code).toBe(1);
    expect(shown).toContain('\u001b[');
    const table = shown.slice(shown.indexOf('Who: addresses'), shown.indexOf('CRITICAL'));
    expect(table).toContain('Findings by rule');
    for (const line of table.split('\r\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    const read = shown.slice(shown.indexOf('What was read'), shown.indexOf('Builds of Exchange'));
    for (const line of read.split('\r\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  });

  test('progress fits one line, goes on, and is gone when the report comes', () => {
    const { shown } = run(70, ['scan', at('much'), ...SLOWLY, '-o', 'jsonl=-'], '>/dev/null');
    const lines = shown.split('\u001b[K').map((line) => line.replace('\r', ''));
    const told = lines.filter((line) => line.includes('%'));
    expect(told.length).toBeGreaterThan(2);
    expect(told[0]).toMatch(/^ *\d+% {2}\d+ of 24 MB/);
    expect(told.at(-1)).toContain('1 finding');
    for (const line of told) expect(line.length).toBeLessThan(70);
    // Behind the last one it is cleared, and then the notes come.
    expect(shown).toContain('of 1 file\u001b[K\r\u001b[K1 file, ');
  });

  test('--quiet and --progress never show none', () => {
    for (const option of ['--quiet', '--progress=never'])
      expect(run(70, ['scan', at('much'), ...SLOWLY, '-o', 'jsonl=-', option], '>/dev/null').shown).not.toContain('%');
  });

  test('an interrupt takes the line away, reports what was read, and ends the program as it would have', async () => {
    const { command, args } = inTerminal(70, ['scan', at('much'), ...SLOWLY, '-o', 'jsonl=-'], '>/dev/null');
    const child = spawn(command, args, { env: { PATH: process.env['PATH'], TERM: 'xterm' }, stdio: ['pipe', 'pipe', 'inherit'] });
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (!shown.includes('%') && chunk.includes('%')) child.stdin.write('\u0003');
      shown += chunk.toString();
    });
    const [code] = await once(child, 'close');
    // As the shells have it: 128, and the number of the signal.
    expect(code).toBe(130);
    expect(shown).toContain('\r\u001b[Kexhunt: stopping; ');
    expect(shown.slice(shown.indexOf('stopping'))).not.toContain('%');
    expect(shown).toContain('was not read, or not to its end, when the run was stopped');
  });

  test('that is dumb, nothing is coloured or written over', () => {
    const { command, args } = inTerminal(70, ['scan', 'samples/contoso-ex01']);
    const { stdout } = spawnSync(command, args, { encoding: 'utf8', env: { PATH: process.env['PATH'], TERM: 'dumb' } });
    expect(stdout).toContain('Verdict');
    expect(stdout).not.toContain('\u001b');
  });
});

test('a report that goes to a pipe is the same whatever the terminal is', () => {
  const wide = runCli(['scan', 'samples/contoso-ex01', '-q'], { env: { ...process.env, COLUMNS: '200' } });
  const narrow = runCli(['scan', 'samples/contoso-ex01', '-q'], { env: { ...process.env, COLUMNS: '40' } });
  expect(wide.stdout).toBe(narrow.stdout);
});
