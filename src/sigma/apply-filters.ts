import type { CorrelationRule } from '../model/correlation-rule.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { AppliedFilter, FilterRule } from '../model/filter-rule.ts';
import type { Rule } from '../model/rule.ts';
import type { LogSource } from '../model/schema.ts';
import { RuleNames } from './link-rules.ts';
import { addFilters } from './load-documents.ts';

export interface FilteredRules {
  readonly rules: readonly Rule[];
  readonly filters: readonly AppliedFilter[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Adds filters to the rules that they name, where these are for a log source that the filter is for as well. */
export function applyFilters(
  rules: readonly Rule[],
  correlations: readonly CorrelationRule[],
  filters: readonly FilterRule[],
): FilteredRules {
  if (filters.length === 0) return { rules, filters: [], diagnostics: [] };
  const names = new RuleNames(rules, correlations);
  const diagnostics: Diagnostic[] = [];
  const added = new Map<Rule, FilterRule[]>();
  const applied = filters.map((filter): AppliedFilter => {
    const warn = (name: string, reason: 'unknown' | 'correlation' | 'log source'): void => {
      const { file, lineNumber } = filter;
      diagnostics.push(diagnostic({ code: 'RULE_FILTER_REFERENCE', name, reason }, { path: file, lineNumber }));
    };
    const targets = targetsOf(filter, rules, names, warn);
    for (const rule of targets) added.set(rule, [...(added.get(rule) ?? []), filter]);
    return { filter, appliedTo: [...targets].map(({ id }) => id) };
  });
  return { rules: rules.map((rule) => addFilters(rule, added.get(rule) ?? [])), filters: applied, diagnostics };
}

function targetsOf(
  filter: FilterRule,
  rules: readonly Rule[],
  names: RuleNames,
  warn: (name: string, reason: 'unknown' | 'correlation' | 'log source') => void,
): ReadonlySet<Rule> {
  if (filter.rules === 'any') {
    const all = rules.filter(({ logSource }) => covers(filter.logSource, logSource));
    if (all.length === 0) warn('any', 'log source');
    return new Set(all);
  }
  const targets = filter.rules.flatMap((reference) => {
    const named = names.all(reference);
    const detections = named.flatMap(({ kind, rule }) => (kind === 'rule' ? [rule] : []));
    const meant = detections.filter(({ logSource }) => covers(filter.logSource, logSource));
    if (meant.length === 0) warn(reference, named.length === 0 ? 'unknown' : detections.length === 0 ? 'correlation' : 'log source');
    return meant;
  });
  return new Set(targets);
}

/** Whether all that the filter names of a log source is the same in the rule's: what it leaves out may be anything. */
function covers(filter: LogSource, rule: LogSource): boolean {
  return (['category', 'product', 'service'] as const).every(
    (dimension) => filter[dimension] === undefined || filter[dimension] === rule[dimension],
  );
}
