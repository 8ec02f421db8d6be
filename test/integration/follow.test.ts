import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseJsonl, runCli } from './run-cli.ts';

const MAIN = path.resolve('dist/main.js');
const HEAD =
  '#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2021-03-03 00:00:00\r\n' +
  '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n';
const shell = (number: number): string =>
  `2021-03-03 00:00:${10 + number} 192.0.2.5 POST /aspnet_client/page${number}.aspx - 443 - 203.0.113.9 Mozilla/5.0 - 200 0 0 12\r\n`;

let folder: string;
let log: string;
let child: ChildProcess | undefined;
const at = (name: string): string => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-follow-'));
  mkdirSync(at('logs/W3SVC1'), { recursive: true });
  log = at('logs/W3SVC1/u_ex210303.log');
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** What it has written so far, and how it ended. */
function follow(...more: readonly string[]) {
  child = spawn(process.execPath, [MAIN, 'scan', at('logs'), '--state', at('state'), '--follow', '--no-color', ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => child?.once('close', (code, signal) => resolve(signal ?? code)));
  return { said, end: (signal: NodeJS.Signals) => (child?.kill(signal), ended) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('what is written is told while it runs, through a rotation, once; Ctrl-C leaves a clean state', async () => {
  writeFileSync(log, HEAD + shell(1));
  const { said, end } = follow();
  await until(() => said.out.includes('page1.aspx'));
  appendFileSync(log, shell(2).slice(0, 30));
  appendFileSync(log, shell(2).slice(30));
  await until(() => said.out.includes('page2.aspx'));
  appendFileSync(log, shell(3));
  renameSync(log, `${log}.1`);
  writeFileSync(log, HEAD.replace('00:00:00', '00:00:20') + shell(4));
  await until(() => said.out.includes('page3.aspx') && said.out.includes('page4.aspx'));
  expect(await end('SIGINT')).toBe('SIGINT');
  const lines = said.out.split('\n').filter((line) => line !== '');
  expect(lines[0]).toMatch(/^2021-03-03 00:00:11\.000 {2}(?:HIGH|CRITICAL) +- {2}.*page1\.aspx.*\(W3SVC1\/u_ex210303\.log:5\)$/);
  for (const page of [1, 2, 3, 4]) {
    const own = lines.filter((line) => line.includes(`POST /aspnet_client/page${page}.aspx`)).map((line) => line.slice(0, 80));
    expect(own.length).toBeGreaterThan(0);
  }
  expect(new Set(lines).size).toBe(lines.length);
  expect(existsSync(at('state/lock'))).toBe(false);
  expect(runCli(['scan', at('logs'), '--state', at('state'), '-o', 'lines=-'])).toMatchObject({ code: 0, stdout: '' });
  expect(runCli(['state', 'show', at('state')]).stdout).toMatch(/2 runs remembered[\s\S]*new findings in 12 new lines/);
});

test('reports that are appended to are whole reports, and together what one scan finds', async () => {
  writeFileSync(log, HEAD + shell(1));
  const { end } = follow('-o', `jsonl+=${at('all.jsonl')}`);
  const recordsOf = () => (existsSync(at('all.jsonl')) ? parseJsonl(readFileSync(at('all.jsonl'), 'utf8')) : []);
  const isTold = (page: number): boolean => recordsOf().some((each) => JSON.stringify(each['url'] ?? '').includes(`page${page}.aspx`));
  await until(() => isTold(1));
  appendFileSync(log, shell(2));
  await until(() => isTold(2));
  await end('SIGTERM');
  const idsOf = (text: string) =>
    parseJsonl(text)
      .filter(({ record }) => record === 'finding')
      .map(({ id }) => String(id))
      .toSorted();
  expect(idsOf(readFileSync(at('all.jsonl'), 'utf8'))).toEqual(idsOf(runCli(['scan', at('logs'), '-q', '-o', 'jsonl=-']).stdout));
  expect(runCli(['convert', at('all.jsonl'), '-o', 'csv=-']).code).toBe(1);
});

test.each([
  [['--follow'], '--follow needs --state'],
  [['--follow', '--state', 'STATE', '-o', 'html=x.html'], '-o html=x.html is written once'],
  [['--follow', '--state', 'STATE', '-o', 'jsonl=x.jsonl'], 'append to a file with +='],
])('%s is refused', (options, message) => {
  writeFileSync(log, HEAD);
  const { code, stderr } = runCli(['scan', at('logs'), ...options.map((each) => (each === 'STATE' ? at('state') : each))]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
