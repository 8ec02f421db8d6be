import type { Problem } from '../model/diagnostic.ts';
import type { Expression, Rule, RuleExample } from '../model/rule.ts';
import type { LogSource } from '../model/schema.ts';
import { readCondition } from './condition.ts';
import { join, readSearch, type Budget } from './detection.ts';
import { find, optionalText, requiredMap, requiredText } from './document-keys.ts';
import { RuleError, type Position } from './rule-error.ts';
import { readHead, readTests } from './rule-head.ts';
import type { MapTree } from './yaml-tree.ts';

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
  const head = readHead(tree, file, index);
  const detection = requiredMap(tree, 'detection');
  const timeframe = detection.entries.find(({ key }) => key === 'timeframe');
  if (timeframe !== undefined) warn({ code: 'RULE_TIMEFRAME_IGNORED' }, timeframe.at);
  return {
    ...head,
    logSource: readLogSource(requiredMap(tree, 'logsource')),
    condition: readDetection('detection', detection, NO_SEARCHES, budget),
    examples: readExamples(tree),
  };
}

const NO_SEARCHES: ReadonlySet<string> = new Set(['condition', 'timeframe']);

/**
 * Search identifiers and the condition over them.
 *
 * @param section what messages call it
 * @param others keys that are no search identifiers
 * @throws {RuleError}
 */
export function readDetection(section: string, detection: MapTree, others: ReadonlySet<string>, budget: Budget): Expression {
  const searches = new Map(
    detection.entries.filter(({ key }) => !others.has(key)).map(({ key, value }) => [key, readSearch(key, value, budget)] as const),
  );
  const condition = find(detection, 'condition');
  if (condition === undefined) throw new RuleError({ code: 'RULE_KEY_MISSING', key: `${section}.condition` }, detection.at);
  const conditions = condition.kind === 'list' ? condition.items : [condition];
  const expressions = conditions.map((each) => {
    if (each.kind !== 'scalar' || typeof each.value !== 'string')
      throw new RuleError({ code: 'RULE_KEY_VALUE', key: 'condition', wanted: 'text' }, each.at);
    return readCondition(each.value, searches, each.at);
  });
  if (expressions.length === 0) throw new RuleError({ code: 'RULE_KEY_MISSING', key: `${section}.condition` }, condition.at);
  return join('or', expressions);
}

/** @throws {RuleError} one that names nothing */
export function readLogSource(tree: MapTree): LogSource {
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

function readExamples(tree: MapTree): RuleExample[] {
  return readTests(tree, 'entries with log and line', (item, isMatch) => ({ ...readExampleLine(item), isMatch }));
}

/** A log line of a test. */
export function readExampleLine(item: MapTree): Omit<RuleExample, 'isMatch'> {
  const fields = optionalText(item, 'fields');
  return { logType: requiredText(item, 'log'), text: requiredText(item, 'line'), ...(fields !== undefined && { fields }) };
}
