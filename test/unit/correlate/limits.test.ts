import { expect, test } from '@jest/globals';
import { Correlator, type CorrelationMatch } from '../../../src/correlate/correlator.ts';
import { LIMITS, type Limits } from '../../../src/correlate/limits.ts';
import { planCorrelations } from '../../../src/correlate/plan.ts';
import { linkCorrelations } from '../../../src/sigma/link-rules.ts';
import { loadRules } from '../../../src/sigma/load.ts';

const RULE = 'title: a\nname: a\nlogsource: {category: x}\ndetection: {s: {a: b}, condition: s}\n---\ntitle: c\nname: c\n';

function run(correlation: string, events: readonly (readonly [time: number, value: string | undefined])[], limits: Partial<Limits> = {}) {
  const { rules, correlations } = loadRules('r.yml', `${RULE}correlation: ${correlation}\n`);
  const found: CorrelationMatch[] = [];
  const plan = planCorrelations(linkCorrelations(rules, correlations).correlations);
  const correlator = new Correlator(plan, (match) => found.push(match), { ...LIMITS, ...limits });
  for (const [place, [time, value]] of events.entries()) correlator.add({ rule: 'a', time, values: [value], host: 'EX01', place });
  correlator.end();
  return {
    found,
    problems: correlator.diagnostics().map(({ problem, place }) => ({ ...problem, at: `${place.path}:${place.lineNumber}` })),
  };
}

const COUNT = '{type: event_count, rules: [a], group-by: [ip], timespan: 10s, condition: {gte: 2}}';

test('what a limit leaves out is counted and told, with the rule and its place', () => {
  const events = Array.from({ length: 6 }, (_, index) => [index, `ip${index % 3}`] as const);
  expect(run(COUNT, events, { groups: 2 }).problems).toEqual([
    {
      code: 'CORRELATION_LIMIT',
      what: 'groups with events in their windows',
      limit: 2,
      rule: 'c',
      count: 2,
      at: 'r.yml:6',
    },
  ]);
  const values = '{type: value_count, rules: [a], timespan: 10s, condition: {field: ip, gte: 2}}';
  expect(run(values, events, { values: 2 }).problems).toMatchObject([{ code: 'CORRELATION_LIMIT', count: 4 }]);
  expect(run(COUNT, events, { events: 4 }).problems).toMatchObject([{ code: 'CORRELATION_LIMIT', count: 2 }]);
});

test('what has left the window makes room again, also in groups that nothing happens in', () => {
  const events = Array.from({ length: 2_000 }, (_, index) => [index * 6_000, `ip${index % 2}`] as const);
  const { found, problems } = run(COUNT, events, { events: 4, groups: 3 });
  expect(problems).toEqual([]);
  expect(found).toEqual([]);
});

test('matches without a field or without a number are counted and told', () => {
  expect(
    run(COUNT, [
      [0, undefined],
      [1, 'x'],
    ]).problems,
  ).toMatchObject([{ code: 'CORRELATION_LEFT_OUT', lacks: 'field', count: 1 }]);
  const sum = '{type: value_sum, rules: [a], timespan: 10s, condition: {field: n, gte: 2}}';
  expect(
    run(sum, [
      [0, 'many'],
      [1, '2'],
    ]).problems,
  ).toMatchObject([{ code: 'CORRELATION_LEFT_OUT', lacks: 'number', count: 1 }]);
});

test('of a million events of one finding the first ones of each rule are kept, and all are counted', () => {
  const { found } = run(
    COUNT,
    Array.from({ length: 1_000_000 }, (_, index) => [index, 'x'] as const),
  );
  expect(found.map(({ count, matches, last, host }) => ({ count, kept: matches.map(({ place }) => place), last, host }))).toEqual([
    { count: 1_000_000, kept: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], last: 999_999, host: 'EX01' },
  ]);
});
