import { CORRELATION_TYPES, type CorrelationExample, type CorrelationLine, type CorrelationRule } from '../model/correlation-rule.ts';
import { readCorrelationCondition } from './correlation-condition.ts';
import { find, optionalMap, optionalText, optionalWord, requiredMap, requiredText, textList } from './document-keys.ts';
import { readExampleLine, type DocumentContext } from './rule-document.ts';
import { RuleError } from './rule-error.ts';
import { readHead, readTests } from './rule-head.ts';
import type { MapTree } from './yaml-tree.ts';

/** More rules than these are no correlation but an attack on the reader. */
const RULES_LIMIT = 1_000;
/** Of an ordered correlation every selection of its rules may have to be remembered. */
const ORDERED_RULES_LIMIT = 12;
/** Lines that one line of a test may stand for. */
const REPEAT_LIMIT = 100_000;

/**
 * Reads a Sigma correlation rule (specification 2.1, and conditions over the named rules of the draft of 2.2).
 *
 * @throws {RuleError} the first thing that makes the rule unusable
 */
export function readCorrelation(tree: MapTree, { file, index }: Pick<DocumentContext, 'file' | 'index'>): CorrelationRule {
  const head = readHead(tree, file, index);
  const correlation = requiredMap(tree, 'correlation');
  const type = optionalWord(correlation, 'type', CORRELATION_TYPES);
  if (type === undefined) throw new RuleError({ code: 'RULE_KEY_MISSING', key: 'correlation.type' }, correlation.at);
  const rules = readRules(correlation, type === 'temporal_ordered' ? ORDERED_RULES_LIMIT : RULES_LIMIT);
  return {
    ...head,
    type,
    rules,
    groupBy: textList(correlation, 'group-by'),
    timespanMs: readTimespan(correlation, 'timespan'),
    condition: readCorrelationCondition(correlation, type, rules),
    aliases: readAliases(correlation, rules),
    isGenerating: [correlation, tree].some((each) => readFlag(each, 'generate')),
    isStep: readFlag(optionalMap(tree, 'exhunt') ?? tree, 'step'),
    takesStanding: readStanding(tree, type),
    examples: readTests(tree, 'entries with lines', readExample),
  };
}

function readRules(correlation: MapTree, limit: number): string[] {
  const rules = textList(correlation, 'rules');
  if (rules.length === 0) throw new RuleError({ code: 'RULE_KEY_MISSING', key: 'correlation.rules' }, correlation.at);
  const at = find(correlation, 'rules')?.at ?? correlation.at;
  if (new Set(rules).size < rules.length) throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'rules', wanted: 'each rule once' }, at);
  if (rules.length > limit) throw new RuleError({ code: 'RULE_TOO_COSTLY', what: `rules in a correlation of this type`, limit }, at);
  return rules;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  // As pySigma has them.
  M: 2_629_746_000,
  y: 31_556_952_000,
};

/** A number and a unit, in milliseconds. */
function readTimespan(tree: MapTree, key: string): number {
  const text = requiredText(tree, key);
  const [, number = '', unit = ''] = /^(\d{1,9})([smhdwMy])$/.exec(text.trim()) ?? [];
  const timespanMs = Number(number) * (UNITS_MS[unit] ?? 0);
  if (timespanMs > 0) return timespanMs;
  throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'a number and s, m, h, d, w, M or y' }, find(tree, key)?.at ?? tree.at);
}

function readAliases(correlation: MapTree, rules: readonly string[]): CorrelationRule['aliases'] {
  const aliases = optionalMap(correlation, 'aliases');
  return new Map(
    aliases?.entries.map(({ key: alias, value, at }) => {
      if (value.kind !== 'map')
        throw new RuleError({ code: 'RULE_KEY_VALUE', key: `aliases.${alias}`, wanted: 'rules and their fields' }, at);
      const fields = value.entries.map(({ key: reference, at: referenceAt }) => {
        if (!rules.includes(reference))
          throw new RuleError({ code: 'RULE_KEY_VALUE', key: `aliases.${alias}.${reference}`, wanted: 'a rule of the list' }, referenceAt);
        return [reference, requiredText(value, reference)] as const;
      });
      return [alias, new Map(fields)] as const;
    }),
  );
}

/** Of `generate`: the specification has it beside `correlation`, pySigma in it. */
function readFlag(tree: MapTree, key: string): boolean {
  const value = find(tree, key);
  if (value === undefined) return false;
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
  throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'true or false' }, value.at);
}

/** Where things are counted, what has no time would be counted again and again. */
function readStanding(tree: MapTree, type: CorrelationRule['type']): boolean {
  const exhunt = optionalMap(tree, 'exhunt');
  if (exhunt === undefined || !readFlag(exhunt, 'standing')) return false;
  if (type === 'temporal' || type === 'temporal_ordered') return true;
  throw new RuleError(
    { code: 'RULE_KEY_VALUE', key: 'exhunt.standing', wanted: 'a correlation of type temporal or temporal_ordered' },
    exhunt.at,
  );
}

function readExample(item: MapTree, isMatch: boolean): CorrelationExample {
  const lines = find(item, 'lines');
  if (lines?.kind !== 'list' || lines.items.length === 0)
    throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'exhunt.tests', wanted: 'entries with lines' }, item.at);
  return {
    isMatch,
    lines: lines.items.map((line) => {
      if (line.kind !== 'map') throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'lines', wanted: 'entries with log and line' }, line.at);
      return readLine(line);
    }),
  };
}

function readLine(line: MapTree): CorrelationLine {
  const host = optionalText(line, 'host');
  const repeat = find(line, 'repeat');
  const count = repeat === undefined ? 1 : repeat.kind === 'scalar' ? Number(repeat.value) : Number.NaN;
  if (!Number.isInteger(count) || count < 1 || count > REPEAT_LIMIT)
    throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'repeat', wanted: `a number up to ${REPEAT_LIMIT}` }, repeat?.at ?? line.at);
  return {
    ...readExampleLine(line),
    ...(host !== undefined && { host }),
    count,
    everyMs: optionalText(line, 'every') === undefined ? 0 : readTimespan(line, 'every'),
  };
}
