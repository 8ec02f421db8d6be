import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../src/model/finding.ts';
import { parseRuleFile } from '../../../src/sigma/load.ts';
import { IgnoreList } from '../../../src/suppress/ignore-list.ts';
import { readIgnoreFile } from '../../../src/suppress/read-ignore-file.ts';

const RULE = '6f3e2987-db24-4c78-a860-b4f4095a7095';
const read = (text: string) => readIgnoreFile('ignore.yml', parseRuleFile(text));

function finding(facts: Partial<Finding> = {}): Finding {
  return {
    id: '0123456789abcdef0123456789abcdef',
    '@timestamp': '2021-03-03T06:59:13.030Z',
    rule: { id: RULE, name: 'A rule', level: 'high' },
    message: 'A rule',
    host: { name: 'EX01' },
    source: { ip: '10.1.2.3' },
    user: { name: 'CONTOSO\\svc_probe' },
    url: { path: '/owa/auth/x.aspx' },
    log: { type: 'iis-w3c', file: { path: 'C/inetpub/u_ex.log', original_path: 'C:\\inetpub\\u_ex.log' }, line: 7, offset: 700 },
    event: { original: 'the raw line' },
    matched: [],
    ...facts,
  };
}

/** Whether an entry of the rule with this scope suppresses the finding. */
function holds(scope: string, each = finding()): boolean {
  const { entries, problems } = read(`- rule: ${RULE}\n${scope.replaceAll(/^/gm, '  ')}\n  reason: known\n`);
  expect(problems).toEqual([]);
  return new IgnoreList(entries, '2026-06-01').find(each) !== undefined;
}

describe('an entry holds of a finding', () => {
  test.each([
    ['host: EX01', true],
    ['host: ex0?', true],
    ['host: [EX02, EX01]', true],
    ['host: EX', false],
    ['address: 10.1.2.3', true],
    ['address: 10.1.2.0/24', true],
    ['address: 10.1.3.0/24', false],
    ['address: [192.0.2.1, 10.0.0.0/8]', true],
    ["user: '*\\svc_*'", true],
    ['user: svc_probe', false],
    ['path: /owa/auth/*.aspx\nhost: EX01', true],
    ['path: /OWA/AUTH/X.ASPX\nhost: EX01', true],
    ['path: /owa/auth/x\nhost: EX01', false],
    ['log-file: C/inetpub/*', true],
    ["log-file: 'C:\\inetpub\\u_*'", true],
    ['log-file: u_ex.log', false],
    ['from: 2021-03-03\nto: 2021-03-03', true],
    ['from: 2021-03-03T06:59:13\nto: 2021-03-03T06:59:13', true],
    ['from: 2021-03-03T06:59:14\nto: 2021-03-04', false],
    ['to: 2021-03-03T06:58\nhost: EX01', false],
    ['host: EX01\naddress: 10.1.2.3\nfrom: 2021-03-01\nto: 2021-03-31', true],
    ['host: EX01\naddress: 10.1.2.4', false],
  ])('%s: %s', (scope, expected) => {
    expect(holds(scope)).toBe(expected);
  });

  test.each(['host: EX01', 'address: 10.1.2.3', "user: '*svc*'", "path: '/owa/*'\nfrom: 2000-01-01", 'from: 2000-01-01\nto: 2100-01-01'])(
    'that has no such value never: %s',
    (scope) => {
      const { host: _, source: __, user: ___, url: ____, '@timestamp': _____, ...bare } = finding();
      expect(holds(scope, bare)).toBe(false);
    },
  );

  test('by the address that it came from, and not by the one that it claims', () => {
    const forwarded = finding({ source: { ip: '203.0.113.9' }, network: { forwarded_ip: '10.1.2.3' } });
    expect(holds('address: 10.1.2.3', forwarded)).toBe(false);
    expect(holds('address: 10.1.2.3', finding({ source: { ip: 'x 10.1.2.3' } }))).toBe(false);
    expect(holds('address: 10.1.2.3', finding({ source: { ip: '::ffff:10.1.2.3' } }))).toBe(true);
  });

  test('of a correlation only where all of it lies in the time', () => {
    const chain = finding({ event: { start: '2021-03-02T23:59:59.000Z', end: '2021-03-03T06:59:13.030Z' } });
    expect(holds('from: 2021-03-03\nto: 2021-03-03', chain)).toBe(false);
    expect(holds('from: 2021-03-02\nto: 2021-03-03', chain)).toBe(true);
  });

  test('by its id, whatever its rule; of several entries the first is named', () => {
    const { entries } = read(
      `- {rule: ${RULE}, host: EX01, reason: one}\n- {finding: [aa, 0123456789ABCDEF0123456789abcdef], reason: two}\n- {rule: ${RULE}, address: 10.1.2.3, reason: three}\n`,
    );
    expect(new IgnoreList(entries, '2026-06-01').find(finding())?.reason).toBe('one');
    expect(new IgnoreList(entries, '2026-06-01').find(finding({ host: { name: 'EX02' } }))?.reason).toBe('two');
    expect(new IgnoreList(entries, '2026-06-01').find(finding({ host: { name: 'EX02' }, id: 'bb' }))?.reason).toBe('three');
  });

  test('until the end of its last day', () => {
    const { entries } = read(`- {rule: ${RULE}, host: EX01, reason: known, until: 2026-06-01}\n`);
    expect(new IgnoreList(entries, '2026-06-01').find(finding())).toMatchObject({ until: '2026-06-01', line: 1, file: 'ignore.yml' });
    const after = new IgnoreList(entries, '2026-06-02');
    expect(after.find(finding())).toBeUndefined();
    expect(after.entries).toMatchObject([{ status: 'expired' }]);
    expect(after.diagnostics).toMatchObject([{ severity: 'warning', problem: { code: 'SUPPRESSION_EXPIRED', until: '2026-06-01' } }]);
  });
});

test('an entry that is bound to names alone that a sender chooses is told', () => {
  const remarks = (scope: string) =>
    new IgnoreList(read(`- {rule: ${RULE}, ${scope}, reason: known}`).entries, '2026-06-01').diagnostics.map(({ problem }) => problem.code);
  expect(remarks('path: /x.aspx')).toEqual(['SUPPRESSION_BY_NAME']);
  expect(remarks('path: /x.aspx, user: kim')).toEqual(['SUPPRESSION_BY_NAME']);
  expect(remarks('path: /x.aspx, host: EX01')).toEqual([]);
  expect(remarks('path: /x.aspx, from: 2021-03-01')).toEqual([]);
});

describe('a file that cannot be used says where and why', () => {
  test.each([
    [`- rule: ${RULE}\n  reason: known\n`, 1, /a rule alone is too broad/],
    [`- rule: ${RULE}\n  from: 2021-03-01\n  reason: known\n`, 1, /a rule alone is too broad/],
    [`- rule: ${RULE}\n  host: EX01\n`, 1, /an entry has a reason/],
    [`- rule: ${RULE}\n  host: EX01\n  reason: ''\n`, 3, /reason wants text/],
    [`- rule: ${RULE}\n  hots: EX01\n  reason: known\n`, 2, /the key hots is not known: did you mean host\?/],
    [`- rule: ${RULE}\n  reasno: known\n`, 2, /did you mean reason\?/],
    [`- rule: ${RULE}\n  colour: red\n`, 2, /the key colour is not known; there are finding, rule, host,/],
    [`- rule: ${RULE}\n  host: '*'\n  reason: known\n`, 2, /binds it to nothing/],
    [`- rule: ${RULE}\n  user: ['kim', '**']\n  reason: known\n`, 2, /binds it to nothing/],
    [`- rule: ${RULE}\n  address: 0.0.0.0/0\n  reason: known\n`, 2, /is too broad/],
    [`- rule: ${RULE}\n  address: ::/1\n  reason: known\n`, 2, /is too broad/],
    [`- rule: ${RULE}\n  address: 10.1.2.3/24\n  reason: known\n`, 2, /is no address and no network/],
    [`- rule: ${RULE}\n  from: 2021-02-30\n  to: 2021-03-01\n  reason: known\n`, 2, /is no time/],
    [`- rule: ${RULE}\n  from: 2021-03-02\n  to: 2021-03-01\n  reason: known\n`, 2, /from is later than to/],
    [`- rule: ${RULE}\n  host: EX01\n  reason: known\n  until: 31.12.2026\n`, 4, /is no day/],
    [`- rule: ${RULE}\n  host: EX01\n  reason: known\n  until: 2026-02-30\n`, 4, /is no day/],
    [`- rule: '*'\n  host: EX01\n  reason: known\n`, 1, /ids have no wildcards/],
    [`- finding: aa\n  rule: ${RULE}\n  reason: known\n`, 1, /either finding or rule/],
    ['- host: EX01\n  reason: known\n', 1, /either finding or rule/],
    ['- finding: aa\n  host: EX01\n  reason: known\n', 1, /needs nothing else/],
    ['- finding: []\n  reason: known\n', 1, /finding has no value/],
    ['- finding: {a: b}\n  reason: known\n', 1, /wants text/],
    ['rule: aa\nhost: EX01\n', 1, /is a list/],
    ['- aa\n', 1, /an entry has finding or rule/],
    ['- finding: aa\n  finding: bb\n  reason: known\n', 2, /stands twice/],
    ['- {finding: aa, reason: known\n- {', 2, /not well-formed YAML/],
    ['[{finding: aa, reason: known}, {finding: bb, reason: known}]', 1, /a line of its own/],
    [`- finding: aa\n  reason: ${'x'.repeat(501)}\n`, 2, /longer than 500 characters/],
    [`- finding: aa\n  reason: [known, well]\n`, 2, /reason has one value/],
  ])('%j', (text, lineNumber, reason) => {
    const { problems } = read(text);
    expect(problems).toMatchObject([{ at: { lineNumber }, reason: expect.stringMatching(reason) }]);
  });

  test('all that is wrong is told at once, and more entries than a file may have', () => {
    expect(read('- finding: aa\n- finding: bb\n').problems.map(({ at }) => at.lineNumber)).toEqual([1, 2]);
    const many = Array.from({ length: 5_001 }, (_, index) => `- {finding: f${index}, reason: known}\n`).join('');
    expect(read(many).problems).toMatchObject([{ at: { lineNumber: 5_001 }, reason: 'there are more than 5000 entries' }]);
  });
});

test('an empty file has no entries', () => {
  expect(read('# nothing yet\n')).toEqual({ entries: [], problems: [] });
});

test('the example of the documentation is an ignore file', () => {
  const documentation = readFileSync(new URL('../../../docs/suppressions.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([^`]+)```/.exec(documentation) ?? [];
  const { entries, problems } = read(example);
  expect(problems).toEqual([]);
  expect(entries).toMatchObject([{ suppression: { author: 'Kim', line: 2 } }, { findings: [expect.stringMatching(/^[0-9a-f]{32}$/)] }]);
});
