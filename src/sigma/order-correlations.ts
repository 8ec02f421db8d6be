import type { CorrelationRule } from '../model/correlation-rule.ts';
import type { Problem } from '../model/diagnostic.ts';
import type { Named } from './link-rules.ts';

/** So many correlations may stand one upon the other. */
const CHAIN_LIMIT = 50;

/** Puts correlations behind those that they name. Correlations that name each other in a circle are reported, and so are chains without end. */
export function orderCorrelations(
  found: ReadonlyMap<CorrelationRule, readonly Named[]>,
  report: (problem: Problem, rule: CorrelationRule) => void,
): CorrelationRule[] {
  const inputsOf = (correlation: CorrelationRule): CorrelationRule[] =>
    (found.get(correlation) ?? []).flatMap((input) => (input.kind === 'correlation' && found.has(input.rule) ? [input.rule] : []));
  const users = new Map<CorrelationRule, CorrelationRule[]>([...found.keys()].map((rule) => [rule, []] as const));
  const waiting = new Map<CorrelationRule, number>();
  for (const rule of found.keys()) {
    const inputs = inputsOf(rule);
    waiting.set(rule, inputs.length);
    for (const input of inputs) users.get(input)?.push(rule);
  }
  const ordered = [...found.keys()].filter((rule) => waiting.get(rule) === 0);
  const heights = new Map<CorrelationRule, number>();
  // Grows while it is gone through.
  for (const rule of ordered) {
    heights.set(rule, 1 + Math.max(0, ...inputsOf(rule).map((input) => heights.get(input) ?? 0)));
    for (const user of users.get(rule) ?? []) {
      const left = (waiting.get(user) ?? 0) - 1;
      waiting.set(user, left);
      if (left === 0) ordered.push(user);
    }
  }
  // In a circle, or upon one.
  for (const [rule, left] of waiting) if (left > 0) report({ code: 'RULE_REFERENCE_CYCLE' }, rule);
  return ordered.filter((rule) => {
    const isTooHigh = (heights.get(rule) ?? 0) > CHAIN_LIMIT;
    if (isTooHigh) report({ code: 'RULE_TOO_COSTLY', what: 'correlations one upon the other', limit: CHAIN_LIMIT }, rule);
    return !isTooHigh;
  });
}
