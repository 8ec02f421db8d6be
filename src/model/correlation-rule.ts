import type { RuleExample, RuleHead } from './rule.ts';

/** What is counted of the events in a window. */
export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/** A field that every event has: the server it was found on, which logs call by many names or not at all. */
export const HOST_FIELD = 'exhunt-host';

export const BOUND_OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
export type BoundOperator = (typeof BOUND_OPERATORS)[number];

/** What a number has to be; all bounds of a condition hold together. */
export interface Bound {
  readonly operator: BoundOperator;
  readonly value: number;
}

/** Which of the rules have to occur. A rule stands in it as it is called in the list of rules. */
export type Presence =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Presence[] }
  | { readonly kind: 'not'; readonly part: Presence }
  | { readonly kind: 'rule'; readonly reference: string };

export type CorrelationCondition =
  | { readonly kind: 'bounds'; readonly bounds: readonly Bound[]; readonly fields: readonly string[]; readonly percentile?: number }
  | { readonly kind: 'presence'; readonly presence: Presence };

/** Log lines that together must make a correlation match, or must not. */
export interface CorrelationExample {
  readonly lines: readonly CorrelationLine[];
  readonly isMatch: boolean;
}

export interface CorrelationLine extends Omit<RuleExample, 'isMatch'> {
  /** The server it was written on, where the line does not tell. */
  readonly host?: string;
  /** How often it stands there; each time so many milliseconds after the last. */
  readonly count: number;
  readonly everyMs: number;
}

/** A correlation rule, understood; the rules that it names are still names. */
export interface CorrelationRule extends RuleHead {
  readonly type: CorrelationType;
  /** Ids or names, in their order. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  readonly condition: CorrelationCondition;
  /** What a name in `group-by` and in the condition means in each rule, by what the list of rules calls it. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Whether the rules that it names write findings of their own as well. */
  readonly isGenerating: boolean;
  /** It only feeds other correlations, also those that let the rules they name write findings (`exhunt.step`). */
  readonly isStep: boolean;
  /** What is there, and has no time, counts as there in every window of its group (`exhunt.standing`). */
  readonly takesStanding: boolean;
  readonly examples: readonly CorrelationExample[];
}

/** A rule that a correlation names, found: a detection rule, or another correlation. */
export interface CorrelationInput {
  readonly kind: 'rule' | 'correlation';
  readonly id: string;
  /** What the correlation calls it. */
  readonly reference: string;
}

/** A correlation whose rules are all there. */
export interface LinkedCorrelation {
  readonly rule: CorrelationRule;
  /** In the order of `rule.rules`. */
  readonly inputs: readonly CorrelationInput[];
  /** False where it only feeds other correlations. */
  readonly writesFindings: boolean;
}
