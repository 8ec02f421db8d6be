import type { Coverage, Gap } from '../model/coverage.ts';
import type { Finding } from '../model/finding.ts';

const DAY_MS = 86_400_000;
const SERIOUS: ReadonlySet<string> = new Set(['high', 'critical']);

interface Watched {
  readonly gap: Gap;
  readonly from: number;
  readonly to: number;
  /** Milliseconds to the nearest finding. */
  distance: number;
  near?: Required<Pick<Gap, 'nearFinding' | 'nearRule' | 'nearTime'>>;
}

/**
 * Names in each gap the nearest serious finding of its host that is at most a day before or behind it: who breaks in deletes logs.
 *
 * @param findings gone through only where there are gaps
 */
export function callOutGaps(coverages: readonly Coverage[], findings: Iterable<Finding>): readonly Coverage[] {
  const byHost = new Map<string, Watched[]>();
  const watched = new Map<Gap, Watched>();
  for (const { host, gaps = [] } of coverages) {
    for (const gap of gaps) {
      const each: Watched = { gap, from: Date.parse(gap.from), to: Date.parse(gap.to), distance: DAY_MS + 1 };
      const ofHost = byHost.get(keyOf(host)) ?? [];
      byHost.set(keyOf(host), ofHost);
      ofHost.push(each);
      watched.set(gap, each);
    }
  }
  if (watched.size === 0) return coverages;
  for (const { id, rule, host, '@timestamp': timestamp, suppression } of findings) {
    if (suppression !== undefined || timestamp === undefined || !SERIOUS.has(rule.level)) continue;
    const time = Date.parse(timestamp);
    for (const each of byHost.get(keyOf(host)) ?? []) {
      const distance = Math.max(each.from - time, time - each.to, 0);
      if (distance >= each.distance) continue;
      each.distance = distance;
      each.near = { nearFinding: id, nearRule: rule.name, nearTime: timestamp };
    }
  }
  return coverages.map(({ gaps, ...coverage }) => ({
    ...coverage,
    ...(gaps !== undefined && { gaps: gaps.map((gap) => ({ ...gap, ...watched.get(gap)?.near })) }),
  }));
}

/** Gaps without the findings next to them, to be looked for again. */
export function forgetFindings(coverages: readonly Coverage[]): readonly Coverage[] {
  return coverages.map(({ gaps, ...coverage }) => ({
    ...coverage,
    ...(gaps !== undefined && { gaps: gaps.map(withoutFinding) }),
  }));
}

function withoutFinding(gap: Gap): Gap {
  const { nearFinding: _, nearRule: __, nearTime: ___, ...others } = gap;
  return others;
}

function keyOf(host: Coverage['host']): string {
  return host?.name.toLowerCase() ?? '';
}
