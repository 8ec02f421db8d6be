import { describe, expect, test } from '@jest/globals';
import { RULE_LISTS } from '../../../src/report/rule-list.ts';
import { RULE_MATRICES, ruleMatrix, type RuleLogs } from '../../../src/report/rule-matrix.ts';
import { loadRules } from '../../../src/sigma/load.ts';

const DETECTION = 'logsource: {category: webserver}\ndetection: {s: {cs-method: POST}, condition: s}\n';
const { rules } = loadRules(
  'r.yml',
  [
    `title: First\nid: a\nlevel: high\nauthor: Ann Other\nlicense: MIT\ntags: [cve.2021-1, cve.2022-2, attack.t1190]\nreferences: [https://example.org/1]\nfalsepositives: [Monitors]\n${DETECTION}`,
    `title: Second\nid: b\nlevel: low\ntags: [cve.2021-1]\n${DETECTION}`,
    `title: Third\nid: c\n${DETECTION}`,
  ].join('---\n'),
);
/** The second rule needs more than the second log has, the third is for the second log alone. */
const RULE_LOGS: RuleLogs = {
  logTypes: ['iis-w3c', 'httpproxy', 'ews'],
  logsOf: ({ id }) => [...(id === 'c' ? [] : [{ logType: 'iis-w3c', isBlind: false }]), { logType: 'httpproxy', isBlind: id === 'b' }],
};

describe('the matrix of vulnerabilities and logs', () => {
  test('counts a rule for two vulnerabilities in both, and one for none at the end', () => {
    expect(ruleMatrix(rules, RULE_LOGS)).toEqual([
      {
        cve: 'CVE-2021-1',
        rules: 2,
        logTypes: { 'iis-w3c': { rules: ['a', 'b'], blind: [] }, httpproxy: { rules: ['a', 'b'], blind: ['b'] } },
      },
      { cve: 'CVE-2022-2', rules: 1, logTypes: { 'iis-w3c': { rules: ['a'], blind: [] }, httpproxy: { rules: ['a'], blind: [] } } },
      { rules: 1, logTypes: { httpproxy: { rules: ['c'], blind: [] } } },
    ]);
  });

  test('shows every log, also one that no rule is for', () => {
    expect(RULE_MATRICES.markdown(rules, RULE_LOGS).split('\n')).toEqual([
      '| CVE | rules | iis-w3c | httpproxy | ews |',
      '| --- | --- | --- | --- | --- |',
      '| CVE-2021-1 | 2 | 2 | 2 (1) |  |',
      '| CVE-2022-2 | 1 | 1 | 1 |  |',
      '| none | 1 |  | 1 |  |',
    ]);
    expect(RULE_MATRICES.text(rules, RULE_LOGS).split('\n')[1]).toBe('CVE-2021-1  2      2        2 (1)');
  });

  test('is the same as JSON', () => {
    expect(JSON.parse(RULE_MATRICES.json(rules, RULE_LOGS))).toEqual({ logTypes: RULE_LOGS.logTypes, rows: ruleMatrix(rules, RULE_LOGS) });
  });
});

describe('the list of rules', () => {
  test('says of each in Markdown what it is, where it is from and what else it may be', () => {
    const page = RULE_LISTS.markdown(rules, RULE_LOGS);
    for (const fact of [
      '## First',
      'high',
      'log: webserver',
      'T1190',
      'CVE-2021-1',
      'CVE-2022-2',
      'False positives: Monitors',
      '<https://example.org/1>',
      'id `a`',
    ])
      expect(page).toContain(fact);
    expect(page).toContain(RULE_MATRICES.markdown(rules, RULE_LOGS));
  });

  test('says the same as JSON', () => {
    expect(JSON.parse(RULE_LISTS.json(rules, RULE_LOGS))[0]).toEqual({
      id: 'a',
      title: 'First',
      level: 'high',
      author: 'Ann Other',
      license: 'MIT',
      references: ['https://example.org/1'],
      falsePositives: ['Monitors'],
      tags: ['cve.2021-1', 'cve.2022-2', 'attack.t1190'],
      cves: ['CVE-2021-1', 'CVE-2022-2'],
      logSource: { category: 'webserver' },
      logTypes: ['iis-w3c', 'httpproxy'],
      file: 'r.yml',
    });
  });
});
