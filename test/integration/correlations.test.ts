import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCli } from './run-cli.ts';

const LINE = '2021-03-03 06:00:00 203.0.113.7 401';
const RULES = `title: Many failures
id: 0e95725d-7320-415d-80f7-004da920fc11
level: high
correlation: {type: event_count, rules: [failed], group-by: [c-ip], timespan: 1m, condition: {gte: 3}}
exhunt:
    stage: attempt
    tests:
        match:
            - lines: [{log: iis-w3c, fields: date time c-ip sc-status, line: '${LINE}', repeat: 3, every: 30s}]
        no-match:
            - lines: [{log: iis-w3c, fields: date time c-ip sc-status, line: '${LINE}', repeat: 3, every: 31s}]
---
title: Failed
name: failed
level: low
logsource: {category: webserver}
detection: {selection: {sc-status: 401}, condition: selection}
---
title: Broken
correlation: {type: event_count, rules: [nobody], timespan: 1m, condition: {gte: 3}}
`;
const FILTER = `title: The monitoring service
logsource: {category: webserver}
filter: {rules: [failed, gone], selection: {c-ip: 203.0.113.7}, condition: not selection}
`;

let folder: string;
let options: string[];
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-correlations-'));
  for (const name of ['rules', 'filters', 'logs']) mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, 'rules/rules.yml'), RULES);
  writeFileSync(path.join(folder, 'filters/filter.yml'), FILTER);
  const times = ['06:00:00', '06:00:20', '06:00:59'];
  const lines = ['203.0.113.7', '203.0.113.8'].flatMap((ip) => times.map((time) => `2021-03-03 ${time} ${ip} 401`));
  writeFileSync(path.join(folder, 'logs/u_ex210303.log'), `#Fields: date time c-ip sc-status\n${lines.join('\n')}\n`);
  options = ['--no-default-rules', '--rules', path.join(folder, 'rules')];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a correlation writes a finding in every format, its rules none, and a broken one is told with its place', () => {
  const jsonl = runCli(['scan', path.join(folder, 'logs'), ...options, '-o', 'jsonl=-']);
  const findings = jsonl.stdout.split('\n').filter((line) => line.includes('"record":"finding"'));
  expect(findings.map((line) => JSON.parse(line) as object)).toMatchObject(
    ['203.0.113.7', '203.0.113.8'].map((ip) => ({
      '@timestamp': '2021-03-03T06:00:59.000Z',
      rule: { id: '0e95725d-7320-415d-80f7-004da920fc11', level: 'high', stage: 'attempt' },
      source: { ip },
      event: { start: '2021-03-03T06:00:00.000Z', end: '2021-03-03T06:00:59.000Z' },
      correlation: { type: 'event_count', group: { 'c-ip': ip }, count: 3 },
    })),
  );
  expect(jsonl.stderr).toContain('rules.yml:19: names nobody, and no rule of this id or name could be loaded');
  expect(jsonl.code).toBe(1);
  const csv = runCli(['scan', path.join(folder, 'logs'), ...options, '-o', 'csv=-']);
  expect(csv.stdout).toContain(',3,c-ip: 203.0.113.8,u_ex210303.log:5; u_ex210303.log:6; u_ex210303.log:7');
  const text = runCli(['scan', path.join(folder, 'logs'), ...options]);
  expect(text.stdout).toContain('2021-03-03 06:00:00.000 to 2021-03-03 06:00:59.000  3 events, c-ip 203.0.113.7');
});

test('filters of a folder are added to the rules that they name, and what they name in vain is told', () => {
  const { stdout, stderr } = runCli([
    'scan',
    path.join(folder, 'logs'),
    ...options,
    '--filters',
    path.join(folder, 'filters'),
    '-o',
    'jsonl=-',
  ]);
  expect(stdout.match(/"record":"finding"/g)).toHaveLength(1);
  expect(stdout).toContain('203.0.113.8');
  expect(stderr).toContain('filters nothing of gone: no such rule could be loaded');
  expect(runCli(['scan', folder, '--filters', path.join(folder, 'no-such-folder')]).code).toBe(2);
});

test('rules list, check, explain and test know correlations and filters', () => {
  const filters = ['--filters', path.join(folder, 'filters')];
  const check = runCli(['rules', 'check', ...options, ...filters]);
  expect(check.stdout).toContain('2 rules can be run, 1 cannot');
  expect(check.stdout).toContain('1 correlation; 1 rule only for correlations, without findings of its own');
  expect(check.stdout).toMatch(/the filter The monitoring service \(.*filter\.yml:1\) is added to 1 rule/);
  expect(runCli(['rules', 'list', ...options]).stdout).toMatch(/high +attempt +event_count +0e95725d\S+ +Many failures/);
  const explained = runCli(['rules', 'explain', 'rules.yml', ...options, ...filters]);
  expect(explained.stdout).toContain('the number of events is >= 3');
  expect(explained.stdout).toContain('suppressed by the filter The monitoring service');
  const tested = runCli(['rules', 'test', ...options]);
  expect(tested.stdout).toContain('2 lines passed, 0 failed, of 2 rules (1 have no lines)');
});
