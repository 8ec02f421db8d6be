import type { Level } from './rule.ts';

/** How far an attack got, from the least to the most. */
export const VERDICTS = ['clean', 'scanned', 'attempted', 'exploited', 'compromised'] as const;
export type AttackVerdict = (typeof VERDICTS)[number];

/** `not assessed`: nothing was found, and the logs that would show it are not all there. */
export type Verdict = AttackVerdict | 'not assessed';

/** What one vulnerability came to on one host. */
export interface CveVerdict {
  readonly id: string;
  readonly verdict: Verdict;
  /** Whether the logs that show it were there, with their columns, and read to their end. */
  readonly assessed: boolean;
  /** Log types that would show it and were not there. */
  readonly missing: readonly string[];
  /** Ids of the findings that carry the verdict, the first of each rule; capped. */
  readonly findings?: readonly string[];
}

/** The answer for one host. This is also the `verdict` record of the native JSON Lines format. */
export interface HostVerdict {
  readonly host?: { readonly name: string };
  readonly verdict: Verdict;
  /** One plain sentence. */
  readonly reason: string;
  /** Ids of the findings that carry it, the first of each rule; capped. */
  readonly findings: readonly string[];
  /** The worst of the findings, whatever they say of an attack. */
  readonly worst?: { readonly level: Level; readonly rule: string };
  /** ISO 8601, UTC: the time of the first and last record of the logs that decide. */
  readonly from?: string;
  readonly to?: string;
  /** Log types without which nobody can be called clean, and that were not there. */
  readonly missing: readonly string[];
  /** The worst first, then by id. */
  readonly cve: readonly CveVerdict[];
}
