import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseJsonl, runCli } from './run-cli.ts';

/** What is made to hurt the reader: each ends in bounded time and memory, with a diagnostic. The numbers stand in docs/limits.md. */

const HEADER = '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n';
const SHELL = '2021-03-03 06:59:13 192.0.2.5 POST /aspnet_client/x.aspx - 443 - 203.0.113.7 Mozilla/5.0 200\n';
const RULE = 'title: T\nlogsource: {category: webserver}\ndetection:\n    s: {cs-method: POST}\n    condition: s\n';
const LIMITS = { timeout: 60_000, env: { ...process.env, NODE_OPTIONS: '--max-old-space-size=256' } };
/** What a terminal obeys, but for the ends of lines. */
const OBEYED = /[^\P{Cc}\n]|[\u061C\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/u;

let folder: string;
const at = (name: string): string => path.join(folder, name);
const codesOf = (stdout: string): string[] =>
  parseJsonl(stdout).flatMap(({ record, code }) => (record === 'diagnostic' ? [String(code)] : []));

function folderOf(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  mkdirSync(at(name));
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(at(name), file), content);
  return at(name);
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-malice-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a folder of evidence', () => {
  test('with pipes, devices, loops and links out of it is walked once and read where there is a file', () => {
    const evidence = folderOf('odd', { 'u_ex1.log': HEADER + SHELL });
    expect(spawnSync('mkfifo', [path.join(evidence, 'u_ex2.log')]).status).toBe(0);
    symlinkSync('/dev/zero', path.join(evidence, 'u_ex3.log'));
    symlinkSync('.', path.join(evidence, 'loop'));
    symlinkSync('/etc', path.join(evidence, 'out'));
    const { code, stdout } = runCli(['scan', evidence, '-q', '-o', 'jsonl=-'], LIMITS);
    expect([code, parseJsonl(stdout).at(-1)]).toMatchObject([1, { files: 1, findings: 1, complete: false }]);
    expect(codesOf(stdout).toSorted()).toEqual(['FILE_LINK', 'FILE_LINK', 'FILE_SPECIAL']);
  });

  test.each([
    ['a pipe', 'u_ex2.log'],
    ['a device behind a link', 'u_ex3.log'],
  ])('named itself, %s is not waited for', (_, name) => {
    for (const command of [['scan'], ['explain', 'lines']])
      expect(runCli([...command, path.join(at('odd'), name)], LIMITS)).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('is no regular file'),
      });
    expect(runCli(['merge', path.join(at('odd'), name)], LIMITS).code).toBe(2);
  });
});

describe('a log', () => {
  test('of one line of 64 MB is cut and told, and what stands around it is found', () => {
    const line = Buffer.alloc(64_000_000, 'x');
    const evidence = folderOf('long', { 'u_ex1.log': Buffer.concat([Buffer.from(HEADER + SHELL), line, Buffer.from(`\n${SHELL}`)]) });
    const { stdout } = runCli(['scan', evidence, '-q', '-o', 'jsonl=-'], LIMITS);
    expect(codesOf(stdout)).toContain('RECORD_LINE_CUT');
    expect(parseJsonl(stdout).at(-1)).toMatchObject({ findings: 2, lines: 4, complete: false });
  });

  test('with 64 MB of NULs in it, as sparse files have, is told', () => {
    const evidence = folderOf('nul', { 'u_ex1.log': HEADER + SHELL });
    truncateSync(path.join(evidence, 'u_ex1.log'), 64_000_000);
    writeFileSync(path.join(evidence, 'u_ex1.log'), `\n${SHELL}`, { flag: 'a' });
    const { stdout } = runCli(['scan', evidence, '-q', '-o', 'jsonl=-'], LIMITS);
    expect(codesOf(stdout)).toEqual(expect.arrayContaining(['RECORD_LINE_CUT', 'RECORD_NUL']));
    expect(parseJsonl(stdout).at(-1)).toMatchObject({ findings: 2, lines: 4 });
  });

  test('that names a quarter of a million columns again and again is read in time', () => {
    const evidence = folderOf('wide', {
      'u_ex1.log': `${HEADER}${SHELL}${`#Fields: ${'a '.repeat(250_000)}\n`.repeat(20)}${HEADER}${SHELL}`,
    });
    const { stdout } = runCli(['scan', evidence, '-q', '-o', 'jsonl=-'], LIMITS);
    expect(codesOf(stdout)).toContain('FILE_TOO_MANY_COLUMNS');
    expect(parseJsonl(stdout).at(-1)).toMatchObject({ findings: 2, lines: 24 });
  });

  test('of binary rubbish is read as the log that its name says, and every line is told to be none', () => {
    const rubbish = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7_919 * (index >> 3)) & 255));
    const { code, stdout } = runCli(['scan', folderOf('rubbish', { 'u_ex1.log': rubbish }), '-q', '-o', 'jsonl=-'], LIMITS);
    expect([code, codesOf(stdout)]).toEqual([3, expect.arrayContaining(['RECORD_UNREADABLE', 'RECORD_NUL'])]);
    expect(parseJsonl(stdout).at(-1)).toMatchObject({ findings: 0, complete: false });
    const coverage = parseJsonl(stdout).find(({ record }) => record === 'coverage');
    expect(coverage).toMatchObject({ records: 0, lines: rubbish.filter((byte) => byte === 0x0a).length + 1 });
  });

  test.each([
    ['in UTF-16 from its middle on', Buffer.concat([Buffer.from(HEADER + SHELL), Buffer.from(SHELL, 'utf16le')]), 2],
    ['with byte order marks in its middle', Buffer.from(`${HEADER}${SHELL}\uFEFF${HEADER}${SHELL}`), 2],
    ['whose lines end with carriage returns alone', Buffer.from((HEADER + SHELL + SHELL).replaceAll('\n', '\r')), 2],
    [
      'with bytes of another code page',
      Buffer.concat([Buffer.from(HEADER + SHELL), Buffer.from([0xe9, 0xff, 0x0a]), Buffer.from(SHELL)]),
      2,
    ],
  ])('%s is read as far as it goes', (name, content, findings) => {
    const { stdout } = runCli(['scan', folderOf(`mixed ${name}`, { 'u_ex1.log': content }), '-q', '-o', 'jsonl=-'], LIMITS);
    expect(parseJsonl(stdout).at(-1)).toMatchObject({ findings });
  });

  test('lets nothing act on a terminal, by its name or by what it holds', () => {
    const evil = '\u001b]0;x\u0007\u001b[2J\u202E\u009b31m\r\u0000';
    const name = `u_ex\u001b[31m\u202E1.log`;
    const shell = SHELL.replace('x.aspx', `${evil}x.aspx`).replace('Mozilla', `${evil}Mozilla`);
    const evidence = folderOf('evil \u001b[1m', { [name]: HEADER + shell + SHELL, [`other ${name}`]: 'no log' });
    for (const format of ['text', 'jsonl']) {
      const { stdout, stderr } = runCli(['scan', evidence, '-o', `${format}=-`], LIMITS);
      expect(stdout).toContain('203.0.113.7');
      expect([format, OBEYED.exec(stdout)?.index, OBEYED.exec(stderr)?.index]).toEqual([format, undefined, undefined]);
    }
    const explained = runCli(['explain', 'lines', path.join(evidence, name)], LIMITS);
    expect(explained.stdout.replaceAll('\t', '')).not.toMatch(OBEYED);
    expect(explained.stderr).not.toMatch(OBEYED);
  });
});

describe('rules', () => {
  const check = (name: string): { readonly code: number | null; readonly stderr: string; readonly stdout: string } =>
    runCli(['rules', 'check', at(name)], LIMITS);

  test('of a hundred megabytes are not parsed', () => {
    folderOf('huge', { 'good.yml': RULE, 'huge.yml': RULE });
    truncateSync(at('huge/huge.yml'), 100_000_000);
    expect(JSON.stringify(check('huge'))).toContain('huge.yml: is larger than a rule file may be');
  });

  test.each([
    ['a million keys', Array.from({ length: 80_000 }, (_, index) => `k${index}: 1\n`).join('')],
    ['a quarter of a million broken documents', '---\n"\n'.repeat(170_000)],
    ['brackets without end', '['.repeat(1_000_000)],
    ['anchors without end', '&a '.repeat(340_000)],
  ])('of %s are refused', (name, text) => {
    folderOf(name, { 'good.yml': RULE, 'bad.yml': text });
    expect(JSON.stringify(check(name))).toMatch(/bad\.yml[^"]*(?:too many values|nested too deep|is no Sigma rule)/);
  });

  test('in more files than a set of rules has are read up to the limit', () => {
    mkdirSync(at('many'));
    for (let index = 0; index < 20_300; index += 1) writeFileSync(at(`many/${index}.yml`), '');
    writeFileSync(at('many/0.yml'), RULE);
    const { stdout, stderr } = check('many');
    expect(stdout + stderr).toContain('holds more than 20000 files: 300 files were not read');
  });

  test('with expressions that blow up elsewhere take no longer than others', () => {
    const rule = RULE.replace('cs-method: POST', () => "cs-uri-query|re: '^(([a-z])+.)+[A-Z]([a-z])+$'");
    folderOf('blow', { 'r.yml': rule });
    const evidence = folderOf('blown', { 'u_ex1.log': `${HEADER}${SHELL.replace(' - 443', ` ${'a'.repeat(500_000)} 443`)}` });
    const { code } = runCli(['scan', evidence, '--no-default-rules', '--rules', at('blow'), '-q'], LIMITS);
    expect(code).toBe(0);
  });
});

describe('a list, a table or a report', () => {
  const evidence = (): string => path.join(at('long'));

  test('of gigabytes is refused by its size', () => {
    writeFileSync(at('list.txt'), '203.0.113.7\n');
    truncateSync(at('list.txt'), 3_000_000_000);
    expect(runCli(['scan', evidence(), '--indicators', at('list.txt'), '-q'], LIMITS)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('larger'),
    });
    rmSync(at('list.txt'));
  });

  test.each([
    ['a million lines that are nothing', 'a\n'.repeat(1_000_000), 'more than 100000 of its entries cannot be understood'],
    ['twenty million values', `[${'[],'.repeat(17_000_000)}[]]`, 'more than 16000000 values'],
    ['brackets without end', '['.repeat(1_000_000), 'nested deeper'],
  ])('of %s is given up', (_, text, said) => {
    writeFileSync(at('list.json'), text);
    expect(runCli(['scan', evidence(), '--indicators', at('list.json'), '-q'], LIMITS)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(said),
    });
  });

  test('of builds that is a pipe is not waited for', () => {
    mkdirSync(at('builds'));
    spawnSync('mkfifo', [at('builds/builds.csv')]);
    const { code, stdout } = runCli(['scan', 'samples/contoso-ex01', '--builds', at('builds'), '-q', '-o', 'jsonl=-'], { timeout: 60_000 });
    expect(code).toBe(1);
    expect(stdout).toContain('builds.csv: cannot be read (no regular file)');
  });

  test('with a line of gigabytes, or nested without end, is no report', () => {
    writeFileSync(at('run.jsonl'), '{"schema":"exhunt/1"');
    truncateSync(at('run.jsonl'), 2_500_000_000);
    expect(runCli(['merge', at('run.jsonl')], LIMITS)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('longer than any record'),
    });
    const finding = {
      schema: 'exhunt/1',
      record: 'finding',
      id: 'a',
      rule: { id: 'r', name: 'n', level: 'high' },
      message: 'm',
      log: { type: 't', file: { path: 'p' }, line: 1, offset: 0 },
      event: {},
      matched: [],
      x: 'DEEP',
    };
    writeFileSync(at('run.jsonl'), JSON.stringify(finding).replace('"DEEP"', `${'['.repeat(100_000)}${']'.repeat(100_000)}`));
    expect(runCli(['convert', at('run.jsonl'), '-o', 'jsonl=-'], LIMITS)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is no record of exhunt/1'),
    });
  });
});
