import type { Target } from '../notify/target.ts';
import { TargetError } from '../notify/target-error.ts';
import { UsageError } from './usage-error.ts';

export interface NotifyArguments {
  readonly notify: readonly string[];
  readonly notifyCa: string | undefined;
  /** The folder of the state. */
  readonly state?: string | undefined;
}

/**
 * Whom to tell, before anything is read.
 *
 * @throws {UsageError} without secrets
 */
export async function parseNotify({ notify, notifyCa, state }: NotifyArguments): Promise<Target[]> {
  if (notify.length === 0) return [];
  if (state === undefined)
    throw new UsageError('--notify: needs --state DIR, which keeps what was not told yet, and knows what was told already');
  const { parseTargets } = await import('../notify/parse-target.ts');
  try {
    return parseTargets(notify, { environment: process.env, platform: process.platform, ca: notifyCa });
  } catch (error) {
    if (error instanceof TargetError) throw new UsageError(`--notify: ${error.message}`, { cause: error });
    throw error;
  }
}
