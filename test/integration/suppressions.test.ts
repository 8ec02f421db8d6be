import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { parseJsonl, runCli, type JsonlRecord } from './run-cli.ts';

const HEADER = '#Fields: date time s-computername c-ip cs-method cs-uri-stem cs(User-Agent) sc-status\n';
const PROBE = '2021-03-04 12:00:00 EX01 10.1.2.3 GET /page probe 401\n';
const SHELL = '2021-03-04 12:00:05 EX01 203.0.113.9 GET /shell.aspx curl 200\n';
const RULES = `
title: Many failures
id: 0e95725d-7320-415d-80f7-004da920fc11
level: high
correlation:
    type: event_count
    rules: [failed]
    group-by: [c-ip]
    timespan: 1m
    condition: {gte: 2}
---
title: Failed
name: failed
id: 0e95725d-7320-415d-80f7-004da920fc12
level: low
logsource: {category: webserver}
detection: {selection: {sc-status: 401}, condition: selection}
---
title: Shell
id: 0e95725d-7320-415d-80f7-004da920fc13
level: critical
exhunt: {stage: webshell}
logsource: {category: webserver}
detection: {selection: {cs-uri-stem|endswith: .aspx}, condition: selection}
`;
const FILTER = `
title: The monitoring service
id: 0e95725d-7320-415d-80f7-004da920fc20
description: Probes each page
logsource: {category: webserver}
filter: {rules: any, selection: {cs-user-agent: probe}, condition: not selection}
---
title: Nobody
id: 0e95725d-7320-415d-80f7-004da920fc21
logsource: {category: webserver}
filter: {rules: any, selection: {c-ip: 192.0.2.99}, condition: not selection}
`;

let folder: string;
const at = (name: string): string => path.join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};
let options: string[];
const scan = (...args: readonly string[]) => runCli(['scan', at('logs'), ...options, '-q', ...args]);
const of = (records: readonly JsonlRecord[], kind: string) => records.filter(({ record }) => record === kind);
/** What differs from run to run. */
const settled = (report: string): string => report.replaceAll(/"(durationMs|exitCode)":\d+/g, '"$1":0');
const native = (...args: readonly string[]) => {
  const { code, stdout, stderr } = scan('-o', 'jsonl=-', ...args);
  return { code, stderr, text: settled(stdout), records: parseJsonl(stdout) };
};
const converted = (file: string, ...args: readonly string[]) => settled(runCli(['convert', file, '-o', 'jsonl=-', ...args]).stdout);
const pageOf = (finding: JsonlRecord | undefined): string => (finding?.['url'] as { path: string } | undefined)?.path ?? '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-suppressions-'));
  for (const name of ['logs', 'other', 'filters']) mkdirSync(at(name));
  write('logs/u_ex1.log', HEADER + PROBE + PROBE.replace('12:00:00', '12:00:01') + SHELL + SHELL.replace('curl', 'probe'));
  write('other/u_ex2.log', HEADER + SHELL.replace('EX01', 'EX02') + SHELL.replace('/shell', '/more'));
  options = ['--no-default-rules', '--rules', write('rules.yml', RULES)];
  write('filters/filters.yml', FILTER);
  write('plain.jsonl', runCli(['scan', at('logs'), ...options, '-q', '-o', 'jsonl=-']).stdout);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a filter', () => {
  const filters = () => ['--filters', at('filters')];

  test('suppresses findings: they stand in jsonl and nowhere else, unless they are asked for', () => {
    const { records } = native(...filters());
    expect(of(records, 'finding').map((each) => [each['rule'], each['suppression']])).toMatchObject([
      [{ name: 'Shell' }, undefined],
      [{ name: 'Shell' }, { by: 'filter', name: 'The monitoring service', reason: 'Probes each page', line: 2 }],
    ]);
    const [, hidden] = of(records, 'finding');
    const rows = (...args: readonly string[]) => parse(scan(...filters(), '-o', 'csv=-', ...args).stdout, { columns: true });
    expect(rows()).toHaveLength(1);
    expect(rows('--show-suppressed')).toMatchObject([
      { Suppressed: '' },
      {
        FindingId: hidden?.['id'],
        Suppressed: expect.stringContaining('The monitoring service'),
        Message: expect.stringMatching(/^\[suppressed: /),
      },
    ]);
    const text = (...args: readonly string[]) => scan(...filters(), ...args).stdout;
    expect(text()).not.toContain('SUPPRESSED');
    expect(text()).toContain('1 finding suppressed, in no verdict and no count; --show-suppressed shows them');
    expect(text('--show-suppressed')).toMatch(/^CRITICAL +Shell {2}SUPPRESSED$/m);
  });

  test('keeps what it suppresses out of counts, verdicts, correlations and the exit code', () => {
    const without = native();
    expect(of(without.records, 'finding').map(({ rule }) => (rule as { name: string }).name)).toEqual(['Many failures', 'Shell', 'Shell']);
    const { records } = native(...filters());
    expect(records.at(-1)).toMatchObject({
      findings: 1,
      byLevel: { high: 0, critical: 1 },
      suppressed: { findings: 1, byLevel: { critical: 1 } },
    });
    write('both.yml', `${FILTER}---\n${FILTER.slice(0, FILTER.indexOf('---')).replace('probe', 'curl').replace('fc20', 'fc22')}`);
    const none = native('--filters', at('both.yml'));
    expect([none.code, scan('--filters', at('both.yml'), '--fail-on', 'compromised').code]).toEqual([0, 0]);
    expect([without.code, scan('--fail-on', 'compromised').code]).toEqual([1, 1]);
    expect(of(without.records, 'verdict')).toMatchObject([{ verdict: 'compromised' }]);
    expect(of(none.records, 'verdict')).toMatchObject([{ verdict: 'not assessed', findings: [] }]);
    expect(none.records.at(-1)).toMatchObject({ findings: 0, suppressed: { findings: 2 } });
  });

  test('is told with all that it did, also what it kept from correlations, and when it did nothing', () => {
    const { records, stderr } = native(...filters());
    expect(of(records, 'suppression')).toMatchObject([
      { by: 'filter', name: 'The monitoring service', findings: 1, matches: 2, status: 'active' },
      { name: 'Nobody', findings: 0, matches: 0 },
    ]);
    expect(stderr).toBe('');
    expect(of(records, 'diagnostic')).toMatchObject([
      { severity: 'info', code: 'SUPPRESSION_UNUSED', message: expect.stringContaining('the filter Nobody suppressed nothing') },
    ]);
    const { stdout } = scan(...filters());
    expect(stdout).toMatch(
      /1 by filter The monitoring service \(.*filters\.yml:2\), and 2 matches kept from correlations: Probes each page/,
    );
    expect(stdout).toContain('1 of 2 filters and entries suppressed nothing');
  });

  test('comes to the same bytes for any number of jobs, without the prefilter, and in convert', () => {
    const { text } = native(...filters(), '--jobs', '1');
    expect(native(...filters(), '--jobs', '2').text).toBe(text);
    expect(native(...filters(), '--no-prefilter').text).toBe(text);
    expect(converted(write('filtered.jsonl', text))).toBe(text);
    const csv = (...args: readonly string[]) => runCli([...args, '-o', 'csv=-', '--show-suppressed']).stdout;
    expect(csv('convert', at('filtered.jsonl'))).toBe(csv('scan', at('logs'), ...options, '-q', ...filters()));
  });
});

describe('an ignore file', () => {
  const SHELL_RULE = '0e95725d-7320-415d-80f7-004da920fc13';
  const known = () =>
    write(
      'ignore.yml',
      `- rule: ${SHELL_RULE}
  address: 203.0.113.0/24
  host: EX01
  reason: The red team's shell, ticket 4711
  until: 2999-12-31
  by: Kim
- rule: ${SHELL_RULE}
  host: EX01
  reason: expired
  until: 2020-01-01
- rule: ${SHELL_RULE}
  host: EX09
  reason: no such server
- rule: 0e95725d-7320-415d-80f7-004da920fcff
  host: EX01
  reason: no such rule
- rule: 0e95725d-7320-415d-80f7-004da920fc12
  host: EX01
  reason: feeds a correlation
`,
    );

  test('suppresses findings, with reason, last day and author; what is expired, unused or in vain is told', () => {
    const { records, code } = native('--ignore', known());
    expect(code).toBe(1);
    expect(of(records, 'finding').map(({ suppression }) => suppression)).toEqual([
      undefined,
      ...[1, 1].map((line) => ({
        by: 'ignore',
        reason: "The red team's shell, ticket 4711",
        until: '2999-12-31',
        author: 'Kim',
        file: at('ignore.yml'),
        line,
      })),
    ]);
    expect(of(records, 'suppression').map(({ line, status, findings }) => [line, status, findings])).toEqual([
      [1, 'active', 2],
      [7, 'expired', 0],
      [11, 'active', 0],
      [14, 'active', 0],
      [17, 'active', 0],
    ]);
    expect(
      of(records, 'diagnostic').map(({ severity, code: kind, message }) => [
        severity,
        kind,
        String(message).replace(`${at('ignore.yml')}:`, ''),
      ]),
    ).toEqual([
      ['warning', 'SUPPRESSION_EXPIRED', expect.stringMatching(/^7: this entry held until 2020-01-01/)],
      ['info', 'SUPPRESSION_UNUSED', expect.stringMatching(/^11: this entry suppressed nothing in this run$/)],
      ['info', 'SUPPRESSION_UNUSED', expect.stringMatching(/^14: .*: no rule with the id .*fcff is loaded$/)],
      ['info', 'SUPPRESSION_UNUSED', expect.stringMatching(/^17: .*only feeds correlations/)],
    ]);
    expect(runCli(['scan', at('logs'), ...options, '--ignore', at('ignore.yml')]).stderr).toContain('warning: ');
  });

  test('comes to the same in scan and in convert, whatever the format', () => {
    const ignore = ['--ignore', write('one.yml', `- {rule: ${SHELL_RULE}, address: 203.0.113.9, reason: known}\n`)];
    for (const format of ['jsonl', 'csv', 'text']) {
      const [scanned, again] = [
        ['scan', at('logs'), ...options, '-q'],
        ['convert', at('plain.jsonl')],
      ].map((args) => settled(runCli([...args, ...ignore, '-o', `${format}=-`]).stdout).replaceAll(/in \d+\.\d+ s/g, ''));
      // Convert knows the bundled rules alone: what could have been seen is another matter.
      const comparable = (report = ''): string =>
        report
          .split('\n')
          .filter((line) => !/"record":"verdict"|CVE-|nothing of|not assessed/.test(line))
          .join('\n');
      expect(comparable(again)).toBe(comparable(scanned));
      expect(scanned).not.toBe('');
    }
    expect(converted(write('ignored.jsonl', native(...ignore).text))).toBe(native(...ignore).text);
    expect(of(parseJsonl(converted(at('plain.jsonl'), ...ignore)), 'verdict')).toMatchObject([{ verdict: 'not assessed' }]);
    expect(runCli(['convert', at('plain.jsonl'), ...ignore, '--fail-on', 'critical', '-o', 'csv=-']).code).toBe(0);
  });

  test('by the id of a finding names this one alone', () => {
    const findings = of(native().records, 'finding');
    const id = String(findings[1]?.['id']);
    const { records } = native('--ignore', write('id.yml', `- {finding: ${id}, reason: looked at}\n`));
    expect(of(records, 'finding').map((each) => each['suppression'] !== undefined)).toEqual([false, true, false]);
    expect(of(records, 'finding').map((each) => each['id'])).toEqual(findings.map((each) => each['id']));
  });

  test.each([
    ['is too broad', `- rule: ${SHELL_RULE}\n  reason: known\n`, ':1:3: a rule alone is too broad'],
    ['has no reason', `- rule: ${SHELL_RULE}\n  host: EX01\n`, ':1:3: an entry has a reason'],
    [
      'has an unknown key',
      `- rule: ${SHELL_RULE}\n  adress: 10.1.2.3\n  reason: x\n`,
      ':2:3: the key adress is not known: did you mean address?',
    ],
    ['is no YAML', '- {', 'not well-formed YAML'],
  ])('that %s is not used: exit code 2, with file, line and reason', (_name, text, said) => {
    const file = write('bad.yml', text);
    for (const args of [
      ['scan', at('logs'), ...options],
      ['convert', at('plain.jsonl')],
      ['merge', at('plain.jsonl')],
    ]) {
      const { code, stdout, stderr } = runCli([...args, '--ignore', file, '-o', 'jsonl=-']);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(file);
      expect(stderr).toContain(said);
    }
  });

  test('that is not there, or a folder, is an error', () => {
    expect(scan('--ignore', at('nowhere.yml'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nowhere.yml: cannot be read (ENOENT)'),
    });
    expect(scan('--ignore', folder)).toMatchObject({ code: 2, stderr: expect.stringContaining('is no regular file') });
  });

  test('does not unmake a correlation, which is ignored as itself', () => {
    const chain = (...args: readonly string[]) => of(native('--ignore', ...args).records, 'finding')[0];
    expect(chain(known())).toMatchObject({ rule: { name: 'Many failures' } });
    expect(chain(known())).not.toHaveProperty('suppression');
    const own = write('chain.yml', '- {rule: 0e95725d-7320-415d-80f7-004da920fc11, address: 10.1.2.3, reason: known}\n');
    expect(chain(own)).toMatchObject({ suppression: { line: 1 } });
  });
});

test('in a merge a finding counts unless every run that has it suppresses it', () => {
  const ignore = write('m.yml', '- {rule: 0e95725d-7320-415d-80f7-004da920fc13, host: EX01, reason: known}\n');
  const ignored = write('m1.jsonl', native('--ignore', ignore).text);
  const both = (...files: readonly string[]) => parseJsonl(runCli(['merge', ...files, '-o', 'jsonl=-', '--exit-zero']).stdout);
  const open = both(ignored, at('plain.jsonl'));
  expect(of(open, 'finding').map(({ suppression }) => suppression)).toEqual([undefined, undefined, undefined]);
  expect(open.at(-1)).toMatchObject({ findings: 3, suppressed: { findings: 0 } });
  expect(of(open, 'suppression')).toMatchObject([{ findings: 0 }]);
  expect(both(at('plain.jsonl'), ignored).filter(({ record }) => record === 'finding')).toEqual(of(open, 'finding'));
  const other = write('m2.jsonl', runCli(['scan', at('other'), ...options, '-q', '--ignore', ignore, '-o', 'jsonl=-']).stdout);
  const all = both(ignored, other, ignored);
  expect(of(all, 'suppression')).toMatchObject([{ findings: 3 }]);
  expect(all.at(-1)).toMatchObject({ findings: 2, suppressed: { findings: 3, byLevel: { critical: 3 } } });
});

test('what a run did not write cannot be judged anew: its verdict stays, and that is told', () => {
  const some = write('some.jsonl', scan('--min-level', 'critical', '-o', 'jsonl=-').stdout);
  const ignore = write('all.yml', '- {rule: 0e95725d-7320-415d-80f7-004da920fc13, host: EX01, reason: known}\n');
  const { stdout, stderr } = runCli(['convert', some, '--ignore', ignore, '-o', 'jsonl=-']);
  expect(stderr).toContain(`${some}: holds 2 of 3 findings: the verdicts on its hosts were kept`);
  expect(of(parseJsonl(stdout), 'verdict')).toMatchObject([{ verdict: 'compromised' }]);
  expect(parseJsonl(stdout).at(-1)).toMatchObject({ findings: 1, byLevel: { high: 1, critical: 0 }, suppressed: { findings: 2 } });
});

describe('against a report of before', () => {
  const BEFORE = (): string => write('before.jsonl', runCli(['scan', at('other'), ...options, '-q', '-o', 'jsonl=-']).stdout);
  const later = (text: string): string => {
    mkdirSync(at('later'), { recursive: true });
    return write('later/u_ex2.log', text);
  };
  const OTHER = () => readFileSync(at('other/u_ex2.log'), 'utf8');
  const compared = (...args: readonly string[]) => {
    const { code, stdout } = runCli(['scan', at('later'), ...options, '-q', '--baseline', at('before.jsonl'), '-o', 'jsonl=-', ...args]);
    return { code, text: stdout, records: parseJsonl(stdout) };
  };

  test('findings are new, still there or gone, and what is new alone makes the exit code', () => {
    BEFORE();
    later(OTHER());
    const same = compared();
    expect([same.code, same.records.at(-1)]).toMatchObject([
      0,
      { findings: 2, baseline: { new: 0, unchanged: 2, gone: 0, verdict: 'clean' } },
    ]);
    later(`${OTHER().replace('/more.aspx', '/none.html')}${SHELL.replace('/shell', '/fresh')}`);
    const { code, records, text } = compared();
    expect(code).toBe(1);
    expect(of(records, 'finding').map((each) => [pageOf(each), each['baseline']])).toEqual([
      ['/shell.aspx', 'unchanged'],
      ['/fresh.aspx', 'new'],
    ]);
    expect(of(records, 'gone')).toMatchObject([
      { rule: { name: 'Shell' }, message: expect.stringContaining('/more.aspx'), log: { line: 3 } },
    ]);
    expect(records.at(-1)).toMatchObject({ baseline: { new: 1, unchanged: 1, gone: 1, byLevel: { critical: 1 }, verdict: 'compromised' } });
    expect(compared('--fail-on', 'compromised').code).toBe(1);
    const report = runCli(['scan', at('later'), ...options, '-q', '--baseline', at('before.jsonl')]).stdout;
    expect(report).toContain(
      'Since the report of before\n  1 new (1 critical), 1 still there, 1 gone\n  gone: 2021-03-04 12:00:05.000  critical  Shell',
    );
    expect(report).toMatch(/^CRITICAL +Shell {2}1 NEW\n(?:.*\n){3}.*\/fresh\.aspx 200 {2}\(new\)$/m);
    expect(settled(text)).toBe(converted(write('compared.jsonl', text)));
    expect(runCli(['convert', at('compared.jsonl'), '-o', 'csv=-']).code).toBe(1);
    const again = parseJsonl(converted(at('compared.jsonl'), '--baseline', at('compared.jsonl')));
    expect(again.at(-1)).toMatchObject({ baseline: { new: 0, unchanged: 2, gone: 0 } });
  });

  test('findings below --min-level are still there although they are not written', () => {
    BEFORE();
    later(OTHER());
    write('low.yml', RULES.replace('level: critical', 'level: low'));
    options = ['--no-default-rules', '--rules', at('low.yml')];
    expect(compared('--min-level', 'high').records.at(-1)).toMatchObject({ findings: 2, baseline: { new: 0, unchanged: 2, gone: 0 } });
    options = ['--no-default-rules', '--rules', at('rules.yml')];
  });

  test('what was suppressed is new when it counts again, and what is suppressed now is not gone', () => {
    later(OTHER());
    const ignore = write('b.yml', '- {rule: 0e95725d-7320-415d-80f7-004da920fc13, host: EX02, reason: known}\n');
    write('before.jsonl', runCli(['scan', at('other'), ...options, '-q', '--ignore', ignore, '-o', 'jsonl=-']).stdout);
    expect(compared().records.at(-1)).toMatchObject({ baseline: { new: 1, unchanged: 1, gone: 0 } });
    BEFORE();
    const { records } = compared('--ignore', ignore);
    expect(records.at(-1)).toMatchObject({ findings: 1, suppressed: { findings: 1 }, baseline: { new: 0, unchanged: 1, gone: 0 } });
    expect(of(records, 'finding').filter((each) => each['suppression'] !== undefined && each['baseline'] !== undefined)).toEqual([]);
  });

  test('a report that is not whole, or none, is an error with file and line', () => {
    const whole = readFileSync(BEFORE(), 'utf8');
    later(OTHER());
    for (const [text, said] of [
      [whole.slice(0, whole.lastIndexOf('{"schema"')), ': has no summary at its end'],
      [whole.replace('"record":"finding"', '"record":"found"'), ':1: is no record of exhunt/1'],
      ['', ': has no summary at its end'],
    ] as const) {
      write('before.jsonl', text);
      for (const args of [
        ['scan', at('later'), ...options],
        ['convert', at('plain.jsonl')],
      ])
        expect(runCli([...args, '--baseline', at('before.jsonl')])).toMatchObject({
          code: 2,
          stdout: '',
          stderr: expect.stringContaining(`${at('before.jsonl')}${said}`),
        });
    }
    expect(scan('--baseline', at('nowhere.jsonl'))).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no file') });
  });

  test('a report that does not hold all findings of its run is told', () => {
    later(OTHER());
    write('before.jsonl', runCli(['scan', at('logs'), ...options, '-q', '--min-level', 'critical', '-o', 'jsonl=-']).stdout);
    expect(of(compared().records, 'diagnostic')).toMatchObject([{ severity: 'warning', code: 'BASELINE_PARTIAL' }]);
  });

  test('a nightly run may be compared with the file that it writes', () => {
    later(OTHER());
    const nightly = () =>
      runCli(['scan', at('later'), ...options, '-q', '--baseline', at('night.jsonl'), '-o', `jsonl=${at('night.jsonl')}`, '--force']).code;
    write('night.jsonl', readFileSync(at('plain.jsonl'), 'utf8'));
    expect([nightly(), nightly()]).toEqual([1, 0]);
  });
});
