import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseJsonl, runCli, runCliIntoClosedPipe, type CliOutcome } from './run-cli.ts';

const HEADER = '#Fields: date time cs-method cs-uri-stem cs-uri-query cs-username c-ip cs(User-Agent) sc-status\r\n';
const HONEST = '2021-03-02 10:00:00 GET /owa/ - kim 198.51.100.4 Mozilla/5.0 200\r\n';
const PROBE = '2021-03-03 11:00:00 GET /owa/auth/OutlookEN.aspx - - 203.0.113.8 curl/7 302\r\n';
const SHELL = '2021-03-04 12:00:00 POST /aspnet_client/shell.aspx - - 203.0.113.9 curl/7 200\r\n';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-cli-'));
  // Readable for the user without rights that one test runs as.
  chmodSync(folder, 0o755);
  for (const name of ['honest', 'probed', 'taken', 'empty', 'locked', 'out']) mkdirSync(at(name), { mode: 0o755 });
  writeFileSync(at('honest/u_ex.log'), HEADER + HONEST);
  writeFileSync(at('probed/u_ex.log'), HEADER + HONEST + PROBE);
  writeFileSync(at('taken/u_ex.log'), HEADER + HONEST + PROBE + SHELL);
  writeFileSync(at('locked/u_ex1.log'), HEADER + HONEST);
  writeFileSync(at('locked/u_ex2.log'), HEADER + HONEST);
  chmodSync(at('locked/u_ex2.log'), 0o000);
  writeFileSync(
    at('broken.yml'),
    'title: Broken\nlogsource: {category: webserver}\ndetection:\n    s: {cs-method|sounds: POST}\n    condition: s\n',
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scan(...args: readonly string[]): CliOutcome {
  return runCli(['scan', ...args]);
}

describe('the exit code', () => {
  test.each([
    [0, 'an honest log', ['honest']],
    [1, 'findings', ['taken']],
    [1, 'a low finding, which is enough by default', ['probed']],
    [4, 'an empty folder', ['empty']],
  ])('is %i for %s', (code, _, [name = '']) => {
    expect(scan(at(name)).code).toBe(code);
  });

  test('is 2 for wrong usage, and says what was wrong without a stack', () => {
    const wrong: readonly (readonly [string, readonly string[]])[] = [
      ['there is no', ['scan', at('nowhere')]],
      ['Not enough', ['scan']],
      ['Unknown argument', ['scan', at('honest'), '--colour-me']],
      ['Unknown', ['hunt']],
      ['a command is needed', []],
      ['Invalid values', ['scan', at('honest'), '--fail-on', 'panic']],
      ['is no time', ['scan', at('honest'), '--from', 'yesterday']],
      ['later than', ['scan', at('honest'), '--from', '2021-03-04', '--to', '2021-03-03']],
      ['no format xml', ['scan', at('honest'), '-o', 'xml=x']],
      ['there is no', ['scan', at('honest'), '--rules', at('nowhere')]],
      ['no usable rule', ['scan', at('honest'), '--no-default-rules']],
      ['no usable rule', ['scan', at('honest'), '--no-default-rules', '--rules', at('broken.yml')]],
    ];
    for (const [words, args] of wrong) {
      const { code, stdout, stderr } = runCli(args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toContain(words);
      expect(stderr).not.toContain('    at ');
    }
  });

  test('is 3 for evidence that could not be read, which is named; findings win over it', () => {
    // A file without rights keeps out everybody but root.
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const { code, stdout, stderr } = runCli(['scan', at('locked'), '-o', 'jsonl=-'], asNobody);
    expect(code).toBe(3);
    expect(stderr).toContain('u_ex2.log: cannot be read (EACCES)');
    expect(parseJsonl(stdout).at(-1)).toMatchObject({ record: 'summary', complete: false, exitCode: 3, files: 1 });
    expect(runCli(['scan', at('locked'), at('taken')], asNobody).code).toBe(1);
    expect(runCli(['scan', at('locked'), '--exit-zero'], asNobody).code).toBe(0);
  });

  test('follows --fail-on, and --exit-zero makes it 0', () => {
    expect(scan(at('probed'), '--fail-on', 'medium').code).toBe(0);
    expect(scan(at('taken'), '--fail-on', 'critical').code).toBe(1);
    expect(scan(at('taken'), '--exit-zero').code).toBe(0);
    expect(scan(at('empty'), '--exit-zero').code).toBe(0);
  });
});

describe('what is written', () => {
  test('goes to several files in several formats at once, and nothing then to standard output', () => {
    const { code, stdout } = scan(
      at('taken'),
      '-o',
      `csv=${at('out/a.csv')}`,
      '--output',
      `jsonl=${at('out/a.jsonl')}`,
      '-o',
      `text=${at('out/a.txt')}`,
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(readFileSync(at('out/a.csv'), 'utf8').split('\r\n')).toHaveLength(4);
    expect(parseJsonl(readFileSync(at('out/a.jsonl'), 'utf8')).filter(({ record }) => record === 'finding')).toHaveLength(2);
    expect(readFileSync(at('out/a.txt'), 'utf8')).toContain('2 findings');
    expect(readdirSync(at('out')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('never replaces a file without --force', () => {
    writeFileSync(at('out/old.csv'), 'precious');
    const { code, stderr } = scan(at('taken'), '-o', `csv=${at('out/old.csv')}`);
    expect(code).toBe(2);
    expect(stderr).toContain('--force');
    expect(readFileSync(at('out/old.csv'), 'utf8')).toBe('precious');
    expect(scan(at('taken'), '-o', `csv=${at('out/old.csv')}`, '--force').code).toBe(1);
    expect(readFileSync(at('out/old.csv'), 'utf8')).toMatch(/^Timestamp,/);
  });

  test('never goes into the evidence, and the evidence stays as it was', () => {
    const before = statSync(at('taken/u_ex.log'));
    expect(scan(at('taken'), '-o', `csv=${at('taken/out.csv')}`, '--force').code).toBe(2);
    expect(scan(at('taken/u_ex.log'), '-o', `csv=${at('taken/u_ex.log')}`, '--force').code).toBe(2);
    expect(existsSync(at('taken/out.csv'))).toBe(false);
    const after = statSync(at('taken/u_ex.log'));
    expect([after.size, after.mtimeMs]).toEqual([before.size, before.mtimeMs]);
  });

  test('is the same in every run, but for how long it took', () => {
    const run = (format: string): string =>
      scan(at('taken'), at('probed'), '-o', `${format}=-`).stdout.replace(/"durationMs":\d+/, '"durationMs":0');
    for (const format of ['text', 'csv', 'jsonl']) expect(run(format)).toBe(run(format));
  });

  test('leaves out what is below --min-level, but counts it', () => {
    const records = parseJsonl(scan(at('taken'), '--min-level', 'high', '-o', 'jsonl=-').stdout);
    expect(records.filter(({ record }) => record === 'finding')).toHaveLength(1);
    expect(records.at(-1)).toMatchObject({ findings: 2, byLevel: { low: 1, critical: 1 } });
  });

  test('keeps to --from and --to, both included', () => {
    const count = (...span: readonly string[]): number =>
      parseJsonl(scan(at('taken'), ...span, '-o', 'jsonl=-').stdout).filter(({ record }) => record === 'finding').length;
    expect(count('--from', '2021-03-04')).toBe(1);
    expect(count('--to', '2021-03-03')).toBe(1);
    expect(count('--from', '2021-03-03T11:00:00Z', '--to', '2021-03-04T12:00:00Z')).toBe(2);
    expect(count('--from', '2021-03-03T11:00:01Z', '--to', '2021-03-04T11:59:59Z')).toBe(0);
  });

  test('is coloured on demand only: NO_COLOR, --no-color and pipes are plain', () => {
    const colours = (args: readonly string[], env: NodeJS.ProcessEnv): boolean =>
      runCli(['scan', at('taken'), ...args], { env: { PATH: process.env['PATH'], ...env } }).stdout.includes('\u001b[');
    expect(colours([], {})).toBe(false);
    expect(colours([], { FORCE_COLOR: '1' })).toBe(true);
    expect(colours([], { NO_COLOR: '1' })).toBe(false);
    expect(colours([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true);
    for (const none of ['0', 'false']) expect(colours([], { FORCE_COLOR: none })).toBe(false);
    expect(colours(['--color'], { NO_COLOR: '1' })).toBe(true);
    expect(colours(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
    expect(colours(['--color'], {})).toBe(true);
  });

  test('comes to an end quietly when nobody reads it', async () => {
    for (const args of [
      ['scan', 'samples/contoso-ex01', '-q', '-o', 'jsonl=-'],
      ['explain', 'records', 'samples/contoso-ex01/C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log'],
    ]) {
      const { code, stderr } = await runCliIntoClosedPipe(args);
      expect(stderr).not.toMatch(/EPIPE|    at /);
      expect([0, 1]).toContain(code);
    }
  });

  test('names the host that the user gives, where the logs do not', () => {
    const records = parseJsonl(scan(at('taken'), '--host', 'EX09', '-o', 'jsonl=-').stdout);
    expect(records[0]).toMatchObject({ host: { name: 'EX09' } });
  });

  test('puts notes on standard error, and none with --quiet', () => {
    mkdirSync(at('noted'));
    writeFileSync(at('noted/notes.txt'), 'Dear team\n');
    expect(scan(at('noted'), at('honest')).stderr).toContain('notes.txt: is text, but no log');
    expect(scan(at('noted'), at('honest'), '--quiet').stderr).toBe('');
  });
});

test('standard input is a log like any other', () => {
  const log = readFileSync(at('taken/u_ex.log'));
  const fromFile = parseJsonl(scan(at('taken/u_ex.log'), '-o', 'jsonl=-').stdout).filter(({ record }) => record === 'finding');
  const fromInput = parseJsonl(runCli(['scan', '-', '-o', 'jsonl=-'], { input: log }).stdout).filter(({ record }) => record === 'finding');
  const where = ({ log: place }: Record<string, unknown>): unknown => ({ ...(place as object), file: undefined });
  expect(fromInput.map(where)).toEqual(fromFile.map(where));
  expect(runCli(['scan', '-'], { input: Buffer.from(`\uFEFF${log.toString()}`, 'utf16le') }).code).toBe(1);
  expect(runCli(['scan', '-'], { input: '' }).code).toBe(4);
});

test('a file larger than all memory is read', () => {
  const file = at('out/large.log');
  const rows = 500_000;
  writeFileSync(file, HEADER);
  for (let written = 0; written < rows; written += 20_000) writeFileSync(file, HONEST.repeat(20_000), { flag: 'a' });
  const heapMegabytes = 24;
  expect(statSync(file).size).toBeGreaterThan(heapMegabytes * 1.2 * 1_048_576);
  const { code, stdout } = runCli(['scan', file, '-o', 'jsonl=-'], {
    env: { ...process.env, NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` },
  });
  expect([code, parseJsonl(stdout).at(-1)]).toMatchObject([0, { lines: rows + 1, complete: true }]);
  rmSync(file);
});

describe('rules', () => {
  test('that are broken are told with file, line and reason, and the others run', () => {
    const { code, stderr } = scan(at('taken'), '--rules', at('broken.yml'));
    expect(code).toBe(1);
    expect(stderr).toContain(`${at('broken.yml')}:4:9: the modifier sounds is not known`);
  });

  test('of the user join the bundled ones, or replace one of the same id', () => {
    const own =
      'title: Mine\nid: ID\nlevel: informational\nlogsource: {category: webserver}\ndetection: {s: {cs-method: GET}, condition: s}\n';
    const bundled = /^id: (.*)$/m.exec(readFileSync('rules/proxylogon/webshell-post.yml', 'utf8'))?.[1] ?? '';
    writeFileSync(at('own.yml'), own);
    writeFileSync(at('replacing.yml'), own.replace('id: ID', `id: ${bundled}`));
    const levels = (file: string): unknown =>
      parseJsonl(scan(at('taken'), '--rules', at(file), '-o', 'jsonl=-').stdout).at(-1)?.['byLevel'];
    expect(levels('own.yml')).toMatchObject({ informational: 2, low: 1, critical: 1 });
    expect(levels('replacing.yml')).toMatchObject({ informational: 2, low: 1, critical: 0 });
    expect(scan(at('taken'), '--rules', at('replacing.yml')).stderr).toMatch(/replacing\.yml.*webshell-post\.yml/);
  });

  test('of others say whose they are, in every format', () => {
    writeFileSync(
      at('foreign.yml'),
      'title: Theirs\nid: their-id\nauthor: Ann Other (Example, Berlin), Bo Third\nlicense: DRL-1.1\nlevel: high\nlogsource: {category: webserver}\ndetection: {s: {cs-method: POST}, condition: s}\n',
    );
    const { stdout } = scan(at('taken'), '--no-default-rules', '--rules', at('foreign.yml'), '-o', 'jsonl=-');
    expect(parseJsonl(stdout)[0]).toMatchObject({
      rule: { id: 'their-id', author: ['Ann Other (Example, Berlin)', 'Bo Third'], license: 'DRL-1.1' },
    });
    const csv = scan(at('taken'), '--no-default-rules', '--rules', at('foreign.yml'), '-o', 'csv=-').stdout.split('\r\n');
    expect(csv[0]).toMatch(/,RuleAuthor,RuleLicense,/);
    expect(csv[1]).toMatch(/,"Ann Other \(Example, Berlin\); Bo Third",DRL-1\.1,/);
    expect(scan(at('taken'), '--no-default-rules', '--rules', at('foreign.yml')).stdout).toContain(
      'rule their-id · by Ann Other (Example, Berlin), Bo Third · licence DRL-1.1',
    );
  });

  test('can be listed, checked, tested and explained', () => {
    const list = runCli(['rules', 'list']);
    expect(list.code).toBe(0);
    expect(list.stdout.split('\n').length).toBeGreaterThan(24);
    expect(JSON.parse(runCli(['rules', 'list', '--format', 'json']).stdout)[0]).toMatchObject({
      level: 'critical',
      cves: expect.any(Array),
    });
    expect(runCli(['rules', 'matrix']).stdout).toMatch(/^CVE-2021-26855 /m);
    expect(JSON.parse(runCli(['rules', 'matrix', '--format', 'json']).stdout)).toMatchObject({ logTypes: expect.arrayContaining(['ews']) });
    expect(runCli(['rules', 'check', '--format', 'json'])).toMatchObject({ code: 2, stderr: expect.stringContaining('rules matrix') });
    expect(runCli(['rules', 'check'])).toMatchObject({ code: 0 });
    expect(runCli(['rules', 'check', at('broken.yml')])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('0 rules can be run, 1 cannot'),
    });
    expect(runCli(['rules', 'test'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ lines passed, 0 failed/m) });
    const explained = runCli(['rules', 'explain', 'pl-08']).stdout;
    expect(explained).toContain('cs-username is like *$');
    expect(explained).toContain('httpproxy: applies');
    expect(explained).toContain('ecp-server: does not apply');
    expect(runCli(['rules', 'explain', 'nothing-like-it'])).toMatchObject({ code: 2 });
    expect(runCli(['rules', 'explain'])).toMatchObject({ code: 2 });
  });

  test('that replace others without meaning to are told', () => {
    const text = readFileSync('rules/proxylogon/webshell-post.yml', 'utf8');
    mkdirSync(at('twice'));
    writeFileSync(at('twice/a.yml'), text);
    writeFileSync(at('twice/b.yml'), text);
    const { stderr } = scan(at('honest'), '--no-default-rules', '--rules', at('twice'));
    expect(stderr).toMatch(/b\.yml.*a\.yml|a\.yml.*b\.yml/);
  });

  test('of which none has a line of its own, or some are broken, do not pass their test', () => {
    writeFileSync(
      at('untested.yml'),
      'title: T\nid: y\nlogsource: {category: webserver}\ndetection: {s: {cs-method: POST}, condition: s}\n',
    );
    expect(runCli(['rules', 'test', '--no-default-rules', '--rules', at('untested.yml')]).code).toBe(2);
    expect(runCli(['rules', 'test', '--rules', at('broken.yml')])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('broken.yml'),
    });
  });

  test('whose own lines fail are told, and make exit code 1', () => {
    writeFileSync(
      at('failing.yml'),
      "title: T\nid: x\nlogsource: {category: webserver}\ndetection: {s: {cs-method: POST}, condition: s}\nexhunt:\n  tests:\n    match:\n      - {log: iis-w3c, line: '2021-03-03 06:59:13 10.1.2.11 GET /x - 443 - 203.0.113.7 a - 200 0 0 5'}\n      - {log: nolog, line: x}\n",
    );
    const { code, stdout } = runCli(['rules', 'test', '--no-default-rules', '--rules', at('failing.yml')]);
    expect(code).toBe(1);
    expect(stdout).toContain('not matched, though it should match');
    expect(stdout).toContain('no such log type');
  });
});

describe('explain', () => {
  test('lines shows number, offset, kind and text of every line', () => {
    const { code, stdout } = runCli(['explain', 'lines', at('taken/u_ex.log')]);
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split('\t').slice(0, 3).join(' '))).toEqual([
      '1 0 header',
      `2 ${HEADER.length} record`,
      `3 ${HEADER.length + HONEST.length} record`,
      `4 ${HEADER.length + HONEST.length + PROBE.length} record`,
      '',
    ]);
  });

  test('records shows what each was read as', () => {
    const { stdout } = runCli(['explain', 'records', at('taken/u_ex.log')]);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(records[2]).toEqual({
      line: 4,
      offset: HEADER.length + HONEST.length + PROBE.length,
      time: '2021-03-04T12:00:00.000Z',
      fields: {
        date: '2021-03-04',
        time: '12:00:00',
        'cs-method': 'POST',
        'cs-uri-stem': '/aspnet_client/shell.aspx',
        'c-ip': '203.0.113.9',
        'cs-user-agent': 'curl/7',
        'sc-status': '200',
      },
    });
  });

  test('says so of a file that is no log', () => {
    writeFileSync(at('out/letter.txt'), 'Dear team\n');
    expect(runCli(['explain', 'lines', at('out/letter.txt')])).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringContaining('no log'),
    });
    expect(runCli(['explain', 'lines', at('nowhere')])).toMatchObject({ code: 2 });
  });
});

test('a link that leaves the folder is told and not followed', () => {
  mkdirSync(at('linked'));
  symlinkSync(at('taken/u_ex.log'), at('linked/u_ex.log'));
  expect(scan(at('linked'))).toMatchObject({ code: 3, stderr: expect.stringContaining('not followed') });
});

test('help and version are told', () => {
  expect(runCli(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Exit codes: 0 everything read') });
  expect(runCli(['scan', '--help']).stdout).toContain('--min-level');
  expect(runCli(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});
