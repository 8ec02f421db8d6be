import { Correlator } from './correlate/correlator.ts';
import { createCorrelationFinding } from './correlate/finding.ts';
import { planCorrelations } from './correlate/plan.ts';
import { findingDigest } from './finding-digest.ts';
import type { MatchStore } from './match-store.ts';
import type { LinkedCorrelation } from './model/correlation-rule.ts';
import type { Diagnostic } from './model/diagnostic.ts';
import type { Finding } from './model/finding.ts';

/**
 * Runs correlations over all matches of a scan, once every piece is settled.
 *
 * @returns what could not be counted
 */
export function correlateMatches(
  correlations: readonly LinkedCorrelation[],
  matches: MatchStore,
  onFinding: (finding: Finding) => void,
): readonly Diagnostic[] {
  if (correlations.length === 0) return [];
  const recordAt = matches.record.bind(matches);
  const correlator = new Correlator(planCorrelations(correlations), (match) =>
    onFinding(createCorrelationFinding(match, recordAt, findingDigest)),
  );
  for (const match of matches) correlator.add(match);
  correlator.end();
  for (const [rule, count] of matches.timeless()) correlator.addTimeless(rule, count);
  return correlator.diagnostics();
}
