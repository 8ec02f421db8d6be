import { BOUND_OPERATORS, type Bound, type CorrelationCondition, type CorrelationType, type Presence } from '../model/correlation-rule.ts';
import { readLogic } from './condition.ts';
import { find, textList } from './document-keys.ts';
import { RuleError, type Position } from './rule-error.ts';
import type { MapTree, Tree } from './yaml-tree.ts';

/** Those that look at the values of a field; all but the first of one field, as numbers. */
const OF_VALUES: ReadonlySet<CorrelationType> = new Set(['value_count', 'value_sum', 'value_avg', 'value_percentile']);

/**
 * What has to hold of a window. Of the temporal types it may be left out (then every rule has to occur), or be text over the rules.
 *
 * @throws {RuleError}
 */
export function readCorrelationCondition(correlation: MapTree, type: CorrelationType, rules: readonly string[]): CorrelationCondition {
  const condition = find(correlation, 'condition');
  if (type === 'temporal' || type === 'temporal_ordered') {
    if (condition === undefined) return { kind: 'bounds', bounds: [{ operator: 'gte', value: rules.length }], fields: [] };
    if (condition.kind === 'scalar' && typeof condition.value === 'string') return readPresence(condition.value, rules, condition.at);
  }
  if (condition === undefined) throw new RuleError({ code: 'RULE_KEY_MISSING', key: 'correlation.condition' }, correlation.at);
  if (condition.kind !== 'map')
    throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'condition', wanted: 'a map of gt, gte, lt, lte, eq, neq' }, condition.at);
  const fields = readFields(correlation, condition, type);
  const percentile = type === 'value_percentile' ? readPercentile(condition) : undefined;
  const others = new Set(['field', ...(percentile === undefined ? [] : ['percentile'])]);
  const bounds = condition.entries.filter(({ key }) => !others.has(key)).map(({ key, at, value }) => readBound(key, at, value));
  if (bounds.length === 0)
    throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'condition', wanted: 'gt, gte, lt, lte, eq or neq' }, condition.at);
  return { kind: 'bounds', bounds, fields, ...(percentile !== undefined && { percentile }) };
}

function readBound(key: string, at: Position, value: Tree): Bound {
  const operator = BOUND_OPERATORS.find((each) => each === key.toLowerCase());
  if (operator === undefined)
    throw new RuleError({ code: 'RULE_KEY_VALUE', key: `condition.${key}`, wanted: 'gt, gte, lt, lte, eq or neq' }, at);
  if (value.kind !== 'scalar' || typeof value.value !== 'number' || !Number.isFinite(value.value))
    throw new RuleError({ code: 'RULE_KEY_VALUE', key: `condition.${key}`, wanted: 'a number' }, value.at);
  return { operator, value: value.value };
}

function readFields(correlation: MapTree, condition: MapTree, type: CorrelationType): string[] {
  // In the condition; older rules have it beside it.
  const holder = find(condition, 'field') === undefined ? correlation : condition;
  const fields = textList(holder, 'field');
  const at = find(holder, 'field')?.at ?? condition.at;
  if (!OF_VALUES.has(type)) {
    if (fields.length > 0)
      throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'condition.field', wanted: `nothing: ${type} looks at no values` }, at);
    return [];
  }
  if (fields.length === 0) throw new RuleError({ code: 'RULE_KEY_MISSING', key: 'condition.field' }, condition.at);
  if (fields.length > 1 && type !== 'value_count')
    throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'condition.field', wanted: 'one field' }, at);
  return fields;
}

/** The specification does not say which percentile is meant; pySigma does so here. */
function readPercentile(condition: MapTree): number {
  const percentile = find(condition, 'percentile');
  if (percentile === undefined) throw new RuleError({ code: 'RULE_KEY_MISSING', key: 'condition.percentile' }, condition.at);
  const value = percentile.kind === 'scalar' && typeof percentile.value === 'number' ? percentile.value : Number.NaN;
  if (value >= 0 && value <= 100) return value;
  throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'condition.percentile', wanted: 'a number from 0 to 100' }, percentile.at);
}

/** As pySigma wants it, every rule of the list has to be named: one that is not would be there for nothing. */
function readPresence(text: string, rules: readonly string[], at: Position): CorrelationCondition {
  const named = new Map(rules.map((reference): [string, Presence] => [reference, { kind: 'rule', reference }]));
  const presence = readLogic<Presence>(text, named, { join, negate: (part) => ({ kind: 'not', part }) }, at);
  const mentioned = new Set(mentions(presence));
  const missing = rules.find((rule) => !mentioned.has(rule));
  if (missing !== undefined)
    throw new RuleError({ code: 'RULE_CONDITION', wanted: `every rule of the list, also ${missing}`, found: text }, at);
  return { kind: 'presence', presence };
}

function join(kind: 'and' | 'or', parts: readonly Presence[]): Presence {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, parts };
}

function mentions(presence: Presence): string[] {
  switch (presence.kind) {
    case 'rule':
      return [presence.reference];
    case 'not':
      return mentions(presence.part);
    case 'and':
    case 'or':
      return presence.parts.flatMap(mentions);
  }
}
