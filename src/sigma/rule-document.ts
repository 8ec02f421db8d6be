import type { Problem } from '../model/diagnostic.ts';
import { LEVELS, STAGES, type Expression, type Level, type Rule, type RuleExample } from '../model/rule.ts';
import type { LogSource } from '../model/schema.ts';
import { readCondition } from './condition.ts';
import { join, readSearch, type Budget } from './detection.ts';
import { RuleError, type Position } from './rule-error.ts';
import type { MapTree, Tree } from './yaml-tree.ts';

/** Of a rule that names no level; the specification leaves it open. */
const DEFAULT_LEVEL: Level = 'medium';

/** Where a document stands, and who wants to hear what it says amiss without being unusable. */
export interface DocumentContext {
  readonly file: string;
  /** From 0. */
  readonly index: number;
  /** Shared by the documents of a file. */
  readonly budget: Budget;
  readonly warn: (problem: Problem, at: Position) => void;
}

/**
 * Reads a Sigma detection rule (specification 2.1). Keys it does not know are left alone, as the specification asks.
 *
 * @throws {RuleError} the first thing that makes the rule unusable
 */
export function readRule(tree: MapTree, { file, index, budget, warn }: DocumentContext): Rule {
  const title = requiredText(tree, 'title');
  const detection = requiredMap(tree, 'detection');
  const exhunt = optionalMap(tree, 'exhunt');
  const level = optionalWord(tree, 'level', LEVELS);
  const stage = exhunt && optionalWord(exhunt, 'stage', STAGES);
  // The specification has one text; some rules list their authors.
  const author = textList(tree, 'author').join(', ');
  const timeframe = detection.entries.find(({ key }) => key === 'timeframe');
  if (timeframe !== undefined) warn({ code: 'RULE_TIMEFRAME_IGNORED' }, timeframe.at);
  return {
    id: optionalText(tree, 'id') ?? optionalText(tree, 'name') ?? `${file}#${index + 1}`,
    title,
    level: level ?? DEFAULT_LEVEL,
    ...(stage !== undefined && { stage }),
    ...optionalTexts(tree, ['status', 'description', 'license']),
    ...(author !== '' && { author }),
    references: textList(tree, 'references'),
    falsePositives: textList(tree, 'falsepositives'),
    tags: textList(tree, 'tags').map((tag) => tag.toLowerCase()),
    logSource: readLogSource(requiredMap(tree, 'logsource')),
    condition: readDetection(detection, budget),
    examples: exhunt === undefined ? [] : readExamples(exhunt),
    file,
    lineNumber: tree.at.lineNumber,
  };
}

function readDetection(detection: MapTree, budget: Budget): Expression {
  const searches = new Map(
    detection.entries
      .filter(({ key }) => key !== 'condition' && key !== 'timeframe')
      .map(({ key, value }) => [key, readSearch(key, value, budget)] as const),
  );
  const condition = find(detection, 'condition');
  if (condition === undefined) throw new RuleError({ code: 'RULE_KEY_MISSING', key: 'detection.condition' }, detection.at);
  const conditions = condition.kind === 'list' ? condition.items : [condition];
  const expressions = conditions.map((each) => {
    if (each.kind !== 'scalar' || typeof each.value !== 'string')
      throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'condition', wanted: 'text' }, each.at);
    return readCondition(each.value, searches, each.at);
  });
  if (expressions.length === 0) throw new RuleError({ code: 'RULE_KEY_MISSING', key: 'detection.condition' }, condition.at);
  return join('or', expressions);
}

function readLogSource(tree: MapTree): LogSource {
  const dimension = (key: string): string | undefined => optionalText(tree, key)?.toLowerCase();
  const [category, product, service] = ['category', 'product', 'service'].map(dimension);
  if (category === undefined && product === undefined && service === undefined) {
    throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'logsource', wanted: 'a category, product or service' }, tree.at);
  }
  return {
    ...(category !== undefined && { category }),
    ...(product !== undefined && { product }),
    ...(service !== undefined && { service }),
  };
}

function readExamples(exhunt: MapTree): RuleExample[] {
  const tests = optionalMap(exhunt, 'tests');
  if (tests === undefined) return [];
  return [...readExampleList(tests, 'match', true), ...readExampleList(tests, 'no-match', false)];
}

function readExampleList(tests: MapTree, key: string, isMatch: boolean): RuleExample[] {
  const list = find(tests, key);
  if (list === undefined) return [];
  if (list.kind !== 'list') throw new RuleError({ code: 'RULE_KEY_VALUE', key: `exhunt.tests.${key}`, wanted: 'a list' }, list.at);
  return list.items.map((item) => {
    if (item.kind !== 'map')
      throw new RuleError({ code: 'RULE_KEY_VALUE', key: `exhunt.tests.${key}`, wanted: 'entries with log and line' }, item.at);
    const fields = optionalText(item, 'fields');
    return { logType: requiredText(item, 'log'), text: requiredText(item, 'line'), isMatch, ...(fields !== undefined && { fields }) };
  });
}

function find(tree: MapTree, key: string): Tree | undefined {
  return tree.entries.find((entry) => entry.key === key)?.value;
}

function requiredMap(tree: MapTree, key: string): MapTree {
  const value = optionalMap(tree, key);
  if (value === undefined) throw new RuleError({ code: 'RULE_KEY_MISSING', key }, tree.at);
  return value;
}

function optionalMap(tree: MapTree, key: string): MapTree | undefined {
  const value = find(tree, key);
  if (value === undefined || value.kind === 'map') return value;
  throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'a map' }, value.at);
}

function requiredText(tree: MapTree, key: string): string {
  const text = optionalText(tree, key);
  if (text === undefined) throw new RuleError({ code: 'RULE_KEY_MISSING', key }, tree.at);
  return text;
}

/** A key without a value is as good as none. */
function optionalText(tree: MapTree, key: string): string | undefined {
  const value = find(tree, key);
  if (value === undefined || (value.kind === 'scalar' && value.text === '')) return undefined;
  if (value.kind === 'scalar') return value.text;
  throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'text' }, value.at);
}

function optionalTexts<Key extends string>(tree: MapTree, keys: readonly Key[]): Partial<Record<Key, string>> {
  const found: Partial<Record<Key, string>> = {};
  for (const key of keys) {
    const text = optionalText(tree, key);
    if (text !== undefined) found[key] = text;
  }
  return found;
}

function optionalWord<Word extends string>(tree: MapTree, key: string, words: readonly Word[]): Word | undefined {
  const text = optionalText(tree, key)?.toLowerCase();
  if (text === undefined) return undefined;
  const word = words.find((each) => each === text);
  if (word === undefined) throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: words.join(', ') }, find(tree, key)?.at ?? tree.at);
  return word;
}

/** A list of texts; one text alone is a list of one. */
function textList(tree: MapTree, key: string): string[] {
  const value = find(tree, key);
  if (value === undefined) return [];
  const items = value.kind === 'list' ? value.items : [value];
  return items.flatMap((item) => (item.kind === 'scalar' && item.text !== '' ? [item.text] : []));
}
