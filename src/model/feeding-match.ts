/** A match of a rule that feeds correlations. Goes over from workers: values only. */
export interface FeedingMatch {
  /** Of the finding that the match is, whether that is written or not. */
  readonly id: string;
  /** Id of the rule. */
  readonly rule: string;
  /** Milliseconds since 1970, UTC. */
  readonly time?: number;
  /** It has no time because it tells what is there. */
  readonly stands?: true;
  /** When what is there was written to last, as the copy has it; ISO 8601, UTC. */
  readonly modified?: string;
  /** Of the fields that correlations ask for, in their order. */
  readonly values: readonly (string | undefined)[];
  readonly host?: string;
  /** What Exchange's front end calls the request. */
  readonly request?: string;
  readonly logType: string;
  readonly path: string;
  /** What Windows called the file. */
  readonly originalPath?: string;
  /** From 1; of a piece of a file, counted from its beginning. */
  readonly line: number;
  readonly offset: number;
}
