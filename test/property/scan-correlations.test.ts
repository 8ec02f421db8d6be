import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadRuleSet, type RuleSet } from '../../src/rule-set.ts';
import type { ScanOptions, Workings } from '../../src/scan-options.ts';
import { scan } from '../../src/scan.ts';

const RULES = `
title: Many failures
name: many
id: 0e95725d-7320-415d-80f7-004da920fc11
level: high
correlation:
    type: event_count
    rules: [failed]
    group-by: [c-ip, exhunt-host]
    timespan: 10s
    condition: {gte: 3}
    generate: true
---
title: Failures, then a success
id: 0e95725d-7320-415d-80f7-004da920fc12
level: critical
correlation:
    type: temporal_ordered
    rules: [0e95725d-7320-415d-80f7-004da920fc11, worked]
    group-by: [c-ip]
    timespan: 30s
---
title: Failed
name: failed
level: low
logsource: {category: webserver}
detection: {selection: {sc-status: 401}, condition: selection}
---
title: Worked
name: worked
level: informational
logsource: {category: webserver}
detection: {selection: {sc-status: 200}, condition: selection}
---
title: Health probes
logsource: {category: webserver}
filter: {rules: [failed, worked], selection: {cs-user-agent: probe}, condition: not selection}
`;

let folder: string;
let rules: RuleSet;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-correlations-'));
  mkdirSync(path.join(folder, 'logs'));
  writeFileSync(path.join(folder, 'rules.yml'), RULES);
  rules = await loadRuleSet({ folders: [path.join(folder, 'rules.yml')], hasDefaultRules: false });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HEADER =
  '#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-computername c-ip cs-method cs-uri-stem cs(User-Agent) sc-status\n';

const record = fc
  .record({
    second: fc.integer({ min: 0, max: 25 }),
    minute: fc.integer({ min: 0, max: 1 }),
    host: fc.constantFrom('EX01', 'EX02'),
    ip: fc.constantFrom('203.0.113.7', '203.0.113.8', '-'),
    agent: fc.constantFrom('curl', 'curl', 'probe'),
    status: fc.constantFrom('401', '401', '200', '404'),
  })
  .map(
    ({ second, minute, host, ip, agent, status }) =>
      `2021-03-03 06:0${minute}:${String(second).padStart(2, '0')} ${host} ${ip} GET /owa/ ${agent} ${status}`,
  );

async function scanned(options: Partial<ScanOptions> = {}, workings: Workings = {}) {
  const { findings, ...others } = await scan({ paths: [path.join(folder, 'logs')], ...rules, ...options }, workings);
  return JSON.parse(JSON.stringify({ ...others, findings: [...findings] })) as { findings: { rule: { id: string } }[] };
}

test('correlations come to the same for any number of jobs, any border between parts, and any way of reading', async () => {
  expect(rules.diagnostics).toEqual([]);
  let correlated = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(record, { maxLength: 40, size: 'max' }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 300, max: 3_000 }),
      async (files, partBytes) => {
        for (const [index, lines] of files.entries())
          writeFileSync(path.join(folder, `logs/${index}.log`), `${HEADER}${lines.join('\n')}\n`);
        const whole = await scanned({ jobs: 1 });
        correlated += whole.findings.filter((finding) => 'correlation' in finding).length;
        expect(await scanned({ jobs: 2 }, { partBytes })).toEqual(whole);
        expect(await scanned({ jobs: 1, hasPrefilter: false })).toEqual(whole);
      },
    ),
    { numRuns: 25, seed: 26_855 },
  );
  expect(correlated).toBeGreaterThan(10);
});

test('correlations do not ask which file a line is in, nor in which order the lines stand', async () => {
  const groupsOf = ({ findings }: Awaited<ReturnType<typeof scanned>>): unknown[] =>
    findings
      .filter((finding) => 'correlation' in finding)
      .map((finding) => {
        const { correlation, event, rule } = finding as { rule: object; event?: object; correlation?: { count: number; group: object } };
        return JSON.stringify({ rule, event, group: correlation?.group, count: correlation?.count });
      })
      .toSorted();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(record, fc.integer()), { maxLength: 60, size: 'max' }), async (lines) => {
      const write = (parts: readonly (readonly string[])[]): void => {
        for (const [index, part] of parts.entries()) writeFileSync(path.join(folder, `logs/${index}.log`), `${HEADER}${part.join('\n')}\n`);
      };
      const texts = lines.map(([text]) => text);
      write([texts.toSorted(), [], []]);
      const inOrder = groupsOf(await scanned());
      const shuffled = lines.toSorted(([, a], [, b]) => a - b).map(([text]) => text);
      write([0, 1, 2].map((part) => shuffled.filter((_, index) => index % 3 === part)));
      expect(groupsOf(await scanned())).toEqual(inOrder);
    }),
    { numRuns: 40, seed: 26_855 },
  );
});

test('a level that is not written still feeds correlations', async () => {
  const lines = ['401', '401', '401', '200'].map((status, index) => `2021-03-03 06:00:0${index} EX01 203.0.113.7 GET /owa/ curl ${status}`);
  writeFileSync(path.join(folder, 'logs/0.log'), `${HEADER}${lines.join('\n')}\n`);
  const { findings } = await scanned({ minLevel: 'critical' });
  expect(findings.map(({ rule }) => rule.id)).toEqual(['0e95725d-7320-415d-80f7-004da920fc12']);
});
