import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeTar } from '../archives.ts';
import { parseJsonl, runCli } from './run-cli.ts';

/** What goes wrong beneath the program while it runs: each has its exit code, and leaves whole lines and no files behind. */

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const FAULTS = fileURLToPath(new URL('failing-disk.mjs', import.meta.url));
const HEADER = '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n';
const SHELL = '2021-03-03 06:59:13 192.0.2.5 POST /aspnet_client/x.aspx - 443 - 203.0.113.7 Mozilla/5.0 200\n';
const HONEST = '2021-03-03 06:59:14 192.0.2.5 GET /owa/ - 443 - 198.51.100.3 Mozilla/5.0 200\n';
const FINDINGS = 20_000;

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-faults-'));
  mkdirSync(at('good'));
  writeFileSync(at('good/u_ex1.log'), HEADER + SHELL + HONEST.repeat(20_000) + SHELL);
  writeFileSync(at('good/u_ex2.log'), HEADER + SHELL);
  mkdirSync(at('flood'));
  writeFileSync(at('flood/u_ex.log'), HEADER + SHELL.repeat(FINDINGS));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** @param limit of the shell that it runs in */
function runLimited(limit: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const script = `trap '' XFSZ; ${limit}; exec "$0" "$@"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, MAIN, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  });
  return { code: status, stdout, stderr };
}

describe('a disk that cannot be read', () => {
  test('in the middle of a file costs the rest of that file and nothing else', () => {
    const env = { ...process.env, FAULT_FILE: 'u_ex1.log', FAULT_AT: '600000', NODE_OPTIONS: `--import=${FAULTS}` };
    const { code, stdout, stderr } = runCli(['scan', at('good'), '-o', 'jsonl=-', '--jobs', '1'], { env });
    const records = parseJsonl(stdout);
    const summary = records.at(-1);
    // Findings win over what could not be read.
    expect(code).toBe(1);
    expect(stderr).toContain('u_ex1.log: cannot be read (EIO)');
    expect(records.filter(({ record }) => record === 'finding').map(({ log }) => (log as { file: object }).file)).toEqual([
      { path: 'u_ex1.log' },
      { path: 'u_ex2.log' },
    ]);
    expect(summary).toMatchObject({ complete: false, files: 2 });
    expect(Number(summary?.['lines'])).toBeGreaterThan(1_000);
    expect(Number(summary?.['lines'])).toBeLessThan(20_000);
  });

  test('makes exit code 3 where nothing is found in the rest', () => {
    mkdirSync(at('honest'));
    writeFileSync(at('honest/u_ex1.log'), HEADER + HONEST.repeat(20_000));
    const env = { ...process.env, FAULT_FILE: 'u_ex1.log', FAULT_AT: '600000', NODE_OPTIONS: `--import=${FAULTS}` };
    const { code, stdout } = runCli(['scan', at('honest'), '-q', '-o', 'jsonl=-'], { env });
    expect([code, parseJsonl(stdout).at(-1)]).toMatchObject([3, { complete: false, findings: 0, exitCode: 3 }]);
  });

  test('on standard input is told, and what came before it is hunted in', async () => {
    const { code, stdout } = await scanBrokenConnection(HEADER + SHELL + HONEST.repeat(3_000));
    const records = parseJsonl(stdout);
    expect(code).toBe(1);
    expect(records.filter(({ record }) => record === 'diagnostic')).toMatchObject([
      { code: 'FILE_UNREADABLE', message: expect.stringContaining('ECONNRESET') },
    ]);
    expect(records.at(-1)).toMatchObject({ complete: false, findings: 1 });
  });
});

/** Standard input is a connection that is reset behind the text. */
async function scanBrokenConnection(text: string) {
  let end: Socket | undefined;
  const server = createServer((socket) => {
    end = socket;
    socket.write(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.pause();
  const child = spawn(process.execPath, [MAIN, 'scan', '-', '-q', '-o', 'jsonl=-'], { stdio: [socket, 'pipe', 'pipe'] });
  socket.destroy();
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  // It has read what there is, and waits.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  end?.resetAndDestroy();
  const code = await closed(child);
  server.close();
  return { code: code.code, stdout };
}

function closed(child: ChildProcess): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
}

describe('a thread that is killed', () => {
  test('while it reads costs what it read, and the exit code says so', () => {
    // Several threads are worth it from 600 MB on; what lies between the lines is a hole in the file.
    mkdirSync(at('large'));
    writeFileSync(at('large/u_ex1.log'), HEADER + SHELL);
    writeFileSync(at('large/u_ex2.log'), HEADER + SHELL);
    truncateSync(at('large/u_ex2.log'), 650_000_000);
    const env = { ...process.env, FAULT_FILE: 'u_ex2.log', FAULT_AT: '0', FAULT_IN: 'worker', NODE_OPTIONS: `--import=${FAULTS}` };
    const { code, stdout } = runCli(['scan', at('large'), '-q', '--jobs', '2', '-o', 'jsonl=-'], { env });
    const records = parseJsonl(stdout);
    rmSync(at('large'), { recursive: true });
    expect(records.filter(({ record }) => record === 'diagnostic')).toContainEqual(
      expect.objectContaining({ code: 'FILE_READER_DIED', message: expect.stringContaining('u_ex2.log') }),
    );
    expect([code, records.at(-1)]).toMatchObject([1, { complete: false }]);
  });
});

describe('a disk that is full', () => {
  test('while a report is written makes exit code 70, and leaves no half a report', () => {
    mkdirSync(at('full'));
    const { code, stderr } = runLimited('ulimit -f 64', ['scan', at('flood'), '-q', '-o', `jsonl=${at('full/x.jsonl')}`]);
    expect([code, stderr]).toEqual([70, expect.stringContaining('cannot be written (EFBIG)')]);
    expect(readdirSync(at('full'))).toEqual([]);
  });

  test('for what memory has no room for keeps it in memory, and the report is the same', () => {
    mkdirSync(at('spill'));
    const args = ['scan', at('flood'), '-q', '-o', 'jsonl=-'];
    const usual = runCli(args);
    const { code, stdout } = runLimited('ulimit -f 64', args, { TMPDIR: at('spill') });
    expect(code).toBe(1);
    expect(withoutTime(stdout)).toBe(withoutTime(usual.stdout));
    expect(readdirSync(at('spill'))).toEqual([]);
  });
});

function withoutTime(report: string): string {
  return report.replace(/"durationMs":\d+/, '"durationMs":0');
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  /** @param waitMs until the signal */
  async function interrupt(name: string, waitMs: number) {
    mkdirSync(at(name));
    const env = { ...process.env, TMPDIR: at(name) };
    const pipe = spawn(process.execPath, [MAIN, 'scan', '-', at('good'), '-o', 'jsonl=-', '-o', `csv=${at(name)}/x.csv`], { env });
    let [stdout, stderr] = ['', ''];
    pipe.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    pipe.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    // The rest never comes.
    pipe.stdin.write(HEADER + SHELL.repeat(2_000));
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    pipe.kill(signal);
    const end = await closed(pipe);
    const records = parseJsonl(stdout);
    return { end, stderr, records, findings: records.filter(({ record }) => record === 'finding').length };
  }

  test('while logs are read ends the reading: what was found is reported, and the program ends as the signal does', async () => {
    // A busy machine takes its time to begin.
    let [name, outcome] = [`${signal}-1`, await interrupt(`${signal}-1`, 1_500)];
    for (const waitMs of [5_000, 20_000])
      if (outcome.findings === 0) [name, outcome] = [`${signal}-${waitMs}`, await interrupt(`${signal}-${waitMs}`, waitMs)];
    const { end, stderr, records, findings } = outcome;
    expect(end).toEqual({ code: null, signal });
    expect(findings).toBeGreaterThan(0);
    expect(records).toContainEqual(expect.objectContaining({ code: 'FILE_STOPPED', severity: 'error', log: { file: { path: '-' } } }));
    expect(records.at(-1)).toMatchObject({ record: 'summary', complete: false });
    expect(stderr).toContain('stopping');
    // As whole as ever, and nothing left beside it.
    expect(readdirSync(at(name))).toEqual(['x.csv']);
    expect(readFileSync(at(`${name}/x.csv`), 'utf8').split('\r\n')).toHaveLength(findings + 2);
  });

  test('and another end it at once, with no report and no file', async () => {
    mkdirSync(at(`${signal}-twice`));
    // Going through gigabytes of an archive is not ended by the first.
    const size = Buffer.from('19 size=8589934080\n');
    const head = makeTar([
      { name: 'size', type: 'x', content: size },
      { name: 'x.bin', content: Buffer.alloc(0) },
    ]).subarray(0, -1_024);
    const zeros = gzipSync(Buffer.alloc(1 << 25));
    writeFileSync(at('slow.tar.gz'), Buffer.concat([gzipSync(head), ...Array<Buffer>(256).fill(zeros)]));
    const limits = ['ratio=100000', 'total-bytes=100G', 'entry-bytes=100G'].flatMap((each) => ['--archive-limit', each]);
    const outputs = ['-o', 'jsonl=-', '-o', `csv=${at(signal)}-twice/x.csv`];
    const child = spawn(process.execPath, [MAIN, 'scan', at('slow.tar.gz'), ...limits, ...outputs]);
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    child.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill('SIGHUP');
    expect(await closed(child)).toEqual({ code: null, signal: 'SIGHUP' });
    expect([stdout, readdirSync(at(`${signal}-twice`))]).toEqual(['', []]);
  });

  test('while the report goes to a pipe ends it behind a whole line', async () => {
    const child = spawn(process.execPath, [MAIN, 'scan', at('flood'), '-q', '-o', 'jsonl=-'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (stdout === '') child.kill(signal);
      stdout += chunk.toString();
      // A slow reader: the pipe is full when the signal comes.
      child.stdout.pause();
      setTimeout(() => child.stdout.resume(), 5);
    });
    expect(await closed(child)).toEqual({ code: null, signal });
    const records = parseJsonl(stdout);
    expect(stdout.endsWith('\n')).toBe(true);
    expect(records.length).toBeGreaterThan(10);
    expect(records.length).toBeLessThan(FINDINGS);
  });
});

test('a reader who goes away in the middle has whole lines, and nobody complains', async () => {
  const child = spawn('bash', [
    '-c',
    `"${process.execPath}" "${MAIN}" scan "${at('flood')}" -o jsonl=- 2>"${at('stderr')}" | head -n 100; exit \${PIPESTATUS[0]}`,
  ]);
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  expect(await closed(child)).toEqual({ code: 1, signal: null });
  expect(parseJsonl(stdout)).toHaveLength(100);
  expect(readFileSync(at('stderr'), 'utf8')).not.toMatch(/EPIPE|    at /);
});

test('the evidence is as it was', () => {
  expect(statSync(at('good/u_ex2.log')).size).toBe(HEADER.length + SHELL.length);
  expect(existsSync(at('good/x.jsonl'))).toBe(false);
});
