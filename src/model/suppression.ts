/** What keeps a finding from counting: a Sigma filter, or an entry of an ignore file. */
export interface Suppression {
  readonly by: 'filter' | 'ignore';
  /** Of the filter. */
  readonly id?: string;
  readonly name?: string;
  /** What the entry or the filter says; of a filter its description. */
  readonly reason?: string;
  /** The last day (UTC) on which the entry holds. */
  readonly until?: string;
  /** Whose entry it is. */
  readonly author?: string;
  /** Where it stands; the line counts from 1. */
  readonly file: string;
  readonly line: number;
}

/** A filter or an entry, and what it did. This is also the `suppression` record of the native JSON Lines format. */
export interface SuppressionSource extends Suppression {
  readonly status: 'active' | 'expired';
  /** Findings that it suppressed, those below `--min-level` too. */
  readonly findings: number;
  /** Matches of rules without findings of their own that it kept from correlations. */
  readonly matches: number;
}

/** Tells filters and entries apart, in one report and over several. */
export function suppressionKey({ by, file, line, id }: Pick<Suppression, 'by' | 'file' | 'line' | 'id'>): string {
  return JSON.stringify([by, file, line, id]);
}

/** All that was suppressed: does not count anywhere else. */
export interface Suppressed {
  readonly findings: number;
  readonly byLevel: Readonly<Record<string, number>>;
}
