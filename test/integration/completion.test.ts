import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BUILDERS } from '../../src/cli/arguments.ts';
import { factsOf } from '../../src/cli/option-facts.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { LEVELS } from '../../src/model/rule.ts';
import { runCli } from './run-cli.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-completion-'));
  for (const name of ['bin', 'work', 'work/evidence 1']) mkdirSync(at(name));
  writeFileSync(at('work/report.jsonl'), '');
  writeFileSync(at('bin/exhunt'), `#!/bin/sh\nexec ${process.execPath} ${path.resolve('dist/main.js')} "$@"\n`);
  chmodSync(at('bin/exhunt'), 0o755);
  for (const shell of ['bash', 'zsh', 'powershell']) writeFileSync(at(`completion.${shell}`), runCli(['completion', shell]).stdout);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = (): NodeJS.ProcessEnv => ({
  PATH: `${at('bin')}:${process.env['PATH'] ?? ''}`,
  HOME: folder,
  TERM: 'xterm',
  PS1: '> ',
});

/** What exhunt itself says may stand at the end of the line. */
function ask(...words: readonly string[]): string[] {
  const { code, stdout, stderr } = runCli(['--complete', ...words.map((word) => `.${word}`)]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : line === '\tfiles' ? ['FILES'] : [line.split('\t')[0] ?? '']));
}

describe('exhunt knows what may stand', () => {
  test('first: every command', () => {
    expect(ask('').filter((word) => !word.startsWith('--'))).toEqual(Object.keys(BUILDERS));
    expect(ask('co')).toEqual(['convert', 'config', 'completion']);
  });

  test('for an option: each of its values', () => {
    expect(ask('scan', '--min-level', '')).toEqual([...LEVELS]);
    expect(ask('scan', '--min-level', 'h')).toEqual(['high']);
    expect(ask('scan', '--min-level=h')).toEqual(['--min-level=high']);
    expect(ask('scan', '-o', '')).toEqual(FORMATS.map((format) => `${format}=`));
    expect(ask('scan', '--output=cs')).toEqual(['--output=csv=']);
    expect(ask('scan', '-o', 'csv=')).toEqual(['FILES']);
    expect(ask('scan', '--archive-limit', 'ra')).toEqual(['ratio=']);
    expect(ask('scan', '--rules', '')).toEqual(['FILES']);
    expect(ask('scan', '--from', '')).toEqual([]);
  });

  test.each(Object.keys(BUILDERS))('behind %s: each of its options, and none that is said already', (command) => {
    const { options } = factsOf(BUILDERS[command as keyof typeof BUILDERS]);
    const said = ask(command, '-');
    for (const { name } of options) expect(said.some((word) => word === `--${name}` || word === `--no-${name}`)).toBe(true);
    expect(ask(command, '--quiet', '--qui')).toEqual([]);
  });

  test('as an argument: what it may be, or files', () => {
    expect(ask('rules', '')).toEqual(['list', 'matrix', 'check', 'test', 'explain']);
    expect(ask('completion', 'p')).toEqual(['powershell']);
    expect(ask('scan', '')).toEqual(['FILES']);
    expect(ask('scan', 'one', '--min-level', 'high', '')).toEqual(['FILES']);
    expect(ask('convert', 'one.jsonl', '')).toEqual([]);
    expect(ask('scan', '--', '-')).toEqual(['FILES']);
  });

  test('of rules: their names, with titles', () => {
    expect(ask('rules', 'explain', 'proxyl')).toEqual(['proxylogon', 'FILES']);
    expect(ask('rules', 'explain', 'pl-01').length).toBeGreaterThan(2);
    expect(runCli(['--complete', '.rules', '.explain', '.pl-01']).stdout).toMatch(/^pl-01\S*\t\S.*$/m);
  });

  test('behind nonsense: nothing', () => {
    expect(ask('frobnicate', '')).toEqual([]);
    expect(ask()).toEqual(ask(''));
  });
});

describe('bash', () => {
  /** As bash cuts the line at blanks, `=` and colons. */
  function complete(...words: readonly string[]): string[] {
    const program = `source ${at('completion.bash')}; COMP_WORDS=(exhunt "$@"); COMP_CWORD=$#; _exhunt; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', program, 'bash', ...words], {
      cwd: at('work'),
      env: environment(),
      encoding: 'utf8',
    });
    expect([stderr, status]).toEqual(['', 0]);
    return stdout.split('\n').filter((line) => line !== '');
  }

  test('completes commands, options, levels and formats', () => {
    expect(complete('sca')).toEqual(['scan']);
    expect(complete('scan', '--min-')).toEqual(['--min-level']);
    expect(complete('scan', '--min-level', 'h')).toEqual(['high']);
    expect(complete('scan', '-o', 'j')).toEqual(['jsonl=']);
    expect(complete('scan', '--no-a')).toEqual(['--no-archives']);
  });

  test('completes behind =, where it has cut the word', () => {
    expect(complete('scan', '--min-level', '=')).toEqual([...LEVELS]);
    expect(complete('scan', '--min-level', '=', 'h')).toEqual(['high']);
    expect(complete('scan', '--output', '=', 'cs')).toEqual(['csv=']);
    expect(complete('scan', '-o', 'jsonl', '=', 're')).toEqual(['report.jsonl']);
    expect(complete('scan', '-o', 'jsonl', '=')).toEqual(expect.arrayContaining(['report.jsonl', 'evidence 1']));
  });

  test('completes files, also with blanks', () => {
    expect(complete('scan', 'ev')).toEqual(['evidence 1']);
    expect(complete('convert', '')).toEqual(expect.arrayContaining(['report.jsonl']));
  });

  test('completes when the tab key is pressed', async () => {
    expect(await press('bash --norc --noprofile -i', `source ${at('completion.bash')}`)).toContain(
      'exhunt scan evidence\\ 1/ --min-level high -o jsonl=report.jsonl ',
    );
  });
});

const hasZsh = spawnSync('zsh', ['-c', 'exit 0']).status === 0;

// Debian and macOS have it at hand (apt-get install zsh); without it only its syntax could not be tried.
(hasZsh ? describe : describe.skip)('zsh', () => {
  test('understands the script', () => {
    expect(spawnSync('zsh', ['-n', at('completion.zsh')], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  test('completes when the tab key is pressed', async () => {
    const setup = `autoload -Uz compinit; compinit -u -d ${at('zcompdump')}; source ${at('completion.zsh')}`;
    expect(await press('zsh -f -i', setup)).toContain('exhunt scan evidence\\ 1/ --min-level high -o jsonl=report.jsonl');
  });
});

/** What is typed, and what the tab key makes of it. */
const STEPS: readonly (readonly [string, string])[] = [
  ['exhunt scan evi\t', 'exhunt scan evidence\\ 1/'],
  [' --min-le\t', ' --min-level '],
  ['hi\t', ' high '],
  ['-o jso\t', '-o jsonl='],
  ['rep\t', '-o jsonl=report.jsonl '],
];
const PATIENCE_MS = 20_000;

/** Types into a shell on a terminal, key by key as a person does, and gives back what was on its screen, without what moves the cursor. */
async function press(shell: string, setup: string): Promise<string> {
  const child = spawn('script', ['-q', '-c', `stty cols 200; ${shell}`, '/dev/null'], {
    cwd: at('work'),
    env: environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let raw = '';
  child.stdout.on('data', (chunk: Buffer) => (raw += chunk.toString()));
  // oxlint-disable-next-line no-control-regex -- what a terminal obeys
  const shown = (): string => raw.replaceAll(/\u001B\[[\d;?]*[A-Za-z]|\u001B[=>]|[\u0007\b\r]/g, '').replaceAll(/ +/g, ' ');
  const until = async (awaited: string): Promise<void> => {
    const start = Date.now();
    while (!shown().includes(awaited) && Date.now() - start < PATIENCE_MS) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  child.stdin.write(`${setup}; printf 'is %s\\n' ready\n`);
  await until('is ready');
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (const [keys, awaited] of STEPS) {
    child.stdin.write(keys);
    await until(awaited);
  }
  const typed = shown();
  child.stdin.write('\u0003\nexit\n');
  child.stdin.end();
  await new Promise((resolve) => child.once('close', resolve));
  return typed;
}

describe('PowerShell', () => {
  const script = (): string => runCli(['completion', 'powershell']).stdout;

  // There is no PowerShell where this runs: its script is only looked at.
  test('is given a completer of native programs that asks exhunt', () => {
    expect(script()).toContain("Register-ArgumentCompleter -Native -CommandName @('exhunt', 'exhunt.cmd', 'exhunt.ps1') -ScriptBlock {");
    expect(script()).toContain('param($wordToComplete, $commandAst, $cursorPosition)');
    expect(script()).toContain('& $program --complete @words');
    expect(script()).toContain('[System.Management.Automation.CompletionResult]::new($value, $value');
  });

  test('closes what it opens', () => {
    const text = script().replaceAll(/'[^']*'/g, "''");
    for (const [open = '', close = ''] of ['{}', '()', '[]']) expect(text.split(open).length).toBe(text.split(close).length);
  });
});

test('an unknown shell is a wrong usage', () => {
  expect(runCli(['completion', 'powershel'])).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean powershell?') });
});
