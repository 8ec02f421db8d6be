import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseJsonl, runCli, type CliOutcome } from './run-cli.ts';

const EVIDENCE = 'samples/contoso-ex01';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-lists-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function list(name: string, text: string | Uint8Array): string {
  writeFileSync(at(name), text);
  return at(name);
}

function scan(lists: readonly string[], ...others: readonly string[]): CliOutcome {
  return runCli(['scan', EVIDENCE, '--no-default-rules', ...lists.flatMap((file) => ['--indicators', file]), ...others]);
}

function countsOf({ stdout }: CliOutcome): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { record, rule } of parseJsonl(stdout) as {
    readonly record: string;
    readonly rule?: { readonly level: string; readonly id: string };
  }[]) {
    if (record === 'finding' && rule !== undefined) counts[`${rule.level} ${rule.id}`] = (counts[`${rule.level} ${rule.id}`] ?? 0) + 1;
  }
  return counts;
}

test('what a list holds is found in the sample evidence, with and without the prefilter', () => {
  const file = list(
    'case.csv',
    [
      'indicator,type,first_seen,last_seen,comment',
      '203.0.113[.]77,ip,2021-03-03,2021-03-03,first step',
      '203.0.113.40,ip,2020-01-01,2020-02-01,scanner of last year',
      'C:\\inetpub\\wwwroot\\aspnet_client\\supp0rt.aspx,filepath,,,shell',
      'python-requests/2.25.1,user-agent,,,',
      'evil.example,domain,,,',
      '203.0.113,ip,,,half',
    ].join('\r\n'),
  );
  const outcome = scan([file], '-o', 'jsonl=-');
  expect(outcome.code).toBe(1);
  expect(countsOf(outcome)).toEqual({
    'high indicators/case.csv/url-paths/high': 1,
    'medium indicators/case.csv/addresses/medium': 16,
    'medium indicators/case.csv/user-agents/medium': 21,
    'low indicators/case.csv/addresses/medium/outside-dates': 3,
  });
  expect(outcome.stderr).toContain('error: case.csv:7: 203.0.113 is no address: not looked for');
  expect(outcome.stderr).toContain(
    'info: case.csv: looked for: 2 addresses, 1 user agent, 1 URL path; not applicable to these logs: domain 1; not understood: 1',
  );
  const full = scan([file], '-o', 'jsonl=-', '--no-prefilter');
  const withoutDuration = (text: string): string => text.replace(/"durationMs":\d+/, '');
  expect(withoutDuration(full.stdout)).toBe(withoutDuration(outcome.stdout));
});

test('several lists, beside the bundled rules, each under its name', () => {
  mkdirSync(at('other'));
  const files = [
    list('a.txt', '203.0.113.77\n'),
    list('other/a.txt', '\uFEFF203.0.113.40\n'),
    list('c.txt', Buffer.from('\uFEFF203.0.113.40\r\n', 'utf16le')),
  ];
  const outcome = runCli([
    'scan',
    EVIDENCE,
    ...[...files, files[0] ?? ''].flatMap((file) => ['--indicators', file]),
    '-o',
    'jsonl=-',
    '--min-level',
    'medium',
  ]);
  const ids = Object.keys(countsOf(outcome)).filter((id) => id.includes('indicators/'));
  expect(ids.toSorted()).toEqual(
    ['a.txt', at('other/a.txt'), 'c.txt'].map((name) => `medium indicators/${name}/addresses/medium`).toSorted(),
  );
  expect(Object.keys(countsOf(outcome)).length).toBeGreaterThan(10);
});

test('the text output says what the list says, and obeys nothing of it', () => {
  const { stdout } = scan([list('hostile.csv', 'ip,comment\n203.0.113.77,"\u001b[31mred \u202eturned"\n')]);
  expect(stdout).toContain(String.raw`203.0.113.77 is listed: \x1b[31mred \u202eturned`);
  expect(stdout).not.toContain('\u001b');
});

describe('a list without a usable entry ends the run before it begins', () => {
  test.each<readonly [string, string | undefined, string]>([
    ['nothing.txt', undefined, 'nothing.txt: cannot be read (ENOENT)'],
    ['empty.txt', '', 'empty.txt: is no indicator list: it is empty'],
    ['binary.txt', 'MZ\u0000', 'binary.txt: is no indicator list: it is not text'],
    ['torn.json', '{"objects": [', 'torn.json: is no indicator list: it is no JSON'],
    ['words.txt', 'some words of mine', 'words.txt:1: some words of mine is no address'],
    ['domains.txt', 'evil.example', 'domains.txt: holds nothing that logs show; not applicable to these logs: domain 1'],
  ])('%s', (name, text, reason) => {
    const { code, stdout, stderr } = scan([text === undefined ? at(name) : list(name, text)]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(reason);
  });

  test('a folder', () => {
    expect(scan([folder])).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be read (it is a folder)') });
  });
});

test('files outside of web roots alone are a list, but no rule', () => {
  const files = list('files.txt', 'C:\\Users\\Public\\a.exe\n');
  expect(scan([files])).toMatchObject({ code: 2, stderr: expect.stringContaining('no usable rule') });
  const { code, stderr } = runCli(['scan', 'samples/contoso-ex02', '--indicators', files, '--exit-zero']);
  expect(code).toBe(0);
  expect(stderr).toContain('kept, but not looked for: 1 file outside of web roots');
});

test('hashes, names and paths are looked for in files below web roots', () => {
  const page = path.join(folder, 'inetpub/wwwroot/app/page.htm');
  mkdirSync(path.dirname(page), { recursive: true });
  writeFileSync(page, 'some page');
  const sha256 = createHash('sha256').update('some page').digest('hex');
  const found = (name: string, text: string) =>
    parseJsonl(runCli(['scan', page, '--indicators', list(name, text), '--no-default-rules', '-o', 'jsonl=-', '--exit-zero']).stdout)
      .filter(({ record }) => record === 'finding')
      .map(({ matched }) => matched);
  expect(found('sha256.txt', `${sha256.toUpperCase()} # dropped there\n`)).toMatchObject([
    [{ field: 'sha256', value: sha256, indicator: { list: 'sha256.txt', description: 'dropped there' } }],
  ]);
  expect(found('md5.csv', `md5,comment\n${createHash('md5').update('some page').digest('hex')},x\n`)).toMatchObject([[{ field: 'md5' }]]);
  expect(found('path.txt', 'C:\\inetpub\\wwwroot\\app\\PAGE.htm\n')).toMatchObject([[{ field: 'cs-uri-stem', value: '/app/page.htm' }]]);
  expect(found('other.txt', `${'0'.repeat(64)}\n`)).toEqual([]);
});

test('of a thousand bad entries a few are told, and all are counted', () => {
  const file = list('bad.txt', `203.0.113.77\n${'what is this\n'.repeat(1_000)}`);
  const { stderr, stdout } = scan([file], '-o', 'jsonl=-');
  expect(stderr.match(/what is this/g)).toHaveLength(5);
  expect(stderr).toContain('(and 995 more in this file)');
  expect(parseJsonl(stdout).filter(({ code }) => code === 'INDICATOR_INVALID')).toHaveLength(5);
  // Of the evidence nothing was lost.
  expect(parseJsonl(stdout).at(-1)).toMatchObject({ complete: true });
});
