import type { Expression } from './rule.ts';
import type { LogSource } from './schema.ts';

/** A Sigma filter, understood: what has to hold as well for the rules that it is for. */
export interface FilterRule {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly logSource: LogSource;
  /** Ids or names; `any`: every rule for its log source. */
  readonly rules: readonly string[] | 'any';
  readonly condition: Expression;
  readonly file: string;
  /** From 1. */
  readonly lineNumber: number;
}

/** A filter and the rules that it was added to. */
export interface AppliedFilter {
  readonly filter: FilterRule;
  /** Ids. */
  readonly appliedTo: readonly string[];
}
