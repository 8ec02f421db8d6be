import type { Finding } from './model/finding.ts';
import { LEVELS, type Level } from './model/rule.ts';
import { suppressionKey } from './model/suppression.ts';

export type ByLevel = Record<Level, number>;

/** Findings by what they count as; a suppressed one counts as nothing else. */
export class FindingCounts {
  readonly byLevel: ByLevel = noFindings();
  readonly suppressed: ByLevel = noFindings();
  /** Of `byLevel`, those that the report of before lacks. */
  readonly fresh: ByLevel = noFindings();
  /** Suppressed ones by what suppresses them. */
  readonly bySource = new Map<string, number>();

  add({ rule: { level }, suppression, baseline }: Finding): void {
    if (suppression === undefined) {
      this.byLevel[level] += 1;
      if (baseline === 'new') this.fresh[level] += 1;
      return;
    }
    this.suppressed[level] += 1;
    this.#addSource(suppressionKey(suppression), 1);
  }

  join({ byLevel, suppressed, fresh, bySource }: FindingCounts): void {
    for (const level of LEVELS) {
      this.byLevel[level] += byLevel[level];
      this.suppressed[level] += suppressed[level];
      this.fresh[level] += fresh[level];
    }
    for (const [key, count] of bySource) this.#addSource(key, count);
  }

  get total(): number {
    return total(this.byLevel) + total(this.suppressed);
  }

  #addSource(key: string, count: number): void {
    this.bySource.set(key, (this.bySource.get(key) ?? 0) + count);
  }
}

export function total(byLevel: Readonly<Record<string, number>>): number {
  return LEVELS.reduce((sum, level) => sum + (byLevel[level] ?? 0), 0);
}

function noFindings(): ByLevel {
  return { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
}
