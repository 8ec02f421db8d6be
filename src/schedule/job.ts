/** What a scheduler is to start, for whichever of them. */
export interface Job {
  /** The program and its words, each path absolute. */
  readonly words: readonly string[];
  readonly everyMinutes: number;
  /** A run that takes longer is ended. */
  readonly limitMinutes: number;
  /** Left out: as each scheduler does it, with the least that is needed. */
  readonly user?: string;
  /** Where it is started. */
  readonly folder: string;
  /** What is looked through, and files beside it that are read. */
  readonly reads: readonly string[];
  /** Folders that are written to, and no others. */
  readonly writes: readonly string[];
  readonly hasNetwork: boolean;
  /** Whether a run may end before all is read, and go on the next time: exit code 3 is no failure then. */
  readonly hasBudget: boolean;
}

/** Something that a scheduler cannot be told. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

/**
 * Control characters and halves of characters stand in no schedule.
 *
 * @throws {ScheduleError}
 */
export function checkText(text: string): string {
  if (/[\p{Cc}\p{Surrogate}\u2028\u2029\uFFFE\uFFFF]/u.test(text))
    throw new ScheduleError(`${JSON.stringify(text)} holds a character that cannot stand in a schedule`);
  return text;
}
