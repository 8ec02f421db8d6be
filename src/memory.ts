import type { Tally } from './assess/finding-tally.ts';
import type { ResumePoint } from './jobs/piece.ts';
import type { Settled } from './jobs/file-parts.ts';
import type { Coverage } from './model/coverage.ts';
import type { FeedingMatch } from './model/feeding-match.ts';
import type { Finding } from './model/finding.ts';
import type { LogFile } from './model/log-file.ts';

/** What a run found that the next one has to know. */
export interface ToRemember {
  readonly findings: Iterable<Finding>;
  /** That feed correlations; those of this run. */
  readonly matches: Iterable<FeedingMatch>;
  /** Of this run and those before. */
  readonly tallies: readonly Tally[];
  /** Of this run. */
  readonly coverages: readonly Coverage[];
}

/** What a run knows of those before it, so that it reads only what is new and tells only what was not told. */
export interface Memory {
  /** Those of the files in which there is something new. */
  readonly choose: (logFiles: readonly LogFile[]) => Promise<readonly LogFile[]>;
  /** Paths of the others. */
  readonly unchanged: readonly string[];
  /** Where a file goes on; `undefined`: it is read from its beginning. */
  readonly resumeOf: (logFile: LogFile) => ResumePoint | undefined;
  /** Told of the pieces of a file in their order, and then of its end. */
  readonly takePiece: (logFile: LogFile, settled: Settled) => void;
  /** @param isRead whether there was an end */
  readonly endFile: (logFile: LogFile, isRead: boolean) => void;
  /** Whether an earlier run told a finding. */
  readonly isTold: (finding: Finding) => boolean;
  /** Whether an earlier run knew a match. */
  readonly hasMatch: (id: string) => boolean;
  /** That feed correlations, and may still be joined by others. */
  readonly matches: () => Iterable<FeedingMatch>;
  /** Of all findings that were told. */
  readonly tallies: () => readonly Tally[];
  /**
   * Takes note of what a run found, to be written when that is told.
   *
   * @returns what was read by this run and those before it
   */
  readonly keep: (found: ToRemember) => readonly Coverage[];
}
