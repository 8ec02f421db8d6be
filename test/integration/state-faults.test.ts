import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseJsonl, runCli, type JsonlRecord } from './run-cli.ts';

const MACHINE = pathToFileURL(path.resolve('test/integration/faulty-machine.mjs')).href;
const HOUR_MS = 3_600_000;
const HEAD =
  '#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2021-03-03 00:00:00\r\n' +
  '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n';
const time = (minute: number): string => `0${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
const page = (minute: number): string => `/aspnet_client/page${minute}.aspx`;
/** A POST to a page that is none of Exchange's. */
const shell = (minute: number): string =>
  `2021-03-03 ${time(minute)}:00 192.0.2.5 POST ${page(minute)} - 443 - 203.0.113.9 Mozilla/5.0 - 200 0 0 12\r\n`;
const honest = (minute: number): string =>
  `2021-03-03 ${time(minute)}:30 192.0.2.5 GET /owa/healthcheck.htm - 443 - 192.0.2.7 AMProbe/Local - 200 0 0 1\r\n`;
const filler = Array.from({ length: 100 }, (_, minute) => honest(minute)).join('');

let folder: string;
let log: string;
const at = (name: string): string => path.join(folder, name);
const beside = (name: string): string => at(`inetpub/logs/LogFiles/W3SVC1/${name}`);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-faults-'));
  mkdirSync(beside(''), { recursive: true });
  log = beside('u_ex210303.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly stderr: string;
  readonly findings: readonly JsonlRecord[];
  /** Paths of the requests that were found. */
  readonly pages: readonly string[];
}

function run(more: readonly string[] = [], machine: Readonly<Record<string, string>> = {}): Run {
  const env = { ...process.env, NODE_OPTIONS: `--import=${MACHINE}`, ...machine };
  const { code, stdout, stderr } = runCli(['scan', at('inetpub'), '--state', at('state'), '-o', 'jsonl=-', ...more], { env });
  const findings = parseJsonl(stdout).filter(({ record }) => record === 'finding');
  const urls = findings.map((each) => (each as unknown as { readonly url?: { readonly path: string } }).url?.path);
  return { code, stderr, findings, pages: [...new Set(urls.flatMap((url) => url ?? []))] };
}

const idsOf = ({ findings }: Run): string[] => findings.map(({ id }) => String(id)).toSorted();

describe('nothing is lost', () => {
  test.each([
    ['all of a file', '', HEAD.split('\r\n').at(-2) ?? ''],
    ['all that is new', HEAD + honest(1), shell(2).trimEnd()],
  ])('a line without an end that was %s is read when nobody went on with it', (_, before, torn) => {
    writeFileSync(beside('other.log'), HEAD + honest(0));
    writeFileSync(log, before);
    run();
    appendFileSync(log, torn);
    expect(run().pages).toEqual([]);
    const later = { CLOCK_AHEAD_MS: String(HOUR_MS) };
    const next = run([], later);
    expect(next.pages).toEqual(before === '' ? [] : [page(2)]);
    expect(next.stderr).toContain('something new in 1 of ');
    expect(run([], later).stderr).toContain('something new in 0 of ');
  });

  test('a run with other rules leaves the windows of the usual ones open', () => {
    const rules = at('rules.yml');
    writeFileSync(
      rules,
      'title: Probe\nid: 5f4d2c9e-0000-4000-8000-000000000001\nname: probe\nlevel: low\nlogsource:\n  category: webserver\ndetection:\n  s:\n    cs-uri-stem|contains: page\n  condition: s\n---\n' +
        'title: Probes\nid: 5f4d2c9e-0000-4000-8000-000000000002\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [probe]\n  group-by: [c-ip]\n  timespan: 1d\n  condition:\n    gte: 2\n',
    );
    const chains = ({ findings }: Run): number => findings.filter((each) => JSON.stringify(each['rule']).includes('"Probes"')).length;
    writeFileSync(log, HEAD + shell(1));
    expect(chains(run(['--rules', rules]))).toBe(0);
    appendFileSync(log, honest(2));
    run();
    appendFileSync(log, shell(3));
    expect(chains(run(['--rules', rules]))).toBe(1);
  });
});

describe('nothing is told twice', () => {
  test('a file that was out of sight while another took its name', () => {
    writeFileSync(log, HEAD + shell(1) + filler);
    expect(run().pages).toEqual([page(1)]);
    renameSync(log, at('elsewhere'));
    writeFileSync(log, HEAD.replace('00:00:00', '01:00:00') + shell(3) + filler);
    expect(run().pages).toEqual([page(3)]);
    writeFileSync(beside('u_ex210303.1.log.gz'), gzipSync(Buffer.concat([readFileSync(at('elsewhere')), Buffer.from(shell(2))])));
    expect(run().pages).toEqual([page(2)]);
    expect(run()).toMatchObject({ pages: [], stderr: expect.stringContaining('something new in 0 of 2 files') });
  });

  test.each([
    ['a copy', (bytes: Buffer) => bytes, 'u_ex210303.1.log'],
    ['a compressed copy', (bytes: Buffer) => gzipSync(bytes, { level: 1 }), 'u_ex210303.1.log.gz'],
  ])('%s that is still being made is left to the next run', (_, pack, name) => {
    const random = Array.from({ length: 3_000 }, (_each, index) =>
      honest(index % 500).replace('AMProbe', `Probe${(index * 7_919) % 10_007}`),
    ).join('');
    writeFileSync(log, HEAD + shell(1) + random);
    expect(run().pages).toEqual([page(1)]);
    const copy = pack(readFileSync(log));
    writeFileSync(beside(name), copy.subarray(0, copy.length / 2));
    const during = run();
    expect(during).toMatchObject({ pages: [], stderr: expect.stringContaining('left to the next run') });
    writeFileSync(beside(name), pack(Buffer.concat([readFileSync(log), Buffer.from(shell(2))])));
    rmSync(log);
    expect(run().pages).toEqual([page(2)]);
    // Nobody writes any more: then it is read as what it is.
    writeFileSync(beside('another.log'), readFileSync(beside(name)).subarray(0, copy.length / 2));
    expect(run().stderr).toContain('left to the next run');
    expect(run([], { CLOCK_AHEAD_MS: String(HOUR_MS) }).stderr).not.toContain('left to the next run');
  });
});

describe('the machine fails', () => {
  test('power is lost at any write to the state: the next run tells the same', () => {
    writeFileSync(log, HEAD + shell(1) + filler);
    run();
    const before = readFileSync(at('state/state.db'));
    appendFileSync(log, shell(2) + shell(4));
    const counted = run([], { COUNT_WRITES: at('writes') });
    const writes = Number(readFileSync(at('writes'), 'utf8'));
    expect(counted.pages).toEqual([page(2), page(4)]);
    expect(writes).toBeGreaterThan(5);
    let ended = 0;
    for (let write = 1; write <= writes; write += Math.ceil(writes / 6)) {
      rmSync(at('state'), { recursive: true });
      mkdirSync(at('state'));
      writeFileSync(at('state/state.db'), before);
      expect(run([], { KILLED_AT: String(write) }).code).toBeNull();
      const { code, stdout } = runCli(['state', 'show', at('state')]);
      expect(code).toBe(0);
      const runs = Number(/(\d+) runs? remembered/.exec(stdout)?.[1]);
      ended += runs - 1;
      // What is on the disk is all of the run, or nothing.
      expect(idsOf(run())).toEqual(runs === 1 ? idsOf(counted) : []);
      expect(run()).toMatchObject({ code: 0, pages: [] });
    }
    expect(ended).toBeGreaterThan(0);
  });

  test.each([1, 3])('the disk is full at write %i: it is said, and the next run tells the same', (write) => {
    writeFileSync(log, HEAD + shell(1) + filler);
    run();
    appendFileSync(log, shell(2));
    const full = run([], { FULL_AT: String(write) });
    expect(full).toMatchObject({ code: 70, pages: [page(2)] });
    expect(full.stderr).toMatch(/--state: .*state\.db: .*what this run told is told again by the next\n/);
    expect(full.stderr).not.toContain('    at ');
    const next = run();
    expect(idsOf(next)).toEqual(idsOf(full));
    expect(run().pages).toEqual([]);
  });

  test('a folder that may not be written to is told before anything is read', () => {
    writeFileSync(log, HEAD + shell(1));
    mkdirSync(at('state'));
    const { code, stderr, pages } = run([], { WRITE_PROTECTED: at('state') });
    expect({ code, pages }).toEqual({ code: 2, pages: [] });
    expect(stderr).toMatch(/--state: .*lock cannot be written \(EROFS\)/);
  });

  test('a state that is damaged in its middle is refused, and left as it is', () => {
    writeFileSync(log, HEAD + shell(1) + filler);
    run();
    const file = at('state/state.db');
    const bytes = readFileSync(file);
    for (let offset = 4_096; offset < statSync(file).size; offset += 4_096) bytes.fill(0xa5, offset, offset + 2_000);
    writeFileSync(file, bytes);
    appendFileSync(log, shell(2));
    const { code, stderr } = run();
    expect(code).toBe(2);
    expect(stderr).toMatch(/--state: .*state\.db: /);
    expect(stderr).not.toContain('    at ');
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });
});
