import type { EvidenceFile } from './finding.ts';
import type { Level, Stage } from './rule.ts';
import type { Verdict } from './verdict.ts';

export interface StoryPlace {
  readonly type: string;
  readonly file: EvidenceFile;
  readonly line: number;
}

/** In the place of a time, and as wide as one: of what is there and has none. */
export const NO_TIME = 'is there, since unknown';

/** One thing that was done, or several of the same at one time and place. */
export interface StoryStep {
  /** ISO 8601, UTC, of the first record; left out of what is there and has no time, as files. */
  readonly '@timestamp'?: string;
  /** When such a file was written to last, as the copy has it. */
  readonly file?: { readonly mtime: string };
  readonly stage?: Stage;
  /** What the rule is called. */
  readonly name: string;
  readonly log: StoryPlace;
  /** Where else the same request stands: in the log of another component. */
  readonly also?: readonly StoryPlace[];
  /** Ids of findings. */
  readonly findings: readonly string[];
}

/** What a chain found, told in the order of time. This is also the `story` record of the native JSON Lines format. */
export interface Story {
  /** That of the chain's own finding. */
  readonly id: string;
  readonly chain: { readonly id: string; readonly name: string; readonly level: Level };
  readonly host?: { readonly name: string };
  /** Addresses, as far as the steps name any. */
  readonly actors: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly steps: readonly StoryStep[];
  /** Events beyond those told as steps. */
  readonly more: number;
  /** Rules of the chain of which there is no record: steps that were not seen. */
  readonly missing: readonly string[];
  /** What its stage says of the host. */
  readonly verdict: Verdict;
}
