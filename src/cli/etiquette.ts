import { constants, getPriority, setPriority } from 'node:os';
import { systemErrorCode } from '../model/system-error.ts';
import { UsageError } from './usage-error.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** A month: no run takes longer, and timers keep no more than 24 days. */
const MOST_DAYS = 24;

/** Options that make a run a guest of the server that it runs on. */
export interface EtiquetteArguments {
  readonly maxCpu: string | undefined;
  readonly lowPriority: boolean;
  readonly timeBudget: string | undefined;
}

/** @throws {UsageError} */
export function parseEtiquette({ maxCpu, timeBudget }: Omit<EtiquetteArguments, 'lowPriority'>) {
  return {
    ...(maxCpu !== undefined && { maxCpu: parsePercent(maxCpu) }),
    ...(timeBudget !== undefined && { timeBudgetMs: parseDuration(timeBudget, '--time-budget') }),
  };
}

function parsePercent(text: string): number {
  const percent = Number(text.replace(/%$/, ''));
  if (!/^\d{1,3}%?$/.test(text) || percent < 1 || percent > 100)
    throw new UsageError(`--max-cpu: ${text} is no number from 1 to 100: percent of a core for each thread`);
  return percent;
}

/** `30s`, `10m`, `1h`, `1d`: milliseconds. @throws {UsageError} */
export function parseDuration(text: string, option: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const duration = Number(number) * (UNIT_MS[unit] ?? 0);
  if (duration === 0 || duration > MOST_DAYS * 86_400_000)
    throw new UsageError(`${option}: ${text} is no time from 1s to ${MOST_DAYS}d; write 90s, 10m, 2h or 1d`);
  return duration;
}

/**
 * Lets everybody else go first; threads that begin later take it over. Windows: the class "below normal" for the process, Linux and others: nice 10.
 *
 * @returns what is to be told
 */
export function lowerPriority(): string | undefined {
  const { PRIORITY_BELOW_NORMAL } = constants.priority;
  try {
    // Who started it may have put it lower still, and going back up is not for everybody.
    if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL);
    return undefined;
  } catch (error) {
    // The operating system's errors of `os` have their code one level below.
    return `the priority could not be lowered (${error instanceof Error && 'info' in error ? error.message : systemErrorCode(error)})`;
  }
}
