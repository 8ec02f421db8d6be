import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HttpReceiver, StreamReceiver, type Behaviour } from '../notify-receivers.ts';
import { parseJsonl, type CliOutcome } from './run-cli.ts';

const MAIN = path.resolve('dist/main.js');
const SECRET = 'hunter2hunter2';
const HEADER = '#Fields: date time cs-method cs-uri-stem c-ip cs(User-Agent) sc-status\r\n';
const OK: Behaviour = { status: 204 };

let folder: string;
let closing: (() => Promise<void>)[] = [];
const at = (name: string): string => path.join(folder, name);
const shell = (number: number): string =>
  `2021-03-04 12:00:${10 + number} POST /aspnet_client/shell${number}.aspx 203.0.113.9 curl/7 200\r\n`;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-notify-'));
  for (const name of ['case', 'evidence', 'elsewhere']) mkdirSync(at(name));
  writeFileSync(at('evidence/u_ex.log'), HEADER + shell(1) + shell(2));
});
afterEach(async () => {
  await Promise.all(closing.map(async (close) => await close()));
  closing = [];
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  readonly outcome: Promise<CliOutcome>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Beside this process, which is the receiver. */
function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
  const env = { PATH: process.env['PATH'], XDG_CONFIG_HOME: at('user'), HOME: at('elsewhere'), APPDATA: at('user'), ...environment };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: at('case'), env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  const outcome = new Promise<CliOutcome>((resolve) => child.once('close', (code) => resolve({ code, ...said })));
  return { outcome, kill: (signal) => void child.kill(signal) };
}

const run = async (args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<CliOutcome> =>
  await start(args, environment).outcome;
const scan = async (...args: readonly string[]): Promise<CliOutcome> => await run(['scan', '../evidence', '--state', '../state', ...args]);

async function openWebhook(decide: (count: number) => Behaviour): Promise<{ readonly receiver: HttpReceiver; readonly url: string }> {
  const receiver = new HttpReceiver((_, count) => decide(count));
  closing.push(async () => await receiver.close());
  return { receiver, url: await receiver.open() };
}

/** Of a scan that remembers nothing. */
async function allIds(): Promise<string[]> {
  const { stdout } = await run(['scan', '../evidence', '-q', '-o', 'jsonl=-']);
  return parseJsonl(stdout).flatMap(({ record, id }) => (record === 'finding' ? [String(id)] : []));
}

const idsOf = (receiver: HttpReceiver): string[] => receiver.ids.filter((id) => id !== undefined);

describe('--notify', () => {
  test('without --state is wrong usage, and says why', async () => {
    expect(await run(['scan', '../evidence', '--notify', 'https://siem.example.com/'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--notify: needs --state DIR, which keeps what was not told yet'),
    });
  });

  test('cannot be said by a config file that is found by chance', async () => {
    for (const line of ['notify: https://evil.example.com/', 'notify-ca: ca.pem']) {
      writeFileSync(at('case/exhunt.yaml'), `${line}\n`);
      const { code, stdout, stderr } = await scan();
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('only your own exhunt.yaml, or one given with --config, may say who is told');
    }
  });

  test('of a config file that is named has its files beside it', async () => {
    writeFileSync(at('elsewhere/my.yaml'), 'notify: ["https://siem.example.com/,token=file:token", "file:url"]\n');
    const { code, stdout } = await run(['config', 'show', '--config', '../elsewhere/my.yaml']);
    expect(code).toBe(0);
    expect(stdout).toContain(`https://siem.example.com/,token=file:${at('elsewhere/token')}`);
    expect(stdout).toContain(`file:${at('elsewhere/url')}`);
  });

  test('written with a secret is shown by nobody', async () => {
    const target = `https://siem.example.com/,token=${SECRET}`;
    const shown = await run(['config', 'show', '../evidence', '--notify', target]);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('(not shown: it may hold a secret)') });
    const words = ['scan', '../evidence', '--state', '../state', '-o', 'jsonl+=../all.jsonl', '--no-config', '--notify'];
    const printed = await run(['schedule', 'print', '--every', '1h', '--for', 'systemd', '--', ...words, target]);
    expect(printed).toMatchObject({ code: 2, stderr: expect.stringContaining('secrets do not stand on the command line') });
    expect(JSON.stringify([shown, printed])).not.toContain(SECRET);
  });

  test('in a schedule names its files whole, and has them to read', async () => {
    const words = ['scan', '../evidence', '--state', '../state', '-o', 'jsonl+=../all.jsonl', '--no-config', '--notify'];
    const target = 'https://siem.example.com/,token=file:../elsewhere/token';
    const { code, stdout } = await run(['schedule', 'print', '--every', '1h', '--for', 'systemd', '--', ...words, target]);
    expect(code).toBe(0);
    expect(stdout).toContain(`--notify=https://siem.example.com/,token=file:${at('elsewhere/token')}`);
    expect(stdout).toMatch(new RegExp(`^ReadOnlyPaths=.*${at('elsewhere/token')}`, 'm'));
    expect(stdout).toContain('PrivateNetwork=no');
  });

  test('tells what is new, once, with the ids that any scan has, and the verdict', async () => {
    const { receiver, url } = await openWebhook(() => OK);
    const first = await scan('--notify', url);
    expect(first.code).toBe(1);
    const before = await allIds();
    expect(before.length).toBeGreaterThan(0);
    expect(idsOf(receiver)).toEqual(before);
    expect(first.stderr).toContain(`info: ${url}: was told ${before.length + 1}\n`);
    expect(JSON.parse(receiver.taken[0]?.body ?? '').records.at(-1)).toMatchObject({ record: 'verdict', verdict: 'compromised' });

    expect((await scan('--notify', url)).stderr).not.toContain('was told');
    expect(receiver.requests).toHaveLength(1);

    appendFileSync(at('evidence/u_ex.log'), shell(3));
    await scan('--notify', url);
    expect(new Set(idsOf(receiver))).toEqual(new Set(await allIds()));
    expect(idsOf(receiver)).toHaveLength(new Set(idsOf(receiver)).size);
  });

  test('tells from --notify-level on', async () => {
    const { receiver, url } = await openWebhook(() => OK);
    await scan('--notify', url, '--notify-level', 'critical');
    const levels = receiver.taken.flatMap(({ body }) => JSON.parse(body).records).map(({ rule }) => rule?.level);
    expect(levels.filter((level) => level !== undefined && level !== 'critical')).toEqual([]);
  });

  test('loses nothing while a receiver cannot take it, and says so even when it is to be quiet', async () => {
    // Asks for more time than a run has: so the run does not wait.
    const { receiver, url } = await openWebhook((count) => (count === 0 ? { status: 503, headers: { 'retry-after': '3600' } } : OK));
    const { code, stderr } = await scan('--notify', url, '-q', '-o', 'jsonl=../first.jsonl');
    expect(code).toBe(1);
    const waiting = (await allIds()).length + 1;
    expect(stderr).toBe(
      `warning: ${url}: ${waiting} wait to be told: it asks to wait 3600 s, which is longer than this run does; the next run tries again\n`,
    );
    expect((await run(['state', 'show', '../state'])).stdout).toContain(`${waiting} records wait for ${url}`);
    appendFileSync(at('evidence/u_ex.log'), shell(3));
    await scan('--notify', url);
    expect(new Set(idsOf(receiver))).toEqual(new Set(await allIds()));
    expect(idsOf(receiver)).toHaveLength(new Set(idsOf(receiver)).size);
    expect((await run(['state', 'show', '../state'])).stdout).not.toContain('wait for');
  });

  test('killed while a receiver hangs, tells everything in the next run', async () => {
    const { receiver, url } = await openWebhook((count) => (count === 0 ? 'hang' : OK));
    const running = start(['scan', '../evidence', '--state', '../state', '--notify', url]);
    while (receiver.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    running.kill('SIGKILL');
    await running.outcome;
    await scan('--notify', url);
    expect(idsOf(receiver)).toEqual(await allIds());
    expect(receiver.requests[0]?.headers['idempotency-key']).toBe(receiver.requests[1]?.headers['idempotency-key']);
  });

  test('tells several, by syslog too', async () => {
    const { receiver, url } = await openWebhook(() => OK);
    const syslog = new StreamReceiver(() => 'read');
    closing.push(async () => await syslog.close());
    await scan('--notify', url, '--notify', `syslog+tcp://localhost:${await syslog.open()}`);
    const told = syslog.messages.map((message) => JSON.parse(message.slice(message.indexOf('] {') + 2)));
    expect(told).toEqual(JSON.parse(receiver.taken[0]?.body ?? '').records);
  });

  test('keeps secrets out of all that it writes', async () => {
    const { receiver, url } = await openWebhook((count) => (count % 2 === 0 ? { status: 500 } : { status: 403 }));
    const environment = { HOOK: `${url}/${SECRET}?sig=${SECRET}`, TOKEN: SECRET, KEY: SECRET };
    const outputs = ['jsonl', 'text', 'html', 'csv'].flatMap((format) => ['-o', `${format}=../reports-${format}`]);
    const args = ['../evidence', '--state', '../state', ...outputs, '--notify', 'env:HOOK,token=env:TOKEN,hmac=env:KEY'];
    const outcome = await run(['scan', ...args], environment);
    const shown = await run(['config', 'show', ...args], environment);
    const state = await run(['state', 'show', '../state', '--files', '--format', 'json'], environment);
    expect(outcome.stderr).toContain('env:HOOK: ');
    expect(receiver.requests[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toContain('state.db');
    const texts = files.map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'latin1'));
    for (const text of [...texts, JSON.stringify([outcome, shown, state])]) expect(text).not.toContain(SECRET);
  });
});
