import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Correlator, type CorrelationMatch } from '../../src/correlate/correlator.ts';
import { planCorrelations } from '../../src/correlate/plan.ts';
import {
  CORRELATION_TYPES,
  type CorrelationInput,
  type CorrelationRule,
  type CorrelationType,
  type LinkedCorrelation,
  type Presence,
} from '../../src/model/correlation-rule.ts';
import { correlateByForce, STANDING, type ReferenceFinding, type ReferenceMatch } from '../correlation-reference.ts';

const BASE = ['r0', 'r1', 'r2', 'r3'];

/** Few times, few values, either case: windows have to meet. */
const matchArbitrary: fc.Arbitrary<ReferenceMatch> = fc.record({
  rule: fc.constantFrom(...BASE),
  time: fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 0, max: 40 }) }, { weight: 1, arbitrary: fc.constant(STANDING) }),
  fields: fc.record({
    a: fc.constantFrom('x', 'X', 'y', undefined),
    b: fc.constantFrom('p', 'q', 'Q'),
    n: fc.constantFrom('1', '2', '0.1', '0.2', '-2.5', '7', 'none', undefined),
  }),
});

const operator = fc.constantFrom('gt', 'gte', 'gte', 'lt', 'lte', 'eq', 'neq');
const bounds = fc.array(fc.record({ operator, value: fc.constantFrom(1, 2, 3, 4, 0.3, 2.1) }), { minLength: 1, maxLength: 2 });

function presenceOf(rules: readonly string[]): fc.Arbitrary<Presence> {
  const { tree } = fc.letrec<{ tree: Presence }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(...rules).map((reference): Presence => ({ kind: 'rule', reference })),
      tie('tree').map((part): Presence => ({ kind: 'not', part })),
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('tree'), { minLength: 1, maxLength: 3 }))
        .map(([kind, parts]): Presence => ({ kind, parts })),
    ),
  }));
  return tree;
}

/** @param lower correlations that it may build on */
function correlationArbitrary(type: CorrelationType, id: string, lower: readonly LinkedCorrelation[]): fc.Arbitrary<LinkedCorrelation> {
  const names = [...BASE, ...lower.map(({ rule }) => rule.id)];
  return fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
      fc.constantFrom<readonly string[]>([], ['a'], ['b'], ['a', 'b'], ['z']),
      fc.integer({ min: 0, max: 9 }),
      fc.boolean(),
      fc.boolean(),
    )
    .chain(([rules, groupBy, timespanMs, isGenerating, takesStanding]) => {
      const isOfNumbers = /sum|avg|percentile/.test(type);
      // A correlation has no values but those that it is grouped by.
      const provided = lower.filter(({ rule }) => rules.includes(rule.id)).map(({ rule }) => rule.groupBy);
      const field = isOfNumbers ? 'n' : 'b';
      const isPossible = !/value/.test(type) || provided.every((each) => each.includes(field));
      const used = isPossible ? rules : rules.filter((rule) => BASE.includes(rule));
      const condition = /temporal/.test(type)
        ? fc.oneof(
            bounds.map((each) => ({ kind: 'bounds' as const, bounds: each, fields: [] })),
            presenceOf(used.length === 0 ? ['r0'] : used).map((presence) => ({ kind: 'presence' as const, presence })),
          )
        : bounds.map((each) => ({
            kind: 'bounds' as const,
            bounds: each,
            fields: /value/.test(type) ? [field] : [],
            ...(type === 'value_percentile' && { percentile: 75 }),
          }));
      return condition.map((each): LinkedCorrelation => {
        const named = used.length === 0 ? ['r0'] : used;
        const rule: CorrelationRule = {
          id,
          title: id,
          level: 'low',
          references: [],
          falsePositives: [],
          tags: [],
          file: 'f',
          lineNumber: 1,
          examples: [],
          type,
          rules: named,
          groupBy,
          timespanMs,
          condition: each,
          // What is called z is a in one rule and b in the others.
          aliases: new Map([['z', new Map(named.map((name) => [name, name === 'r1' ? 'a' : 'b'] as const))]]),
          isGenerating,
          isStep: false,
          takesStanding: takesStanding && /temporal/.test(type),
        };
        const inputs = named.map((name): CorrelationInput => ({
          kind: BASE.includes(name) ? 'rule' : 'correlation',
          id: name,
          reference: name,
        }));
        return { rule, inputs, writesFindings: true };
      });
    });
}

/** What stands comes first. */
function byTime(a: ReferenceMatch, b: ReferenceMatch): number {
  return a.time === b.time ? 0 : a.time - b.time;
}

function correlate(linked: readonly LinkedCorrelation[], matches: readonly ReferenceMatch[]): ReferenceFinding[] {
  const plan = planCorrelations(linked);
  const found: CorrelationMatch[] = [];
  const correlator = new Correlator(plan, (match) => found.push(match));
  for (const [place, { rule, time, fields }] of matches.entries()) {
    correlator.add({ rule, time, host: undefined, place, values: (plan.fields.get(rule) ?? []).map((field) => fields[field]) });
  }
  correlator.end();
  return found.map(({ rule, group, start, end, count }) => ({
    rule: rule.id,
    group: group.map(([, value]) => value.toLowerCase()).join(),
    start,
    end,
    count,
  }));
}

function sorted(findings: readonly ReferenceFinding[]): string[] {
  return findings.map((finding) => JSON.stringify(finding)).toSorted();
}

test.each(CORRELATION_TYPES)('%s comes to what the reference does, on random events', (type) => {
  let findings = 0;
  fc.assert(
    fc.property(correlationArbitrary(type, 'c', []), fc.array(matchArbitrary, { maxLength: 40, size: 'max' }), (linked, matches) => {
      const inOrder = matches.toSorted(byTime);
      const expected = sorted(correlateByForce([linked], inOrder));
      findings += expected.length;
      expect(sorted(correlate([linked], inOrder))).toEqual(expected);
    }),
    { numRuns: 1_000 },
  );
  expect(findings).toBeGreaterThan(500);
});

test('chains of correlations of any type come to what the reference does', () => {
  const type = fc.constantFrom(...CORRELATION_TYPES);
  const chain = fc
    .tuple(type, type, type)
    .chain(([first, second, third]) =>
      correlationArbitrary(first, 'c0', []).chain((c0) =>
        correlationArbitrary(second, 'c1', [c0]).chain((c1) =>
          correlationArbitrary(third, 'c2', [c0, c1]).map((c2): LinkedCorrelation[] => [c0, c1, c2]),
        ),
      ),
    );
  fc.assert(
    fc.property(chain, fc.array(matchArbitrary, { maxLength: 40, size: 'max' }), (linked, matches) => {
      const inOrder = matches.toSorted(byTime);
      expect(sorted(correlate(linked, inOrder))).toEqual(sorted(correlateByForce(linked, inOrder)));
    }),
    { numRuns: 3_000 },
  );
});

test('the order of events of the same time changes nothing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CORRELATION_TYPES).chain((type) => correlationArbitrary(type, 'c', [])),
      fc.array(fc.tuple(matchArbitrary, fc.integer()), { maxLength: 40, size: 'max' }),
      (linked, matches) => {
        const inOrder = matches.toSorted(([a], [b]) => byTime(a, b)).map(([match]) => match);
        const shuffled = matches.toSorted(([a, x], [b, y]) => byTime(a, b) || x - y).map(([match]) => match);
        expect(sorted(correlate([linked], shuffled))).toEqual(sorted(correlate([linked], inOrder)));
      },
    ),
    { numRuns: 1_000 },
  );
});
