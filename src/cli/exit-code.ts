import type { Changes } from '../model/baseline.ts';
import { LEVELS } from '../model/rule.ts';
import { VERDICTS, type AttackVerdict, type HostVerdict } from '../model/verdict.ts';

/** What may make exit code 1: findings of a level, or a verdict. */
export const FAIL_ON = [...LEVELS, 'attempted', 'exploited', 'compromised'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** What the exit code says; scripts depend on it. `failed` (EX_SOFTWARE of sysexits.h): a report could not be written, or exhunt is broken. */
export const EXIT = { clean: 0, findings: 1, usage: 2, incomplete: 3, nothing: 4, failed: 70 } as const;

export interface Outcome {
  /** Of all findings that are not suppressed, also of those not written. */
  readonly byLevel: Readonly<Record<string, number>>;
  readonly verdicts: readonly Pick<HostVerdict, 'verdict'>[];
  /** Against the report of before: then what is new alone may fail. */
  readonly changes?: Changes | undefined;
  /** How far an attack is by what no earlier run told: then that alone may fail. */
  readonly news?: AttackVerdict | undefined;
  readonly failOn: FailOn;
  readonly files: number;
  readonly isComplete: boolean;
  /** For schedulers: whatever the scan finds or misses, it ran. */
  readonly isExitZero: boolean;
}

/** Findings win over evidence that could not be read, and that over there being none. */
export function exitCode({ byLevel, verdicts, changes, news, failOn, files, isComplete, isExitZero }: Outcome): number {
  if (isExitZero) return EXIT.clean;
  const judged = changes === undefined ? (news === undefined ? verdicts : [{ verdict: news }]) : [changes];
  if (isFailure(failOn, changes?.byLevel ?? byLevel, judged)) return EXIT.findings;
  if (!isComplete) return EXIT.incomplete;
  return files === 0 ? EXIT.nothing : EXIT.clean;
}

function isFailure(failOn: FailOn, byLevel: Outcome['byLevel'], verdicts: Outcome['verdicts']): boolean {
  const level = LEVELS.findIndex((each) => each === failOn);
  if (level !== -1) return LEVELS.slice(level).some((each) => (byLevel[each] ?? 0) > 0);
  const least = VERDICTS.findIndex((each) => each === failOn);
  return verdicts.some(({ verdict }) => VERDICTS.findIndex((each) => each === verdict) >= least);
}
