import type { CorrelationInput, CorrelationRule, LinkedCorrelation } from '../model/correlation-rule.ts';
import { diagnostic, type Diagnostic, type Problem } from '../model/diagnostic.ts';
import type { Rule, RuleHead } from '../model/rule.ts';
import { orderCorrelations } from './order-correlations.ts';

export interface LinkedRules {
  /** Those that others refer to stand before them. */
  readonly correlations: readonly LinkedCorrelation[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A rule that can be named, and what it is. */
export type Named = { readonly kind: 'rule'; readonly rule: Rule } | { readonly kind: 'correlation'; readonly rule: CorrelationRule };

/** Every rule by what it can be called: its id and its name. Ids are compared without case. */
export class RuleNames {
  readonly #named = new Map<string, Named[]>();

  constructor(rules: readonly Rule[], correlations: readonly CorrelationRule[]) {
    for (const rule of rules) this.#add({ kind: 'rule', rule });
    for (const rule of correlations) this.#add({ kind: 'correlation', rule });
  }

  #add(named: Named): void {
    const { id, name } = named.rule;
    for (const key of new Set([keyOf(id), ...(name === undefined ? [] : [keyOf(name)])])) {
      const others = this.#named.get(key);
      if (others === undefined) this.#named.set(key, [named]);
      else others.push(named);
    }
  }

  /** All that a name can mean. */
  all(reference: string): readonly Named[] {
    return this.#named.get(keyOf(reference)) ?? [];
  }

  /** What it means in a file: a rule of the same file first, then one that has it for its id. */
  find(reference: string, file: string): Named | Problem {
    const all = this.all(reference);
    const near = all.filter(({ rule }) => rule.file === file);
    const candidates = near.length > 0 ? near : all;
    const [only] = candidates;
    if (only === undefined) return { code: 'RULE_REFERENCE_UNKNOWN', name: reference };
    const byId = candidates.find(({ rule }) => keyOf(rule.id) === keyOf(reference));
    return candidates.length === 1 ? only : (byId ?? { code: 'RULE_REFERENCE_AMBIGUOUS', name: reference });
  }
}

function keyOf(reference: string): string {
  return reference.trim().toLowerCase();
}

/** Finds the rules that correlations name. A correlation that names what is not there is left out, and so is what builds on it. */
export function linkCorrelations(rules: readonly Rule[], correlations: readonly CorrelationRule[]): LinkedRules {
  const names = new RuleNames(rules, correlations);
  const diagnostics: Diagnostic[] = [];
  const report = (problem: Problem, { file, lineNumber }: RuleHead): void => {
    diagnostics.push(diagnostic(problem, { path: file, lineNumber }));
  };
  const found = new Map<CorrelationRule, readonly Named[]>();
  for (const correlation of correlations) {
    const results = correlation.rules.map((reference) => names.find(reference, correlation.file));
    const inputs = results.flatMap((result) => ('code' in result ? [] : [result]));
    const problem = results.flatMap((result) => ('code' in result ? [result] : []))[0] ?? (hasTwice(inputs) ? TWICE : undefined);
    if (problem === undefined) found.set(correlation, inputs);
    else report(problem, correlation);
  }
  const ordered = orderCorrelations(found, report).filter((correlation) => {
    const problem = problemOfFields(correlation, found.get(correlation) ?? []);
    if (problem !== undefined) report(problem, correlation);
    return problem === undefined;
  });
  return { correlations: settle(ordered, found, report), diagnostics };
}

const TWICE: Problem = { code: 'RULE_KEY_VALUE', key: 'rules', wanted: 'each rule once' };

function hasTwice(inputs: readonly Named[]): boolean {
  return new Set(inputs.map(({ rule }) => rule)).size < inputs.length;
}

/** A correlation's match has no values but those that it is grouped by. */
function problemOfFields({ rules, condition, aliases }: CorrelationRule, inputs: readonly Named[]): Problem | undefined {
  if (condition.kind !== 'bounds') return undefined;
  for (const [index, input] of inputs.entries()) {
    if (input.kind !== 'correlation') continue;
    const reference = rules[index] ?? '';
    const wanted = condition.fields.map((field) => aliases.get(field)?.get(reference) ?? field);
    const field = wanted.find((each) => !input.rule.groupBy.some((own) => own.toLowerCase() === each.toLowerCase()));
    if (field !== undefined) return { code: 'RULE_REFERENCE_FIELD', name: reference, field };
  }
  return undefined;
}

function settle(
  ordered: readonly CorrelationRule[],
  found: ReadonlyMap<CorrelationRule, readonly Named[]>,
  report: (problem: Problem, rule: RuleHead) => void,
): LinkedCorrelation[] {
  const kept = new Set<RuleHead>();
  for (const correlation of ordered) {
    const index = (found.get(correlation) ?? []).findIndex(({ kind, rule }) => kind === 'correlation' && !kept.has(rule));
    if (index === -1) kept.add(correlation);
    else report({ code: 'RULE_REFERENCE_UNKNOWN', name: correlation.rules[index] ?? '' }, correlation);
  }
  const rules = ordered.filter((correlation) => kept.has(correlation));
  return rules.map((rule): LinkedCorrelation => {
    const users = rules.filter((each) => found.get(each)?.some((input) => input.rule === rule));
    return {
      rule,
      inputs: (found.get(rule) ?? []).map((input, index): CorrelationInput => ({
        kind: input.kind,
        id: input.rule.id,
        reference: rule.rules[index] ?? '',
      })),
      writesFindings: users.length === 0 || users.some(({ isGenerating }) => isGenerating),
    };
  });
}
