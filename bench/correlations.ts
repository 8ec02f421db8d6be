/**
 * Ten million matches through the store and one correlation, or seven, one of each type. Prints seconds, findings and problems as JSON.
 *
 * Arguments: how many matches, over how many days, how many correlations.
 */
import { tmpdir } from 'node:os';
import { correlateMatches } from '../src/correlate-matches.ts';
import { planCorrelations } from '../src/correlate/plan.ts';
import { MatchStore } from '../src/match-store.ts';
import type { Finding } from '../src/model/finding.ts';
import { linkCorrelations } from '../src/sigma/link-rules.ts';
import { loadRules } from '../src/sigma/load.ts';

const count = Number(process.argv[2] ?? 10_000_000);
const FILES = 200;
const ADDRESSES = 20_000;
const SPAN_MS = Number(process.argv[3] ?? 30) * 86_400_000;
const START = Date.UTC(2021, 1, 15);

const rule = (name: string): string => `title: ${name}
name: ${name}
logsource: {category: webserver}
detection: {selection: {cs-method: POST}, condition: selection}
`;
const correlation = (name: string, text: string): string => `title: ${name}
name: ${name}
correlation: ${text}
`;
const RULES = ['a', 'b', 'c', 'd'];
const documents = [
  ...RULES.map(rule),
  correlation('burst', '{type: event_count, rules: [a, b, c, d], group-by: [c-ip], timespan: 1h, condition: {gte: 12}}'),
  correlation('paths', '{type: value_count, rules: [a], group-by: [c-ip], timespan: 1h, condition: {field: cs-uri-stem, gte: 8}}'),
  correlation('pair', '{type: temporal, rules: [c, d], group-by: [c-ip, exhunt-host], timespan: 1s}'),
  correlation('steps', '{type: temporal_ordered, rules: [a, b, c, d], group-by: [c-ip], timespan: 10m}'),
  correlation(
    'bytes',
    '{type: value_sum, rules: [b], group-by: [exhunt-host], timespan: 10m, condition: {field: sc-bytes, gt: 100000000}}',
  ),
  correlation('mean', '{type: value_avg, rules: [c], group-by: [exhunt-host], timespan: 10m, condition: {field: time-taken, gt: 700}}'),
  correlation(
    'slow',
    '{type: value_percentile, rules: [d], group-by: [exhunt-host], timespan: 10m, condition: {field: time-taken, percentile: 95, gt: 995}}',
  ),
];
const { rules, correlations } = loadRules('bench.yml', documents.join('---\n'));
const linked = linkCorrelations(rules, correlations.slice(0, Number(process.argv[4] ?? 7))).correlations;
const { fields } = planCorrelations(linked);

/** The same numbers on every machine. */
let seed = 26_855;
function random(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 4_294_967_296) * below);
}

const started = performance.now();
const store = new MatchStore({ spillFolder: tmpdir() });
store.settle(1, 0);
// One file after the other, each over the whole time: every run holds all of it, and the merge is as hard as can be.
for (let file = 0; file < FILES; file += 1) {
  const host = `EX${(file % 4) + 1}`;
  for (let line = 0; line < count / FILES; line += 1) {
    const name = RULES[random(RULES.length)] ?? '';
    const number = random(ADDRESSES);
    const values: Record<string, string> = {
      'c-ip': `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`,
      'exhunt-host': host,
      'cs-uri-stem': `/owa/auth/page${random(100_000)}.aspx`,
      'sc-bytes': String(random(50_000)),
      'time-taken': String(random(1_000)),
    };
    store.add(
      {
        id: '0123456789abcdef0123456789abcdef',
        rule: name,
        time: START + Math.floor(((line + random(1_000) / 1_000) / (count / FILES)) * SPAN_MS),
        values: (fields.get(name) ?? []).map((field) => values[field]),
        host,
        logType: 'iis-w3c',
        path: `EX/u_ex${file}.log`,
        line: line + 1,
        offset: line * 300,
      },
      1,
    );
  }
}
const stored = performance.now();
const byRule: Record<string, number> = {};
const diagnostics = correlateMatches(linked, store, ({ rule: { id } }: Finding) => {
  byRule[id] = (byRule[id] ?? 0) + 1;
});
const done = performance.now();
process.stdout.write(
  JSON.stringify({
    matches: count,
    seconds: (done - started) / 1_000,
    storeSeconds: (stored - started) / 1_000,
    findings: byRule,
    problems: diagnostics.map(({ problem }) => problem),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1_000),
  }),
);
