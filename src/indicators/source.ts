import type { IndicatorAccount, IndicatorList, IndicatorSource } from '../model/indicator.ts';
import type { Rule } from '../model/rule.ts';
import type { Report } from './collector.ts';
import { readIndicators } from './read-list.ts';
import { rulesOfList } from './rules.ts';

export interface LoadedList {
  readonly list: IndicatorList;
  readonly rules: readonly Rule[];
  readonly account: IndicatorAccount;
}

const sources = new WeakMap<Rule, IndicatorSource>();

/** The list that a rule was made of; `undefined` for a rule that was made in another way. */
export function indicatorSourceOf(rule: Rule): IndicatorSource | undefined {
  return sources.get(rule);
}

/** Makes rules of the text of a list. */
export function loadList(source: IndicatorSource, report: Report): LoadedList {
  const { indicators, account } = readIndicators(source.text, report);
  const list = { name: source.name, indicators };
  const rules = rulesOfList(list);
  for (const rule of rules) sources.set(rule, source);
  return { list, rules, account };
}

/** Makes those of the rules of a list again that have one of these ids. */
export function remakeIndicatorRules(source: IndicatorSource, ids: ReadonlySet<string>): Rule[] {
  return loadList(source, () => undefined).rules.filter(({ id }) => ids.has(id));
}
