import { worstVerdict } from './assess/verdicts.ts';
import { LISTED_GONE } from './baseline.ts';
import type { FindingCounts } from './finding-counts.ts';
import type { Found } from './found.ts';
import type { Changes, GoneFinding } from './model/baseline.ts';
import type { Summary } from './model/coverage.ts';
import { LEVELS } from './model/rule.ts';
import { VERDICTS } from './model/verdict.ts';

interface Merged {
  readonly arrived: FindingCounts;
  readonly found: Found;
  readonly gone: ReadonlyMap<string, GoneFinding>;
  /** Whether the reports hold all findings of their runs. */
  readonly isWhole: boolean;
}

/** What runs said against their reports of before, as one: where all of them had one, and none is named now. */
export class MergedChanges {
  /** Whether findings keep what they say of it. */
  readonly keepsTags: boolean;
  readonly #told: readonly Changes[];

  constructor(summaries: readonly Summary[], isComparedNow: boolean) {
    const told = summaries.flatMap(({ baseline }) => baseline ?? []);
    this.keepsTags = !isComparedNow && told.length === summaries.length;
    this.#told = this.keepsTags ? told : [];
  }

  /** What the runs counted, less doubles and what is suppressed since. */
  merge({ arrived, found, gone, isWhole }: Merged): Changes | undefined {
    if (this.#told.length === 0) return undefined;
    const kept = found.findings.counts;
    const sum = (count: (changes: Changes) => number): number => this.#told.reduce((all, each) => all + count(each), 0);
    const lost = LEVELS.map((level) => ({
      fresh: arrived.fresh[level] - kept.fresh[level],
      all: arrived.byLevel[level] - kept.byLevel[level],
    }));
    const byLevel = Object.fromEntries(
      LEVELS.map((level, index) => [level, sum((each) => each.byLevel[level] ?? 0) - (lost[index]?.fresh ?? 0)]),
    );
    const verdicts = this.#told.map(({ verdict }) => verdict).toSorted((a, b) => VERDICTS.indexOf(b) - VERDICTS.indexOf(a));
    const listed = sum((each) => Math.min(each.gone, LISTED_GONE));
    return {
      new: sum((each) => each.new) - lost.reduce((all, { fresh }) => all + fresh, 0),
      unchanged: sum((each) => each.unchanged) - lost.reduce((all, each) => all + each.all - each.fresh, 0),
      gone: sum((each) => each.gone) - Math.max(0, listed - gone.size),
      byLevel,
      verdict: isWhole ? worstVerdict(found.fresh.tallies()) : (verdicts[0] ?? 'clean'),
    };
  }
}
