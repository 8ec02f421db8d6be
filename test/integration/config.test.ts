import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BUILDERS } from '../../src/cli/arguments.ts';
import { factsOf } from '../../src/cli/option-facts.ts';
import { PATH_OPTIONS } from '../../src/cli/settings.ts';
import { parseJsonl, type CliOutcome } from './run-cli.ts';

const MAIN = path.resolve('dist/main.js');
const HEADER = '#Fields: date time cs-method cs-uri-stem c-ip cs(User-Agent) sc-status\r\n';
const SHELL = '2021-03-04 12:00:00 POST /aspnet_client/shell.aspx 203.0.113.9 curl/7 200\r\n';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-config-'));
  for (const name of ['case', 'case/more', 'evidence', 'user/exhunt', 'elsewhere']) mkdirSync(at(name), { recursive: true });
  writeFileSync(at('evidence/u_ex.log'), HEADER + SHELL);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], cwd = 'case'): CliOutcome {
  const env = { PATH: process.env['PATH'], XDG_CONFIG_HOME: at('user'), HOME: at('elsewhere'), APPDATA: at('user') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { cwd: at(cwd), env, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

const scan = (...args: readonly string[]): CliOutcome => run(['scan', '../evidence', ...args]);
const put = (name: string, text: string): void => writeFileSync(at(name), text);

describe('a config file', () => {
  test('in the working folder sets options, and standard error says so', () => {
    put('case/exhunt.yaml', 'output: jsonl=-\nhost: EX07\nmin-level: high\n');
    const { code, stdout, stderr } = scan();
    expect(code).toBe(1);
    expect(parseJsonl(stdout)[0]).toMatchObject({ record: 'finding', host: { name: 'EX07' } });
    expect(stderr).toContain('note: settings from exhunt.yaml: output, host, min-level\n');
  });

  test('gives way to the command line, lists as a whole', () => {
    put('case/exhunt.yaml', 'output: [text=-, csv=never.csv]\nhost: EX07\nquiet: true\n');
    const { stdout, stderr } = scan('-o', 'jsonl=-', '--host', 'EX08');
    expect(parseJsonl(stdout)[0]).toMatchObject({ host: { name: 'EX08' } });
    expect(existsSync(at('case/never.csv'))).toBe(false);
    expect(stderr).toBe('note: settings from exhunt.yaml: quiet\n');
  });

  test('of the user counts too, below that of the working folder', () => {
    put('user/exhunt/exhunt.yaml', 'output: jsonl=-\nhost: EX01\n');
    put('case/exhunt.yaml', 'host: EX02\n');
    expect(parseJsonl(scan('-q').stdout)[0]).toMatchObject({ host: { name: 'EX02' } });
  });

  test('that is named is the only one, and --no-config takes none', () => {
    put('case/exhunt.yaml', 'output: jsonl=-\nhost: EX01\n');
    put('elsewhere/my.yaml', 'host: EX03\n');
    expect(scan('--config', '../elsewhere/my.yaml', '-q').stdout).toContain('EX03: COMPROMISED');
    expect(scan('--no-config', '-q').stdout).toContain('?: COMPROMISED');
    expect(scan('--config', 'nowhere.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--config: there is no file nowhere.yaml'),
    });
  });

  test('may be empty, or hold settings of other commands', () => {
    put('case/exhunt.yaml', '# nothing yet\n');
    expect(scan('-q').code).toBe(1);
    put('case/exhunt.yaml', 'host: EX07\njobs: 2\n');
    expect(scan('-q', '-o', 'jsonl=run.jsonl').code).toBe(1);
    expect(run(['convert', 'run.jsonl'])).toMatchObject({ code: 1, stderr: '', stdout: expect.stringContaining('EX07') });
  });

  test('speaks to merge and convert as well', () => {
    expect(scan('-q', '-o', 'jsonl=run.jsonl').code).toBe(1);
    put('case/exhunt.yaml', 'output: csv=-\nfail-on: critical\nexit-zero: true\n');
    for (const command of ['merge', 'convert'])
      expect(run([command, 'run.jsonl'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Timestamp,/) });
  });

  test('names paths from where it lies', () => {
    put('elsewhere/iocs.txt', '203.0.113.9\n');
    put('elsewhere/my.yaml', 'indicators: iocs.txt\noutput: [jsonl=found.jsonl]\ndefault-rules: false\n');
    expect(scan('--config', '../elsewhere/my.yaml').code).toBe(1);
    expect(parseJsonl(readFileSync(at('elsewhere/found.jsonl'), 'utf8')).at(-1)).toMatchObject({ record: 'summary', findings: 1 });
  });

  test('says on which line it is wrong', () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['host: EX01\nmin-levle: high\n', 'exhunt.yaml:2: there is no setting min-levle; did you mean min-level?'],
      ['minLevel: high\n', 'exhunt.yaml:1: there is no setting minLevel; did you mean min-level?'],
      ['no-color: true\n', 'exhunt.yaml:1: there is no setting no-color; write color: false'],
      ['paths: [x]\n', 'exhunt.yaml:1: there is no setting paths'],
      [
        '\nmin-level: hgih\n',
        'exhunt.yaml:2: min-level cannot be hgih; there are informational, low, medium, high, critical; did you mean high?',
      ],
      ['quiet: yes\n', 'exhunt.yaml:1: quiet is true or false'],
      ['host:\n', 'exhunt.yaml:1: host has no value'],
      ['host: [a, b]\n', 'exhunt.yaml:1: host wants a single value here'],
      ['rules: [[a]]\n', 'exhunt.yaml:1: rules wants a single value here'],
      ['- host\n', 'exhunt.yaml:1: settings are lines of the form NAME: VALUE'],
      ['host: EX01\nhost: EX02\n', 'exhunt.yaml:2:1: is not well-formed YAML: the key host stands twice in one map'],
      ['host: "EX01\n', 'exhunt.yaml:'],
      ['host: a\n---\nhost: b\n', 'exhunt.yaml: holds several YAML documents'],
      [`# ${'x'.repeat(70_000)}\n`, 'exhunt.yaml: has more than 65536 bytes'],
      ['force: true\n', 'exhunt.yaml:1: force can only be said on the command line'],
      ['zip-password: infected\n', 'exhunt.yaml:1: zip-password can only be said on the command line'],
      ['config: other.yaml\n', 'exhunt.yaml:1: config can only be said on the command line'],
      // What only the command itself can judge.
      ['quiet: true\nfrom: yesterday\n', 'exhunt.yaml:2: from: yesterday is no time'],
      ['jobs: 100\n', 'exhunt.yaml:1: jobs: 100 is no number from 1 to 64'],
      ['output: cvs=x\n', 'exhunt.yaml:1: output: there is no format cvs; there are'],
      ['rules: nowhere\n', 'exhunt.yaml:1: rules: there is no nowhere'],
      ['archive-limit: [ratio=x]\n', 'exhunt.yaml:1: archive-limit: ratio=x is no NAME=NUMBER'],
    ];
    for (const [text, words] of wrong) {
      put('case/exhunt.yaml', text);
      const { code, stdout, stderr } = scan();
      expect([text, code, stdout]).toEqual([text, 2, '']);
      expect(stderr).toContain(words);
    }
  });

  test('is not blamed for what the command line says', () => {
    put('case/exhunt.yaml', 'from: 2021-03-01\n');
    expect(scan('--from', 'yesterday').stderr).toContain('exhunt: --from: yesterday is no time');
  });
});

describe('evidence sets nothing', () => {
  const hostile = 'exit-zero: true\nmin-level: critical\ndefault-rules: false\n';

  test.each([
    ['the folder itself', 'evidence', '.'],
    ['the folder, by its name', 'evidence', '../evidence'],
    ['a folder above', 'evidence', '..'],
    ['a file in it', 'evidence', 'u_ex.log'],
    ['a pattern in it', 'evidence', '*.log'],
    ['a link to it', 'evidence', '../link'],
  ])('when exhunt is started in what is looked through: %s', (_, cwd, name) => {
    symlinkSync(at('evidence'), at('link'));
    put('evidence/exhunt.yaml', hostile);
    const { code, stderr } = run(['scan', name], cwd);
    expect(code).toBe(1);
    expect(stderr).toContain('note: exhunt.yaml lies in what is looked through, and was not read; --config exhunt.yaml reads it');
  });

  test('when the config file is a link into it', () => {
    put('evidence/exhunt.yaml', hostile);
    symlinkSync(at('evidence/exhunt.yaml'), at('case/exhunt.yaml'));
    expect(scan().code).toBe(1);
  });

  test('and what is found by chance overwrites nothing, and writes nowhere else', () => {
    symlinkSync(at('elsewhere'), at('case/way-out'));
    for (const file of ['../elsewhere/x.csv', at('elsewhere/x.csv'), 'way-out/x.csv']) {
      put('case/exhunt.yaml', `output: csv=${file}\n`);
      expect(scan()).toMatchObject({ code: 2, stderr: expect.stringContaining('lies outside of this folder') });
    }
    put('case/exhunt.yaml', 'manifest: ../elsewhere/x.json\n');
    expect(scan().code).toBe(2);
    put('case/mine.csv', 'mine');
    put('case/exhunt.yaml', 'output: csv=mine.csv\n');
    expect(scan()).toMatchObject({ code: 2, stderr: expect.stringContaining('exists; --force overwrites it') });
    put('case/exhunt.yaml', 'output: csv=more/new.csv\n');
    expect(scan().code).toBe(1);
    expect(existsSync(at('case/more/new.csv'))).toBe(true);
    // The user's own may.
    rmSync(at('case/exhunt.yaml'));
    put('user/exhunt/exhunt.yaml', `output: csv=${at('elsewhere/x.csv')}\n`);
    expect(scan().code).toBe(1);
    expect(existsSync(at('elsewhere/x.csv'))).toBe(true);
  });
});

describe('config show', () => {
  const rows = (text: string): Record<string, string> =>
    Object.fromEntries(
      text
        .split('\n')
        .flatMap((line) =>
          [...line.matchAll(/^(\S+) {2,}(.*?) {2,}(.*)$/g)].map(([, name = '', value = '', from = '']) => [name, `${value} | ${from}`]),
        ),
    );

  test('says where each setting comes from', () => {
    put('user/exhunt/exhunt.yaml', '# mine\n\nhost: EX01\nfail-on: high\n');
    put('case/exhunt.yaml', 'min-level: low\nrules: [more]\nfail-on: medium\ncolor: false\n');
    const { code, stdout } = run(['config', 'show', '-q', '--from', '2021-03-02', '--zip-password', 'infected']);
    expect(code).toBe(0);
    expect(rows(stdout)).toMatchObject({
      'min-level': 'low | exhunt.yaml:1',
      rules: 'more | exhunt.yaml:2',
      'fail-on': 'medium | exhunt.yaml:3',
      color: 'false | exhunt.yaml:4',
      host: `EX01 | ${at('user/exhunt/exhunt.yaml')}:3`,
      from: '2021-03-02 | command line',
      quiet: 'true | command line',
      'zip-password': '(given) | command line',
      archives: 'true | default',
      output: 'text=- | default',
      jobs: '- | default',
    });
    expect(stdout).not.toContain('infected');
  });

  test('shows every setting, also without any config file', () => {
    const { stdout } = run(['config', 'show']);
    expect(stdout).toContain('No config file was read');
    for (const name of ['scan', 'merge', 'convert'] as const)
      for (const option of factsOf(BUILDERS[name]).options)
        expect([option.name, option.name === 'config' || option.name in rows(stdout)]).toEqual([option.name, true]);
  });

  test('knows which file would not be read', () => {
    put('evidence/exhunt.yaml', 'min-level: critical\n');
    const { stdout, stderr } = run(['config', 'show', '.'], 'evidence');
    expect(rows(stdout)['min-level']).toBe('informational | default');
    expect(stderr).toContain('was not read');
  });
});

test('every option that speaks of files or folders is known as one', () => {
  const speaking = (['scan', 'merge', 'convert'] as const)
    .flatMap((name) => factsOf(BUILDERS[name]).options)
    .filter(
      ({ describe: words, isBoolean, name }) =>
        !isBoolean && name !== 'config' && name !== 'output' && /\b(?:files?|folders?|lists?)\b/i.test(words),
    );
  expect(speaking.map(({ name }) => name).filter((name) => !PATH_OPTIONS.has(name))).toEqual([]);
  expect(speaking.length).toBeGreaterThan(3);
});
