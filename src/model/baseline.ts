import type { Finding } from './finding.ts';
import type { AttackVerdict } from './verdict.ts';

/** Whether a finding stood in the report of before. */
export const BASELINE_STATES = ['new', 'unchanged'] as const;
export type BaselineState = (typeof BASELINE_STATES)[number];

/** What is other than in the report of before. Suppressed findings are none of it. */
export interface Changes {
  readonly new: number;
  readonly unchanged: number;
  readonly gone: number;
  /** Of the new ones. */
  readonly byLevel: Readonly<Record<string, number>>;
  /** How far an attack is by the new ones alone. */
  readonly verdict: AttackVerdict;
}

/**
 * A finding of the report of before that is not there any more, in short: that report has it in full. This is also the `gone` record of the native
 * JSON Lines format.
 */
export type GoneFinding = Pick<Finding, 'id' | '@timestamp' | 'rule' | 'message' | 'host' | 'log'>;
