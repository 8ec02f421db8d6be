import { expect, test } from '@jest/globals';
import type { Finding } from '../../../src/model/finding.ts';
import type { Level } from '../../../src/model/rule.ts';
import type { HostVerdict } from '../../../src/model/verdict.ts';
import { recordsToTell } from '../../../src/notify/notices.ts';

function finding(id: string, level: Level, host: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    rule: { id: 'r', name: 'R', level },
    message: 'm',
    host: { name: host },
    log: { type: 'iis-w3c', file: { path: 'x.log' }, line: 1, offset: 0 },
    event: { original: 'a\nb' },
    matched: [],
    ...more,
  };
}

const verdict = (host: string): HostVerdict => ({
  host: { name: host },
  verdict: 'attempted',
  reason: 'r',
  findings: [],
  missing: [],
  cve: [],
});

const FINDINGS = [
  finding('1', 'low', 'EX01'),
  finding('2', 'high', 'EX01'),
  finding('3', 'critical', 'EX02', { suppression: { by: 'ignore', reason: 'known', file: 'known.yml', line: 1 } }),
  finding('4', 'critical', 'EX03', { baseline: 'unchanged' }),
  finding('5', 'medium', 'EX04', { baseline: 'new' }),
];
const VERDICTS = ['EX01', 'EX02', 'EX03', 'EX04'].map(verdict);

function told(level: Level): string[] {
  return [...recordsToTell({ findings: FINDINGS, verdicts: VERDICTS }, level)].map((line) => {
    expect(line).not.toContain('\n');
    const { record, id, host }: { readonly record: string; readonly id?: string; readonly host: { readonly name: string } } =
      JSON.parse(line);
    return `${record} ${id ?? host.name}`;
  });
}

test.each<readonly [Level, readonly string[]]>([
  ['informational', ['finding 1', 'finding 2', 'finding 5', 'verdict EX01', 'verdict EX04']],
  ['medium', ['finding 2', 'finding 5', 'verdict EX01', 'verdict EX04']],
  ['high', ['finding 2', 'verdict EX01']],
  ['critical', []],
])('from %s on, what is new and counts is told, and what it came to', (level, records) => {
  expect(told(level)).toEqual(records);
});
