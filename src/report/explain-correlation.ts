import type { Bound, LinkedCorrelation, Presence } from '../model/correlation-rule.ts';
import { explainHead, explainOrigin, explainTests, fact } from './explain-rule.ts';

/** A correlation in words: what it counts, of which rules, and when it matches. Not escaped. */
export function explainCorrelation({ rule, inputs, writesFindings }: LinkedCorrelation): string[] {
  const { type, groupBy, timespanMs, condition, aliases, isGenerating } = rule;
  const of = (name: string): string => {
    const fields = [...(aliases.get(name) ?? [])].map(([reference, field]) => `${field} of ${reference}`);
    return fields.length === 0 ? name : `${name} (${fields.join(', ')})`;
  };
  return [
    ...explainHead(rule),
    ...explainOrigin(rule),
    ...explainTests(rule.examples),
    ...fact('findings', writesFindings ? 'written' : 'not written: it only feeds other correlations'),
    ...fact('findings of its rules', isGenerating ? 'written as well' : 'not written, unless another correlation asks for them'),
    `looks at the events of ${type === 'temporal_ordered' ? 'these rules, in this order' : 'these rules'}`,
    ...inputs.map(
      ({ kind, id, reference }) => `  ${reference}${id === reference ? '' : ` (${id})`}${kind === 'correlation' ? ', a correlation' : ''}`,
    ),
    ...(groupBy.length === 0 ? [] : ['that share', ...groupBy.map((name) => `  ${of(name)}`)]),
    `and matches when in ${describeSpan(timespanMs)}, both ends included`,
    `  ${
      condition.kind === 'presence'
        ? explainPresence(condition.presence)
        : `${measured(type, condition.fields.map(of).join(', '), condition.percentile)} ${condition.bounds.map(explainBound).join(' and ')}`
    }`,
  ];
}

function measured(type: LinkedCorrelation['rule']['type'], field: string, percentile = 0): string {
  switch (type) {
    case 'event_count':
      return 'the number of events is';
    case 'value_count':
      return `the number of different values of ${field} is`;
    case 'temporal':
      return 'the number of rules that occur is';
    case 'temporal_ordered':
      return 'the number of rules that occur in order is';
    case 'value_sum':
      return `the sum of ${field} is`;
    case 'value_avg':
      return `the mean of ${field} is`;
    case 'value_percentile':
      return `the percentile ${percentile} of ${field} is`;
  }
}

function explainBound({ operator, value }: Bound): string {
  return `${{ gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '=', neq: 'not' }[operator]} ${value}`;
}

function explainPresence(presence: Presence): string {
  switch (presence.kind) {
    case 'rule':
      return presence.reference;
    case 'not':
      return `not ${explainPresence(presence.part)}`;
    case 'and':
    case 'or':
      return `(${presence.parts.map(explainPresence).join(` ${presence.kind} `)})`;
  }
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

function describeSpan(milliseconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => milliseconds % each === 0) ?? ['s', 1_000];
  return `${milliseconds / length}${unit}`;
}
