import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GoneFinding } from '../../src/model/baseline.ts';
import { loadHtmlParts } from '../../src/html-parts.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Story } from '../../src/model/story.ts';
import type { SuppressionSource } from '../../src/model/suppression.ts';
import type { HostVerdict } from '../../src/model/verdict.ts';
import type { Coverage, Summary } from '../../src/model/coverage.ts';
import { report } from '../../src/report/report.ts';
import type { ReportFormat } from '../../src/report/formats.ts';
import { REPORTERS } from '../../src/report/reporters.ts';

/** What a terminal obeys, or shows otherwise than it stands there, but for the ends of lines. */
const OBEYED = /[^\P{Cc}\n]|[\u061C\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF\u2028\u2029]/u;

const evil = fc
  .array(
    fc.constantFrom(
      '\u001b[2J',
      '\u001b]0;x\u0007',
      '\u202E',
      '\u2066',
      '\u009b',
      '\0',
      '\r',
      '\n',
      '\t',
      '\u007f',
      '\uFEFF',
      '\u2028',
      '\uD800',
      'a',
      '=1',
      '"',
      ',',
    ),
    {
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(''));
const level = fc.constantFrom('low', 'high', 'critical');
const place = fc.record({ type: evil, file: fc.record({ path: evil }), line: fc.nat(), offset: fc.nat() });
const host = fc.record({ name: evil });

const suppression = fc.record({
  by: fc.constantFrom('filter', 'ignore'),
  id: evil,
  name: evil,
  reason: evil,
  until: evil,
  author: evil,
  file: evil,
  line: fc.nat(),
});

const finding = fc.record({
  id: evil,
  '@timestamp': evil,
  rule: fc.record({ id: evil, name: evil, level, author: fc.array(evil, { maxLength: 2 }), license: evil }),
  vulnerability: fc.record({ id: fc.array(evil, { maxLength: 2 }) }),
  threat: fc.record({ technique: fc.record({ id: fc.array(evil, { maxLength: 2 }) }) }),
  message: evil,
  host,
  source: fc.record({ ip: evil }),
  user: fc.record({ name: evil, effective: fc.record({ name: evil, id: evil }) }),
  http: fc.record({ request: fc.record({ id: evil, method: evil }) }),
  url: fc.record({ path: evil, query: evil }),
  user_agent: fc.record({ original: evil }),
  log: place,
  event: fc.record({ original: evil, start: evil }),
  matched: fc.array(fc.record({ field: evil, value: evil, view: evil }), { maxLength: 2 }),
  suppression: fc.option(suppression, { nil: undefined }),
  baseline: fc.constantFrom('new', 'unchanged', undefined),
});
const source = fc.record({ suppression, findings: fc.nat(2), matches: fc.nat(2) }).map(({ suppression: facts, ...counts }) => ({
  ...facts,
  ...counts,
  status: 'active',
}));
const gone = fc.record({ id: evil, '@timestamp': evil, rule: fc.record({ id: evil, name: evil, level }), message: evil, host, log: place });
const story = fc.record({
  id: evil,
  chain: fc.record({ id: evil, name: evil, level }),
  host,
  actors: fc.array(evil, { maxLength: 2 }),
  from: evil,
  to: evil,
  steps: fc.array(fc.record({ '@timestamp': evil, name: evil, log: place, findings: fc.array(evil, { maxLength: 2 }) }), { maxLength: 2 }),
  more: fc.nat(3),
  missing: fc.array(evil, { maxLength: 2 }),
  verdict: fc.constant('compromised'),
});
const verdict = fc.record({
  host,
  verdict: fc.constantFrom('clean', 'compromised', 'not assessed'),
  reason: evil,
  findings: fc.array(evil, { maxLength: 2 }),
  worst: fc.record({ level, rule: evil }),
  from: evil,
  to: evil,
  missing: fc.array(evil, { maxLength: 2 }),
  cve: fc.array(
    fc.record({
      id: evil,
      verdict: fc.constantFrom('clean', 'attempted', 'not assessed'),
      assessed: fc.boolean(),
      missing: fc.array(evil, { maxLength: 2 }),
    }),
    { maxLength: 2 },
  ),
});
const coverage = fc.record({
  host,
  log: fc.record({ type: evil }),
  files: fc.nat(),
  bytes: fc.nat(),
  lines: fc.nat(),
  records: fc.nat(),
  rejected: fc.nat(),
  first: evil,
  last: evil,
  unreadable: fc.array(evil, { maxLength: 2 }),
  blind: fc.array(evil, { maxLength: 2 }),
  gaps: fc.array(
    fc.record({
      from: evil,
      to: evil,
      expected: fc.nat(),
      folder: evil,
      busyMeanwhile: fc.array(evil, { maxLength: 2 }),
      nearFinding: evil,
      nearRule: evil,
    }),
    {
      maxLength: 2,
    },
  ),
  missingFiles: fc.array(fc.record({ from: evil, to: evil, files: fc.integer({ min: 1, max: 2 }) }), { maxLength: 2 }),
  anomalies: fc.array(
    fc.record({ kind: fc.constantFrom('back-in-time', 'other-date'), file: evil, from: evil, to: evil, times: fc.nat(3) }),
    { maxLength: 2 },
  ),
});

const HTML = loadHtmlParts('dist/report-app.json');

const SUMMARY: Summary = {
  findings: 1,
  byLevel: { high: 1 },
  files: 1,
  bytes: 1,
  lines: 1,
  rules: 1,
  complete: false,
  exitCode: 1,
  durationMs: 1,
  suppressed: { findings: 1, byLevel: { high: 1 } },
  baseline: { new: 1, unchanged: 1, gone: 5, byLevel: { high: 1 }, verdict: 'clean' },
};

test.each(Object.keys(REPORTERS) as ReportFormat[])('whatever stands in any value, %s shows a terminal nothing that it obeys', (format) => {
  let shown = 0;
  const many = <Item>(item: fc.Arbitrary<Item>): fc.Arbitrary<Item[]> => fc.array(item, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.tuple(many(finding), many(source), many(gone)),
      many(story),
      many(verdict),
      many(coverage),
      (found, stories, verdicts, coverages) => {
        const [findings, suppressions, lost] = found;
        const content = {
          findings: findings as readonly Finding[],
          stories: stories as readonly Story[],
          verdicts: verdicts as readonly HostVerdict[],
          coverages: coverages as readonly Coverage[],
          exposures: [],
          suppressions: suppressions as readonly SuppressionSource[],
          gone: lost as readonly GoneFinding[],
          showsSuppressed: true,
          diagnostics: [],
          summary: SUMMARY,
        };
        const text = [...report(REPORTERS[format]({ isTerminal: true, hasColour: false, html: HTML }), content)].join('');
        shown += text.length;
        const at = OBEYED.exec(text.replaceAll('\r\n', '\n'))?.index;
        if (at !== undefined) throw new Error(`obeyed: ${JSON.stringify(text.slice(Math.max(0, at - 60), at + 10))}`);
      },
    ),
    { numRuns: 400, seed: 26_855 },
  );
  expect(shown).toBeGreaterThan(10_000);
});
