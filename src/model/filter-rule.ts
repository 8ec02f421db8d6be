import type { RuleFilter } from './rule.ts';
import type { LogSource } from './schema.ts';
import type { Suppression } from './suppression.ts';

/** A Sigma filter, understood: what has to hold as well for the rules that it is for. */
export interface FilterRule extends RuleFilter {
  readonly logSource: LogSource;
  /** Ids or names; `any`: every rule for its log source. */
  readonly rules: readonly string[] | 'any';
}

/** A filter and the rules that it was added to. */
export interface AppliedFilter {
  readonly filter: FilterRule;
  /** Ids. */
  readonly appliedTo: readonly string[];
}

/** What a finding says of the filter that suppressed it. */
export function suppressionBy({ id, title, description, file, lineNumber }: RuleFilter): Suppression {
  const reason = description?.trim();
  return { by: 'filter', id, name: title, ...(reason !== undefined && reason !== '' && { reason }), file, line: lineNumber };
}
