import { LEVELS, type Level } from '../model/rule.ts';

/** What the exit code says; scripts depend on it. `failed` (EX_SOFTWARE of sysexits.h): a report could not be written, or exhunt is broken. */
export const EXIT = { clean: 0, findings: 1, usage: 2, incomplete: 3, nothing: 4, failed: 70 } as const;

export interface Outcome {
  /** Of all findings, also of those not written. */
  readonly byLevel: Readonly<Record<Level, number>>;
  readonly failOn: Level;
  readonly files: number;
  readonly isComplete: boolean;
  /** For schedulers: whatever the scan finds or misses, it ran. */
  readonly isExitZero: boolean;
}

/** Findings win over evidence that could not be read, and that over there being none. */
export function exitCode({ byLevel, failOn, files, isComplete, isExitZero }: Outcome): number {
  if (isExitZero) return EXIT.clean;
  if (LEVELS.slice(LEVELS.indexOf(failOn)).some((level) => byLevel[level] > 0)) return EXIT.findings;
  if (!isComplete) return EXIT.incomplete;
  return files === 0 ? EXIT.nothing : EXIT.clean;
}
