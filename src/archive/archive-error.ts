import type { ArchiveDamage, Problem } from '../model/diagnostic.ts';
import { systemErrorCode } from '../model/system-error.ts';

/** An archive, or an entry of one, that cannot be read further. */
export class ArchiveError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, cause?: unknown) {
    super(problem.code, { cause });
    this.problem = problem;
  }
}

export function damaged(damage: ArchiveDamage, cause?: unknown): ArchiveError {
  return new ArchiveError({ code: 'FILE_ARCHIVE_DAMAGED', damage }, cause);
}

/**
 * What became of an archive, as a value.
 *
 * @throws the error itself when it is neither the archive's nor the operating system's
 */
export function archiveProblem(error: unknown): Problem {
  return error instanceof ArchiveError ? error.problem : { code: 'FILE_UNREADABLE', reason: systemErrorCode(error) };
}
