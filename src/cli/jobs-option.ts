import { availableParallelism } from 'node:os';
import { UsageError } from './usage-error.ts';

/** More threads by default would take memory from the server that is looked at. */
const DEFAULT_MOST = 8;
const MOST = 64;

/**
 * Reads how many threads are to be used; one for each core, up to eight, when nothing is said.
 *
 * @throws {UsageError}
 */
export function parseJobs(text: string | undefined): number {
  if (text === undefined) return Math.min(availableParallelism(), DEFAULT_MOST);
  const jobs = Number(text);
  if (!/^\d{1,3}$/.test(text) || jobs < 1 || jobs > MOST) throw new UsageError(`--jobs: ${text} is no number from 1 to ${MOST}`);
  return jobs;
}
