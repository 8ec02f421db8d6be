import type { Bound, CorrelationRule } from '../model/correlation-rule.ts';
import type { EventValue } from './event-queue.ts';
import type { Measure } from './measure.ts';
import { orderedMeasure } from './ordered.ts';
import { compilePresence } from './presence.ts';
import { SortedNumbers } from './sorted-numbers.ts';

/** Makes the measure of one group. */
export type CreateMeasure = () => Measure;

/** Understands a correlation's condition once; each of its groups has a measure of its own. */
export function compileMeasure(rule: CorrelationRule): CreateMeasure {
  const { condition, type } = rule;
  const { bounds } = condition.kind === 'bounds' ? condition : { bounds: [] };
  const isIn = compileBounds(bounds);
  switch (type) {
    case 'event_count':
      return () => eventCount(isIn);
    case 'value_count':
      return () => valueCount(isIn);
    case 'value_sum':
      return () => total((sum) => isIn(sum));
    case 'value_avg':
      return () => total((sum, count) => isIn(sum / count));
    case 'value_percentile':
      return () => percentile((condition.kind === 'bounds' ? condition.percentile : undefined) ?? 0, isIn);
    case 'temporal':
    case 'temporal_ordered': {
      const test = condition.kind === 'presence' ? compilePresence(condition.presence, rule.rules) : undefined;
      return () => (type === 'temporal' ? temporal(rule.rules.length, isIn, test) : orderedMeasure(rule.rules.length, isIn, test));
    }
  }
}

const HOLDS: Readonly<Record<Bound['operator'], (value: number, bound: number) => boolean>> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
  eq: (value, bound) => value === bound,
  neq: (value, bound) => value !== bound,
};

function compileBounds(bounds: readonly Bound[]): (value: number) => boolean {
  const tests = bounds.map(
    ({ operator, value: bound }) =>
      (value: number) =>
        HOLDS[operator](value, bound),
  );
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : (value) => tests.every((test) => test(value));
}

function eventCount(isIn: (count: number) => boolean): Measure {
  let count = 0;
  return {
    add: () => {
      count += 1;
    },
    remove: () => {
      count -= 1;
    },
    holds: () => isIn(count),
  };
}

function valueCount(isIn: (count: number) => boolean): Measure {
  const counts = new Map<EventValue, number>();
  return {
    add: (_, value) => void counts.set(value, (counts.get(value) ?? 0) + 1),
    remove: (_, value) => {
      const left = (counts.get(value) ?? 0) - 1;
      if (left > 0) counts.set(value, left);
      else counts.delete(value);
    },
    holds: () => isIn(counts.size),
    distinct: () => counts.size,
  };
}

/** Digits behind the point that a sum keeps. */
const MICRO = 1_000_000;

/**
 * Whole parts and millionths are summed apart, as whole numbers, so that what was added can be taken away again without a trace: sums of
 * fractions depend on their order.
 */
function total(isMatch: (sum: number, count: number) => boolean): Measure {
  let [count, whole, millionths] = [0, 0, 0];
  const change = (value: EventValue, sign: 1 | -1): void => {
    const number = Number(value);
    count += sign;
    whole += sign * Math.trunc(number);
    millionths += sign * Math.round((number % 1) * MICRO);
  };
  return {
    add: (_, value) => change(value, 1),
    remove: (_, value) => change(value, -1),
    holds: () => count > 0 && isMatch(whole + millionths / MICRO, count),
  };
}

/** The nearest rank: the smallest value that is not exceeded by so many of a hundred. */
function percentile(percent: number, isIn: (value: number) => boolean): Measure {
  const values = new SortedNumbers();
  return {
    add: (_, value) => values.add(Number(value)),
    remove: (_, value) => values.remove(Number(value)),
    holds: () => {
      const value = values.at(Math.max(0, Math.ceil((percent * values.length) / 100) - 1));
      return value !== undefined && isIn(value);
    },
  };
}

function temporal(inputs: number, isIn: (count: number) => boolean, test: ReturnType<typeof compilePresence> | undefined): Measure {
  const counts = Array.from({ length: inputs }, () => 0);
  let different = 0;
  const occurred = (input: number): boolean => (counts[input] ?? 0) > 0;
  return {
    add: (input) => {
      if (!occurred(input)) different += 1;
      counts[input] = (counts[input] ?? 0) + 1;
    },
    remove: (input) => {
      counts[input] = (counts[input] ?? 0) - 1;
      if (!occurred(input)) different -= 1;
    },
    holds: () => (test === undefined ? isIn(different) : test(occurred, occurred)),
  };
}
