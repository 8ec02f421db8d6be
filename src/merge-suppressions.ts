import type { FindingCounts } from './finding-counts.ts';
import { suppressionKey, type SuppressionSource } from './model/suppression.ts';

/**
 * What filters and entries did, in all runs and now: as the runs counted, less doubles and findings that count because another run does not suppress
 * them.
 *
 * @param own those of now, which did what was done since the reports were read
 */
export function mergeSuppressions(
  told: readonly SuppressionSource[],
  own: readonly SuppressionSource[],
  { arrived, kept }: { readonly arrived: FindingCounts; readonly kept: FindingCounts },
): SuppressionSource[] {
  const merged = new Map<string, SuppressionSource>();
  for (const each of told) {
    const key = suppressionKey(each);
    const known = merged.get(key);
    const { findings = 0, matches = 0 } = known ?? {};
    merged.set(key, { ...each, findings: findings + each.findings, matches: matches + each.matches });
  }
  for (const [key, each] of merged) {
    const lost = (arrived.bySource.get(key) ?? 0) - (kept.bySource.get(key) ?? 0);
    merged.set(key, { ...each, findings: Math.max(0, each.findings - lost) });
  }
  for (const each of own) {
    const key = suppressionKey(each);
    const known = merged.get(key);
    // What was suppressed now as well as then was added above: it is among those that were kept.
    merged.set(key, known === undefined ? each : { ...known, ...each, findings: known.findings, matches: known.matches });
  }
  return [...merged.values()];
}
