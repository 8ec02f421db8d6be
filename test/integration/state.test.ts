import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseJsonl, runCli, type JsonlRecord } from './run-cli.ts';

const MAIN = path.resolve('dist/main.js');
const HEAD = [
  '#Software: Microsoft Internet Information Services 10.0',
  '#Version: 1.0',
  '#Date: 2021-03-03 00:00:00',
  '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
  '',
].join('\r\n');

/** A POST to a page that is none of Exchange's. */
const shell = (minute: number): string =>
  `2021-03-03 0${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}:00 192.0.2.5 POST /aspnet_client/page${minute}.aspx - 443 - 203.0.113.9 Mozilla/5.0 - 200 0 0 12\r\n`;
const honest = (minute: number): string =>
  `2021-03-03 0${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}:30 192.0.2.5 GET /owa/healthcheck.htm - 443 - 192.0.2.7 AMProbe/Local - 200 0 0 1\r\n`;

let folder: string;
let logs: string;
let log: string;
const at = (name: string): string => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-state-'));
  logs = at('inetpub/logs/LogFiles/W3SVC1');
  mkdirSync(logs, { recursive: true });
  log = path.join(logs, 'u_ex210303.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly stderr: string;
  readonly records: readonly JsonlRecord[];
  /** Paths of the requests that were found by detection rules. */
  readonly pages: readonly string[];
}

function run(...more: readonly string[]): Run {
  const { code, stdout, stderr } = runCli(['scan', at('inetpub'), '--state', at('state'), '-o', 'jsonl=-', ...more]);
  const records = stdout === '' ? [] : parseJsonl(stdout);
  const isDetection = (each: JsonlRecord): boolean => each.record === 'finding' && !('correlation' in each);
  const found = records.filter(isDetection) as unknown as { readonly url: { readonly path: string } }[];
  return { code, stderr, records, pages: [...new Set(found.map(({ url }) => url.path))] };
}

const page = (minute: number): string => `/aspnet_client/page${minute}.aspx`;
/** Nobody is writing to it any more. */
const settle = (file: string): void => utimesSync(file, new Date('2021-03-04'), new Date('2021-03-04'));

describe('only what is new is read and told', () => {
  test('a file that grew, and one that did not', () => {
    writeFileSync(log, HEAD + shell(1) + honest(2));
    expect(run()).toMatchObject({ code: 1, pages: [page(1)] });
    expect(run()).toMatchObject({ code: 0, pages: [], stderr: expect.stringContaining('something new in 0 of 1 file\n') });
    appendFileSync(log, honest(3) + shell(4));
    const third = run();
    expect(third.pages).toEqual([page(4)]);
    // Its line counts from the beginning of the file, and the header above is known.
    expect(third.records.find(({ record }) => record === 'finding')).toMatchObject({
      log: { line: 8 },
      '@timestamp': '2021-03-03T00:04:00.000Z',
    });
    expect(third.records.find(({ record }) => record === 'coverage')).toMatchObject({ lines: 2, records: 2 });
  });

  test('the verdict is by all that any run found', () => {
    writeFileSync(log, HEAD + shell(1));
    const verdictOf = ({ records }: Run): unknown => records.find(({ record }) => record === 'verdict')?.['verdict'];
    expect(verdictOf(run())).toBe('compromised');
    appendFileSync(log, honest(2));
    expect(verdictOf(run())).toBe('compromised');
    // And what makes the exit code is what is new.
    expect(run('--fail-on', 'compromised').code).toBe(0);
    appendFileSync(log, shell(3));
    expect(run('--fail-on', 'compromised').code).toBe(1);
  });

  test('a line that is torn is read when it is whole', () => {
    const line = shell(1);
    writeFileSync(log, HEAD + line.slice(0, 40));
    expect(run()).toMatchObject({ code: 0, pages: [] });
    appendFileSync(log, line.slice(40, 70));
    expect(run()).toMatchObject({ code: 0, pages: [] });
    appendFileSync(log, line.slice(70));
    expect(run().pages).toEqual([page(1)]);
    expect(run().pages).toEqual([]);
  });

  test('a last line without an end is read when nobody goes on with it, and not twice', () => {
    writeFileSync(log, HEAD + shell(1).trimEnd());
    expect(run().pages).toEqual([]);
    settle(log);
    expect(run().pages).toEqual([page(1)]);
    expect(run().pages).toEqual([]);
    appendFileSync(log, `\r\n${shell(2)}`);
    expect(run().pages).toEqual([page(2)]);
  });

  test('a header that changes in the middle holds in the next run', () => {
    writeFileSync(log, HEAD + honest(1) + HEAD.replace('s-ip cs-method', 'cs-method s-ip'));
    expect(run().code).toBe(0);
    appendFileSync(log, shell(2).replace('192.0.2.5 POST', 'POST 192.0.2.5'));
    expect(run().pages).toEqual([page(2)]);
  });
});

describe('whatever becomes of a file, it is read once', () => {
  const filler = Array.from({ length: 100 }, (_, minute) => honest(minute)).join('');

  test('renamed, and written to once more', () => {
    writeFileSync(log, HEAD + shell(1) + filler);
    expect(run().pages).toEqual([page(1)]);
    renameSync(log, path.join(logs, 'u_ex210303_old.log'));
    writeFileSync(log, HEAD.replace('00:00:00', '01:00:00') + shell(3));
    appendFileSync(path.join(logs, 'u_ex210303_old.log'), shell(2));
    expect([...run().pages].toSorted()).toEqual([page(2), page(3)]);
    expect(run().pages).toEqual([]);
  });

  test('compressed, with lines that came before it was', () => {
    writeFileSync(log, HEAD + shell(1) + filler);
    expect(run().pages).toEqual([page(1)]);
    writeFileSync(`${log}.gz`, gzipSync(readFileSync(log, 'utf8') + shell(2)));
    rmSync(log);
    expect(run().pages).toEqual([page(2)]);
    expect(run()).toMatchObject({ pages: [], stderr: expect.stringContaining('something new in 0 of 1 file') });
  });

  test('truncated, and begun anew', () => {
    writeFileSync(log, HEAD + shell(1) + filler);
    run();
    truncateSync(log, 0);
    writeFileSync(log, HEAD.replace('00:00:00', '02:00:00') + shell(2));
    expect(run().pages).toEqual([page(2)]);
  });

  test('replaced by one that is longer and begins alike', () => {
    writeFileSync(log, HEAD + shell(1) + filler);
    run();
    writeFileSync(log, HEAD + shell(2) + filler + filler);
    expect(run().pages).toEqual([page(2)]);
  });

  test('copied away and truncated, as logrotate does', () => {
    writeFileSync(log, HEAD + shell(1) + filler);
    run();
    appendFileSync(log, shell(2));
    cpSync(log, path.join(logs, 'u_ex210303.log.1'));
    truncateSync(log, 0);
    appendFileSync(log, HEAD + shell(3));
    expect([...run().pages].toSorted()).toEqual([page(2), page(3)]);
  });

  test('late, and older than what was read', () => {
    writeFileSync(log, HEAD + shell(50) + filler);
    run();
    writeFileSync(path.join(logs, 'u_ex210302.log'), (HEAD + shell(2)).replaceAll('2021-03-03', '2021-03-02'));
    expect(run().pages).toEqual([page(2)]);
  });

  test('in UTF-16', () => {
    const encode = (text: string): Buffer => Buffer.from(text, 'utf16le');
    writeFileSync(log, Buffer.concat([Buffer.from([0xff, 0xfe]), encode(HEAD + shell(1))]));
    expect(run().pages).toEqual([page(1)]);
    appendFileSync(log, encode(shell(2)));
    expect(run().pages).toEqual([page(2)]);
  });
});

test('a record over several lines is not cut in two by runs', () => {
  const file = at('inetpub/ECP/Server/ECPServer20210303.LOG');
  mkdirSync(path.dirname(file), { recursive: true });
  cpSync('samples/contoso-ex01/C/Program Files/Microsoft/Exchange Server/V15/Logging/ECP/Server', path.dirname(file), { recursive: true });
  const whole = new Map(
    readdirSync(path.dirname(file)).map((name) => [path.join(path.dirname(file), name), readFileSync(path.join(path.dirname(file), name))]),
  );
  const all = run().records.filter(({ record }) => record === 'finding').length;
  rmSync(at('state'), { recursive: true });
  let found = 0;
  for (let part = 1; part <= 5; part += 1) {
    for (const [name, bytes] of whole) writeFileSync(name, bytes.subarray(0, Math.ceil((bytes.length * part) / 5)));
    found += run().records.filter(({ record }) => record === 'finding').length;
  }
  expect(all).toBeGreaterThan(0);
  expect(found).toBe(all);
});

test('correlations go on over runs: told once, with the id that one scan gives it', () => {
  const source = 'samples/contoso-ex01';
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(path.join(source, name)).isFile());
  const told: JsonlRecord[] = [];
  for (let part = 1; part <= 4; part += 1) {
    for (const [index, name] of files.entries()) {
      const to = path.join(folder, 'inetpub', 'EX01', name);
      const bytes = readFileSync(path.join(source, name));
      mkdirSync(path.dirname(to), { recursive: true });
      const share = part === 4 ? 1 : Math.min(1, part / 4 + ((index * 7) % 11) / 50);
      writeFileSync(to, bytes.subarray(0, Math.ceil(bytes.length * share)));
    }
    told.push(...run('-q').records.filter(({ record }) => record === 'finding'));
  }
  const { stdout } = runCli(['scan', at('inetpub'), '-q', '-o', 'jsonl=-']);
  const whole = parseJsonl(stdout).filter(({ record }) => record === 'finding');
  const idsOf = (records: readonly JsonlRecord[]): string[] => records.map(({ id }) => String(id)).toSorted();
  expect(whole.some((each) => 'correlation' in each)).toBe(true);
  expect(idsOf(told)).toEqual(idsOf(whole));
});

test('a run that is killed is told again by the next one, with the same ids', async () => {
  writeFileSync(log, HEAD + shell(1));
  run();
  // Long enough to be killed in the middle.
  appendFileSync(
    log,
    Array.from({ length: 540 }, (_, minute) => shell(minute))
      .join('')
      .repeat(60),
  );
  const child = spawn(process.execPath, [MAIN, 'scan', at('inetpub'), '--state', at('state'), '-q', '-o', `jsonl=${at('lost.jsonl')}`], {
    stdio: 'ignore',
  });
  while (!existsSync(at('state/lock'))) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  expect(existsSync(at('state/lock'))).toBe(true);
  const next = run();
  expect(next.stderr).toContain('state: took over from a run of');
  expect(next.pages).toHaveLength(540);
  expect(run().pages).toEqual([]);
});

describe('one run at a time', () => {
  test('a second one is refused while the first is alive', async () => {
    writeFileSync(log, HEAD + shell(1));
    mkdirSync(at('state'));
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
    try {
      const { hostname } = await import('node:os');
      writeFileSync(at('state/lock'), JSON.stringify({ pid: other.pid, host: hostname(), since: '2026-01-01T00:00:00Z', token: 'x' }));
      expect(run()).toMatchObject({
        code: 2,
        records: [],
        stderr: expect.stringContaining(`is in use by a run of 2026-01-01T00:00:00Z (process ${other.pid}`),
      });
    } finally {
      other.kill();
      await new Promise((resolve) => other.once('close', resolve));
    }
    expect(run()).toMatchObject({ code: 1, stderr: expect.stringContaining('which ended without a word') });
    expect(existsSync(at('state/lock'))).toBe(false);
  });

  test('of another machine, unless it was not heard of for ten minutes', () => {
    writeFileSync(log, HEAD + shell(1));
    mkdirSync(at('state'));
    writeFileSync(at('state/lock'), JSON.stringify({ pid: 1, host: 'elsewhere.example', since: '2026-01-01T00:00:00Z', token: 'x' }));
    expect(run()).toMatchObject({ code: 2, stderr: expect.stringContaining('elsewhere.example') });
    settle(at('state/lock'));
    expect(run().code).toBe(1);
  });
});

describe('what cannot be used is refused, and never begun anew', () => {
  test.each([
    ['a state of a newer exhunt', (file: string) => patchLayout(file, 9), 'was written by a newer exhunt (layout 9'],
    ['a file that is none', (file: string) => writeFileSync(file, 'not a database at all, but text of some length'.repeat(20)), 'state.db'],
  ])('%s', (_, spoil, message) => {
    writeFileSync(log, HEAD + shell(1));
    run();
    spoil(at('state/state.db'));
    const before = readFileSync(at('state/state.db'));
    expect(run()).toMatchObject({ code: 2, records: [], stderr: expect.stringContaining(message) });
    expect(readFileSync(at('state/state.db')).equals(before)).toBe(true);
  });

  test.each([
    [['--baseline', 'x.jsonl'], 'compares whole scans'],
    [['--manifest', 'x.json'], 'lists whole files'],
  ])('%s', (options, message) => {
    writeFileSync(log, HEAD);
    writeFileSync(at('x.jsonl'), '');
    expect(run(...options.map((each) => (each.startsWith('x.') ? at(each) : each)))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message),
    });
  });

  test('a folder in the evidence, and standard input', () => {
    expect(runCli(['scan', folder, '--state', at('state')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('lies in the evidence'),
    });
    expect(runCli(['scan', '-', '--state', at('state')], { input: '' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('standard input'),
    });
  });
});

test('other rules are told of, and what was read is not read again for them', () => {
  writeFileSync(log, HEAD + shell(1));
  run();
  const rule = at('rule.yml');
  writeFileSync(
    rule,
    'title: Probe\nid: 5f4d2c9e-0000-4000-8000-000000000001\nlevel: low\nlogsource:\n  category: webserver\ndetection:\n  s:\n    cs-uri-stem|contains: healthcheck\n  condition: s\n',
  );
  appendFileSync(log, honest(2));
  expect(run('--rules', rule)).toMatchObject({ stderr: expect.stringContaining('the rules are others than in the last run') });
});

test('state show tells runs, verdicts and how far each file is read', () => {
  writeFileSync(log, HEAD + shell(1));
  run();
  const show = (...more: readonly string[]) => runCli(['state', 'show', at('state'), ...more]);
  expect(show()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/COMPROMISED[\s\S]*1 files, \d findings told[\s\S]*new findings in 5 new lines/),
  });
  expect(show('--files').stdout).toContain(`u_ex210303.log  iis-w3c  read up to byte ${statSync(log).size}, line 5, seen `);
  const [first, second] = parseJsonl(show('--format', 'json', '--files').stdout);
  expect(first).toMatchObject({ record: 'state', counts: { files: 1 }, verdicts: [{ verdict: 'compromised' }] });
  expect(second).toMatchObject({ record: 'file', logType: 'iis-w3c', lines: 5, isDone: true });
  expect(runCli(['state', 'show', at('nowhere')])).toMatchObject({ code: 2 });
});

/** Of the header of an SQLite file, the bytes of `user_version`. */
function patchLayout(file: string, layout: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt32BE(layout, 60);
  writeFileSync(file, bytes);
}
