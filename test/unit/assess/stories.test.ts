import { expect, test } from '@jest/globals';
import { tellStories } from '../../../src/assess/stories.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { loadRuleSet } from '../../../src/rule-set.ts';

const { rules, correlations } = await loadRuleSet({ folders: [], hasDefaultRules: true });
const named = (name: string): string => rules.find((rule) => rule.name === name)?.id ?? '';
const chain = correlations.find(({ rule }) => rule.name === 'chain_c1_proxylogon_steps');

function record(name: string, time: string, offset: number): NonNullable<Finding['correlation']>['records'][number] {
  return { '@timestamp': time, rule: { id: named(name) }, log: { type: 'httpproxy', file: { path: 'a.log' }, line: offset, offset } };
}

const FINDING: Finding = {
  id: 'f',
  '@timestamp': '2021-03-03T06:59:17.000Z',
  rule: { id: chain?.rule.id ?? '', name: 'Chain: x', level: 'critical', stage: 'exploit' },
  message: 'x',
  host: { name: 'EX01' },
  source: { ip: '203.0.113.77' },
  log: { type: 'httpproxy', file: { path: 'a.log' }, line: 2, offset: 2 },
  event: { start: '2021-03-03T06:59:13.000Z', end: '2021-03-03T06:59:17.000Z' },
  matched: [],
  correlation: {
    type: 'temporal',
    count: 5,
    findings: ['a', 'b', 'c'],
    records: [
      record('pl_05_ecp_proxylogon', '2021-03-03T06:59:13.000Z', 1),
      record('pl_06_vdir_edit', '2021-03-03T06:59:17.000Z', 2),
      record('pl_01b_ssrf_autodiscover', '2021-03-03T06:59:17.000Z', 2),
    ],
  },
};

test('a story tells each line once, in order, with its stage, and what was not seen', () => {
  expect(tellStories([FINDING], rules, correlations)).toEqual([
    {
      id: 'f',
      chain: { id: FINDING.rule.id, name: 'Chain: x', level: 'critical' },
      host: { name: 'EX01' },
      actors: ['203.0.113.77'],
      from: '2021-03-03T06:59:13.000Z',
      to: '2021-03-03T06:59:17.000Z',
      steps: [
        {
          '@timestamp': '2021-03-03T06:59:13.000Z',
          stage: 'exploit',
          name: 'ProxyLogon: Control Panel Session Stolen',
          log: { type: 'httpproxy', file: { path: 'a.log' }, line: 1 },
          findings: ['a'],
        },
        {
          '@timestamp': '2021-03-03T06:59:17.000Z',
          stage: 'exploit',
          name: 'ProxyLogon: Virtual Directory Edited Through the SSRF',
          log: { type: 'httpproxy', file: { path: 'a.log' }, line: 2 },
          findings: ['b', 'c'],
        },
      ],
      more: 2,
      missing: ['ProxyLogon: Virtual Directory Reset Through the SSRF'],
      verdict: 'exploited',
    },
  ]);
});

test('what only counts is no story', () => {
  const { stage: _, ...rule } = FINDING.rule;
  expect(tellStories([{ ...FINDING, rule }], rules, correlations)).toEqual([]);
});

test('a request that two logs have is one step, which names both places', () => {
  const inProxy = record('pl_06_vdir_edit', '2021-03-03T06:59:17.000Z', 2);
  const http = { request: { id: 'CA007438-238B-8E44-B3B2-6EA3C5266A1B' } };
  const inIis = { ...inProxy, http, log: { type: 'iis-w3c', file: { path: 'b.log' }, line: 9, offset: 700 } };
  const another = { ...inIis, http: { request: { id: 'another' } }, log: { ...inIis.log, line: 10, offset: 800 } };
  const records = [{ ...inProxy, http: { request: { id: http.request.id.toLowerCase() } } }, inIis, another];
  const finding = { ...FINDING, correlation: { type: 'temporal' as const, count: 3, findings: ['a', 'b', 'c'], records } };
  const { steps = [] } = tellStories([finding], rules, correlations)[0] ?? {};
  expect(steps).toMatchObject([
    { log: { type: 'httpproxy', line: 2 }, also: [{ type: 'iis-w3c', file: { path: 'b.log' }, line: 9 }], findings: ['a', 'b'] },
    { log: { type: 'iis-w3c', line: 10 }, findings: ['c'] },
  ]);
  expect(steps[1]).not.toHaveProperty('also');
});
