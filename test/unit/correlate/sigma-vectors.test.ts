import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { Correlator, type CorrelationMatch } from '../../../src/correlate/correlator.ts';
import { planCorrelations } from '../../../src/correlate/plan.ts';
import { linkCorrelations } from '../../../src/sigma/link-rules.ts';
import { loadRules } from '../../../src/sigma/load.ts';

interface Vector {
  readonly says: string;
  /** Of the correlation rule called main. */
  readonly correlation: object;
  /** Further correlation rules. */
  readonly others?: readonly { readonly name: string; readonly correlation: object }[];
  readonly cases?: readonly Case[];
  /** Names of all rules whose findings are written. */
  readonly writes?: readonly string[];
  /** Why main cannot be run. */
  readonly rejected?: string;
}

interface Case {
  /** In the order in which they are read; `at` in seconds. */
  readonly events: readonly ({ readonly at: number; readonly rule: string } & Readonly<Record<string, string | number>>)[];
  readonly findings: readonly object[];
}

const FILE = new URL('../../sigma-vectors/correlations.yml', import.meta.url);
const { section, vectors }: { section: string; vectors: Vector[] } = parse(readFileSync(FILE, 'utf8'));

function load({ correlation, others = [] }: Vector) {
  const base = ['a', 'b', 'c', 'd'].map((name) => ({
    title: name,
    name,
    logsource: { category: 'vector' },
    detection: { selection: { rule: name }, condition: 'selection' },
  }));
  const documents = [...base, { title: 'main', name: 'main', correlation }, ...others.map((other) => ({ title: other.name, ...other }))];
  const loaded = loadRules('vector.yml', documents.map((document) => stringify(document)).join('---\n'));
  const linked = linkCorrelations(loaded.rules, loaded.correlations);
  return { ...loaded, correlations: linked.correlations, diagnostics: [...loaded.diagnostics, ...linked.diagnostics] };
}

function run(vector: Vector, { events }: Case): object[] {
  const plan = planCorrelations(load(vector).correlations);
  const found: CorrelationMatch[] = [];
  const correlator = new Correlator(plan, (match) => found.push(match));
  for (const [place, { at, rule, ...values }] of events.toSorted((a, b) => a.at - b.at).entries()) {
    const wanted = (plan.fields.get(rule) ?? []).map((field) => (values[field] === undefined ? undefined : String(values[field])));
    correlator.add({ rule, time: Math.round(at * 1_000), values: wanted, host: undefined, place });
  }
  correlator.end();
  return found
    .toSorted((a, b) => a.end - b.end || a.start - b.start)
    .map(({ group, start, end, count }) => ({
      ...(group.length > 0 && { group: Object.fromEntries(group) }),
      from: start / 1_000,
      to: end / 1_000,
      count,
    }));
}

describe(section, () => {
  test.each(vectors.filter(({ cases }) => cases !== undefined))('$says', (vector) => {
    expect(load(vector).diagnostics).toEqual([]);
    expect((vector.cases ?? []).map((each) => ({ ...each, findings: run(vector, each) }))).toEqual(vector.cases);
  });

  test.each(vectors.filter(({ writes }) => writes !== undefined))('$says', (vector) => {
    const { rules, correlations } = load(vector);
    const { silent } = planCorrelations(correlations);
    const names = [
      ...rules.filter(({ id }) => !silent.has(id)).map(({ id }) => id),
      ...correlations.filter(({ writesFindings }) => writesFindings).map(({ rule }) => rule.id),
    ];
    expect(names.toSorted()).toEqual(vector.writes);
  });

  test.each(vectors.filter(({ rejected }) => rejected !== undefined))('$says', (vector) => {
    const { correlations, diagnostics, rules } = load(vector);
    expect(correlations.map(({ rule }) => rule.id)).not.toContain('main');
    expect(diagnostics.map(({ problem }) => problem.code)).toContain(vector.rejected);
    expect(diagnostics.every(({ place, severity }) => place.lineNumber !== undefined && severity === 'error')).toBe(true);
    expect(rules).toHaveLength(4);
  });
});

test('every vector says what is wanted of it', () => {
  expect(vectors.filter(({ cases, writes, rejected }) => cases === undefined && writes === undefined && rejected === undefined)).toEqual(
    [],
  );
  expect(vectors.reduce((sum, { cases }) => sum + (cases?.length ?? 1), 0)).toBeGreaterThanOrEqual(140);
});
