import type { StandardStreams } from './standard-streams.ts';

/** What the program is run with. */
export interface Surroundings {
  /** Of the program. */
  readonly version: string;
  readonly streams: StandardStreams;
}
