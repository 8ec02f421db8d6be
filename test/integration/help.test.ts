import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BUILDERS } from '../../src/cli/arguments.ts';
import { EXAMPLES } from '../../src/cli/help.ts';
import { factsOf } from '../../src/cli/option-facts.ts';
import { makeZip } from '../archives.ts';
import { runCli } from './run-cli.ts';

const COMMANDS = Object.keys(BUILDERS);
const LOG = 'samples/contoso-ex01/C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-help-'));
  cpSync('samples/contoso-ex01', at('evidence'), { recursive: true });
  cpSync(LOG, at('u_ex210303.log'));
  mkdirSync(at('rules'));
  const rule = readdirSync('rules/proxylogon').find((name) => name.endsWith('.yml')) ?? '';
  cpSync(path.join('rules/proxylogon', rule), at('rules/rule.yml'));
  writeFileSync(at('known.yml'), '- rule: x\n  host: EX01\n  reason: a test of ours\n');
  writeFileSync(at('iocs.txt'), '203.0.113.77\n');
  writeFileSync(at('triage.zip'), makeZip([{ name: 'u_ex210303.log', content: readFileSync(LOG) }]));
  for (const name of ['ex01', 'ex02']) runCli(['scan', LOG, '--host', name, '-q', '-o', `jsonl=${at(`${name}.jsonl`)}`]);
  mkdirSync(at('bin'));
  writeFileSync(at('bin/exhunt'), `#!/bin/sh\nexec ${process.execPath} ${path.resolve('dist/main.js')} "$@"\n`);
  chmodSync(at('bin/exhunt'), 0o755);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In a shell, as somebody would who has read the help. */
function tryOut(command: string): { readonly code: number | null; readonly stderr: string } {
  const env = { ...process.env, PATH: `${at('bin')}:${process.env['PATH'] ?? ''}` };
  const { status, stderr } = spawnSync('bash', ['-c', command], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return { code: status, stderr };
}

describe.each(['', ...COMMANDS])('the help of exhunt %s', (command) => {
  const help = runCli([...(command === '' ? [] : [command]), '--help']);

  test('is narrower than 100 columns', () => {
    expect(help.code).toBe(0);
    for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThan(100);
  });

  test('names every option and every exit code', () => {
    const options = command === '' ? [] : factsOf(BUILDERS[command as keyof typeof BUILDERS]).options;
    for (const { name, describe: words } of options)
      expect([name, words !== '' && help.stdout.includes(`--${name} `)]).toEqual([name, true]);
    // What is in no group would stand among help and version.
    const groupless = /^Options:\n((?: .*\n)*)/m.exec(help.stdout)?.[1] ?? '';
    expect(groupless.match(/--[\w-]+/g)?.filter((name) => !['--help', '--version'].includes(name)) ?? []).toEqual([]);
    for (const code of [0, 1, 2, 3, 4, 70]) expect(help.stdout).toContain(` ${code} `);
  });

  const examples = EXAMPLES[command] ?? [];

  test('has examples, each on a line of its own', () => {
    expect(examples.length).toBeGreaterThan(1);
    for (const { what, command: line } of examples) expect(help.stdout).toContain(`  ${what}\n    ${line}\n`);
  });

  const inShells = examples.filter(({ command: line }) => !line.includes('Invoke-Expression') && !line.includes('completion zsh'));

  test.each(inShells)('$command works', ({ command: line }) => {
    const { code, stderr } = tryOut(line);
    expect([stderr, [0, 1].includes(code ?? -1)]).toEqual([expect.not.stringContaining('exhunt: '), true]);
  });
});

test('there are no examples of other commands', () => {
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(['', ...COMMANDS].toSorted());
});

test('-h is --help', () => {
  expect(runCli(['scan', '-h']).stdout).toBe(runCli(['scan', '--help']).stdout);
});

describe('what is not understood is answered with what was probably meant', () => {
  test.each([
    ['scan?', ['scna', 'x']],
    ['convert?', ['convrt', 'x']],
    ['--min-level?', ['scan', 'samples', '--min-levle', 'high']],
    ['--quiet?', ['merge', 'x.jsonl', '--quite']],
    ['--archives?', ['scan', 'samples', '--no-archive']],
    ['high?', ['scan', 'samples', '--min-level', 'hgih']],
    ['informational?', ['scan', 'samples', '--fail-on', 'info']],
    ['csv?', ['scan', 'samples', '-o', 'cvs=x']],
    ['jsonl?', ['scan', 'samples', '-o', 'JSON=x']],
    ['ratio?', ['scan', 'samples', '--archive-limit', 'ration=4']],
    ['matrix?', ['rules', 'martix']],
    ['records?', ['explain', 'record', 'x']],
    ['1b973579-2397-4819-a4b3-3231e79987d1?', ['rules', 'explain', '1b973579-2397-4819-a4b3-3231e79987d2']],
  ])('did you mean %s', (meant, args) => {
    const { code, stdout, stderr } = runCli(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`did you mean ${meant}`);
  });

  test('and with nothing where nothing is near', () => {
    for (const args of [['frobnicate'], ['scan', 'samples', '--frobnicate'], ['scan', 'samples', '--min-level', 'purple']])
      expect(runCli(args)).toMatchObject({ code: 2, stderr: expect.not.stringContaining('did you mean') });
  });
});
