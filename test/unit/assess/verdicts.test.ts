import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FindingTally, type Tally } from '../../../src/assess/finding-tally.ts';
import { assessVerdicts, type RuleReach } from '../../../src/assess/verdicts.ts';
import type { Coverage } from '../../../src/model/coverage.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { Level, Stage } from '../../../src/model/rule.ts';

const RULES: readonly RuleReach[] = [
  { id: 'ssrf', stage: 'exploit', cves: ['CVE-2021-26855'], logTypes: ['httpproxy'] },
  { id: 'scan', stage: 'recon', cves: ['CVE-2021-26855'], logTypes: ['iis-w3c', 'httpproxy'] },
  { id: 'shell', stage: 'webshell', cves: [], logTypes: ['iis-w3c', 'httpproxy'] },
  { id: 'viewstate', stage: 'exploit', cves: ['CVE-2020-0688'], logTypes: ['iis-w3c', 'httpproxy'] },
];

let next = 0;
function finding(id: string, level: Level, stage: Stage | undefined, more: { at?: string; cves?: string[]; host?: string } = {}): Finding {
  const { at, cves, host = 'EX01' } = more;
  next += 1;
  return {
    id: `f${next}`,
    ...(at !== undefined && { '@timestamp': at }),
    rule: { id, name: id, level, ...(stage !== undefined && { stage }) },
    ...(cves !== undefined && { vulnerability: { id: cves } }),
    message: `${id}: GET /`,
    host: { name: host },
    log: { type: 'iis-w3c', file: { path: 'a.log' }, line: next, offset: next },
    event: { original: '' },
    matched: [],
  };
}

function talliesOf(findings: readonly Finding[]): Tally[] {
  const tally = new FindingTally();
  for (const each of findings) tally.add(each, 0);
  tally.settle(0, 0);
  return tally.tallies();
}

function log(type: string, more: Partial<Coverage> = {}): Coverage {
  const counts = { files: 1, bytes: 1, lines: 9, records: 9, rejected: 0 };
  const span = { first: '2021-03-01T00:00:00.000Z', last: '2021-03-05T00:00:00.000Z' };
  return { host: { name: 'EX01' }, log: { type }, ...counts, ...span, unreadable: [], blind: [], ...more };
}

const ALL = [log('iis-w3c'), log('httpproxy'), log('ecp-server')];

function verdictsOf(findings: readonly Finding[], coverages: readonly Coverage[] = ALL) {
  const [first] = assessVerdicts(talliesOf(findings), coverages, RULES);
  return { ...first, of: Object.fromEntries((first?.cve ?? []).map(({ id, verdict }) => [id, verdict])) };
}

const SSRF = finding('ssrf', 'critical', 'exploit', { at: '2021-03-03T06:59:11.000Z', cves: ['CVE-2021-26855'] });
const SCAN = finding('scan', 'low', 'recon', { at: '2021-03-02T00:00:00.000Z', cves: ['CVE-2021-26855'] });
const SHELL = finding('shell', 'critical', 'webshell', { at: '2021-03-04T00:00:00.000Z' });

describe('a host is', () => {
  test.each([
    ['clean', 'where nothing was found in logs of every kind', []],
    ['scanned', 'where somebody looked', [SCAN]],
    ['attempted', 'where an attack was turned away', [SCAN, finding('x', 'medium', 'attempt')]],
    ['attempted', 'where what may be an exploit is not grave', [finding('x', 'medium', 'exploit')]],
    ['exploited', 'where an attack got through', [SCAN, SSRF]],
    ['compromised', 'where something was left', [SSRF, SHELL]],
    ['compromised', 'where an intruder acted', [finding('x', 'high', 'action')]],
    ['clean', 'where only what users do as well was done', [finding('x', 'low', 'action'), finding('y', 'medium', 'cleanup')]],
    ['clean', 'where rules of others matched, which say nothing of an attack', [finding('x', 'critical', undefined)]],
  ] as const)('%s %s', (verdict, _, findings) => {
    expect(verdictsOf(findings).verdict).toBe(verdict);
  });

  test('not assessed without a log of each kind, or with one that was not read to its end', () => {
    expect(verdictsOf([], [log('iis-w3c'), log('ecp-server')])).toMatchObject({ verdict: 'not assessed', missing: ['httpproxy:ecp'] });
    expect(verdictsOf([], [log('ncsa'), log('httpproxy'), log('ecp-server')]).verdict).toBe('clean');
    expect(verdictsOf([], [log('iis-w3c', { records: 0 }), log('httpproxy'), log('ecp-server')]).missing).toEqual(['iis-w3c:W3SVC1']);
    const torn = verdictsOf([], [log('iis-w3c', { unreadable: ['u.log'] }), log('httpproxy'), log('ecp-server')]);
    expect(torn).toMatchObject({ verdict: 'not assessed', missing: [] });
    const rejected = verdictsOf([], [log('iis-w3c', { rejected: 3 }), log('httpproxy'), log('ecp-server')]);
    expect(rejected.verdict).toBe('not assessed');
    const late = { first: '2021-03-06T00:00:00.000Z', last: '2021-03-07T00:00:00.000Z' };
    expect(verdictsOf([], [log('iis-w3c', late), log('httpproxy'), log('ecp-server')])).toMatchObject({
      verdict: 'not assessed',
      reason: 'Nothing was found, but that says little; the logs that decide are not of the same time.',
    });
    expect(torn.reason).toContain('not all of these could be read: iis-w3c');
  });

  test('not assessed where the front end of a log is missing, as far as folders tell', () => {
    const [iis, proxy, ecp] = [log('iis-w3c', { parts: ['W3SVC2'] }), log('httpproxy', { parts: ['owa'] }), log('ecp-server')];
    expect(verdictsOf([], [iis, log('httpproxy'), ecp])).toMatchObject({ verdict: 'not assessed', missing: ['iis-w3c:W3SVC1'] });
    expect(verdictsOf([], [log('iis-w3c', { parts: ['W3SVC2', 'W3SVC7'] }), log('httpproxy'), ecp]).verdict).toBe('clean');
    expect(verdictsOf([], [log('iis-w3c'), proxy, ecp]).of).toMatchObject({ 'CVE-2021-26855': 'not assessed' });
    expect(verdictsOf([], [log('iis-w3c'), log('httpproxy', { parts: ['ecp', 'owa'] }), ecp]).of).toMatchObject({
      'CVE-2021-26855': 'clean',
    });
  });

  test('clean for the time in which all of its logs were written', () => {
    const { from, to } = verdictsOf([], [log('iis-w3c', { first: '2021-02-01T00:00:00.000Z' }), log('httpproxy'), log('ecp-server')]);
    expect([from, to]).toEqual(['2021-03-01T00:00:00.000Z', '2021-03-05T00:00:00.000Z']);
  });

  test('what it is, also where logs are missing, once something was found', () => {
    expect(verdictsOf([SSRF], [log('iis-w3c')]).verdict).toBe('exploited');
  });

  test('told from others, whatever the case of its name', () => {
    const other = finding('ssrf', 'critical', 'exploit', { host: 'ex01' });
    const third = finding('scan', 'low', 'recon', { host: 'EX03' });
    const verdicts = assessVerdicts(talliesOf([other, third]), ALL, RULES);
    expect(verdicts.map(({ host, verdict }) => [host?.name, verdict])).toEqual([
      ['EX01', 'exploited'],
      ['EX03', 'scanned'],
    ]);
  });
});

describe('a vulnerability is', () => {
  test('assessed by the logs that decide it', () => {
    expect(verdictsOf([]).of).toMatchObject({
      'CVE-2021-26855': 'clean',
      'CVE-2020-0688': 'clean',
      'CVE-2021-26857': 'not assessed',
      'CVE-2021-26858': 'not assessed',
    });
    expect(verdictsOf([], [log('iis-w3c')]).of).toMatchObject({ 'CVE-2021-26855': 'not assessed', 'CVE-2020-0688': 'clean' });
  });

  test('assessed by an event log only where the channel is there, whole', () => {
    const cves = ['CVE-2021-26857'];
    const rules = [...RULES, { id: 'um', stage: 'exploit' as const, cves, logTypes: ['evtx:Application'] }];
    const of = (parts: readonly string[], findings: readonly Finding[] = []): unknown =>
      assessVerdicts(talliesOf(findings), [log('evtx', { parts })], rules)[0]?.cve.find(({ id }) => id === cves[0]);
    expect(of(['Application', 'Security'])).toMatchObject({ verdict: 'clean', assessed: true, missing: [] });
    for (const part of ['Security', 'Application (picked)'])
      expect(of([part])).toMatchObject({ verdict: 'not assessed', assessed: false, missing: ['evtx:Application'] });
    expect(of(['Application'], [finding('um', 'high', 'exploit', { cves })])).toMatchObject({ verdict: 'exploited', assessed: true });
  });

  test('not assessed where its rules were blind', () => {
    const blind = [log('iis-w3c', { blind: ['viewstate'] }), log('httpproxy', { blind: ['ssrf', 'viewstate'] }), log('ecp-server')];
    expect(verdictsOf([], blind).of).toMatchObject({ 'CVE-2021-26855': 'not assessed', 'CVE-2020-0688': 'not assessed' });
  });

  test('compromised where a web shell came after it, not where one was there before', () => {
    expect(verdictsOf([SSRF, SHELL]).of).toMatchObject({ 'CVE-2021-26855': 'compromised', 'CVE-2020-0688': 'clean' });
    const before = finding('shell', 'critical', 'webshell', { at: '2021-03-01T00:00:00.000Z' });
    expect(verdictsOf([SSRF, before]).of).toMatchObject({ 'CVE-2021-26855': 'exploited' });
    expect(verdictsOf([SCAN, SHELL]).of).toMatchObject({ 'CVE-2021-26855': 'scanned' });
  });
});

test('the reason names the first finding that carries the verdict', () => {
  const { reason, findings, worst } = verdictsOf([SCAN, SSRF]);
  expect(reason).toBe('An attack got through, and nothing shows what was done with it; ssrf: GET / (2021-03-03 06:59 UTC, a.log:1).');
  expect([findings, worst]).toEqual([[SSRF.id], { level: 'critical', rule: 'ssrf' }]);
});

test('without rules that know stages nothing is decided', () => {
  expect(assessVerdicts(talliesOf([SHELL]), ALL, [{ id: 'x', stage: undefined, cves: [], logTypes: ['iis-w3c'] }])).toEqual([]);
});

test('the order of findings and of pieces, and pieces that were read twice, change nothing', () => {
  const cves = ['CVE-2021-26855'];
  const more = [
    finding('scan', 'low', 'recon', { at: '2021-03-01T00:00:00.000Z', cves }),
    finding('ssrf', 'critical', 'exploit', { cves }),
  ];
  const findings = [SCAN, SSRF, SHELL, ...more];
  const expected = assessVerdicts(talliesOf(findings), ALL, RULES);
  fc.assert(
    fc.property(fc.shuffledSubarray(findings, { minLength: findings.length }), fc.array(fc.nat(3)), (shuffled, pieces) => {
      const tally = new FindingTally();
      tally.add(finding('shell', 'critical', 'webshell'), 9);
      for (const [index, each] of shuffled.entries()) tally.add(each, pieces[index] ?? 0);
      tally.drop(9);
      for (const piece of [2, 0, 3, 1]) tally.settle(piece, 0);
      expect(assessVerdicts(tally.tallies(), ALL, RULES)).toEqual(expected);
    }),
  );
});
