import type { FilterRule } from '../model/filter-rule.ts';
import type { Expression } from '../model/rule.ts';
import { find, optionalText, requiredMap, requiredText, textList } from './document-keys.ts';
import { readDetection, readLogSource, type DocumentContext } from './rule-document.ts';
import { RuleError } from './rule-error.ts';
import { idOf } from './rule-head.ts';
import type { MapTree } from './yaml-tree.ts';

const NO_SEARCHES: ReadonlySet<string> = new Set(['rules', 'condition']);

/**
 * Reads a Sigma filter (specification 2.1, and `rules: any` of the draft of 2.2). Its condition is added to those of its rules with `and`, as
 * pySigma does: to leave something out it says `not selection`.
 *
 * @throws {RuleError} the first thing that makes the filter unusable
 */
export function readFilter(tree: MapTree, { file, index, budget, warn }: DocumentContext): FilterRule {
  const title = requiredText(tree, 'title');
  const filter = requiredMap(tree, 'filter');
  const description = optionalText(tree, 'description');
  const condition = readDetection('filter', filter, NO_SEARCHES, budget);
  if (!hasNegation(condition)) warn({ code: 'RULE_FILTER_KEEPS' }, find(filter, 'condition')?.at ?? filter.at);
  return {
    id: idOf(tree, file, index),
    title,
    ...(description !== undefined && { description }),
    logSource: readLogSource(requiredMap(tree, 'logsource')),
    rules: readRules(filter),
    condition,
    file,
    lineNumber: tree.at.lineNumber,
  };
}

function readRules(filter: MapTree): FilterRule['rules'] {
  const value = find(filter, 'rules');
  if (value?.kind === 'scalar' && value.text.toLowerCase() === 'any') return 'any';
  const rules = textList(filter, 'rules');
  if (rules.length === 0) throw new RuleError({ code: 'RULE_KEY_MISSING', key: 'filter.rules' }, filter.at);
  return rules;
}

function hasNegation(expression: Expression): boolean {
  if (expression.kind === 'not') return true;
  return (expression.kind === 'and' || expression.kind === 'or') && expression.parts.some(hasNegation);
}
