import type { StateDatabase } from './database.ts';

const DAY_MS = 86_400_000;
/** A file that is gone may come back under another name, or compressed, for so long. */
const FILE_DAYS = 90;
/** So long it is known that a finding was told. */
const TOLD_DAYS = 400;
/** Matches wait for others that are later in time for as many of the longest timespan, and for so many days at least. */
const SPANS = 2;
const MATCH_DAYS = 30;
/** More of them are not kept; the oldest go first. */
const MOST_MATCHES = 2_000_000;
/** Of the runs before, so many are told of. */
const RUNS = 1_000;
/** In front of a day, in front of the number of the first run that ended on it. */
const DAY = 'day:';

export interface Forgetting {
  readonly run: number;
  readonly now: number;
  /** Of the correlations of this run. */
  readonly longestMs: number;
  /** Another figure for tests. */
  readonly mostMatches?: number;
}

/**
 * Takes out what no later run has to know. Within a transaction.
 *
 * @returns how many matches there was no room for
 */
export function forget(database: StateDatabase, { run, now, longestMs, mostMatches = MOST_MATCHES }: Forgetting): number {
  database.run('DELETE FROM file WHERE seen < ?', [now - FILE_DAYS * DAY_MS]);
  database.run('DELETE FROM run WHERE number <= ?', [run - RUNS]);
  // A server whose clock was ahead for a moment wrote of a time that is not yet: what is of today is not old for that.
  const last = Math.min(now, numberIn(database, 'SELECT max(time) AS number FROM match'));
  database.run('DELETE FROM match WHERE time < ?', [last - Math.max(SPANS * longestMs, MATCH_DAYS * DAY_MS)]);
  const excess = Math.max(0, numberIn(database, 'SELECT count(*) AS number FROM match') - mostMatches);
  if (excess > 0) database.run('DELETE FROM match WHERE id IN (SELECT id FROM match ORDER BY time IS NULL, time LIMIT ?)', [excess]);
  forgetTold(database, { run, now });
  return excess;
}

/** Once a day is enough. */
function forgetTold(database: StateDatabase, { run, now }: Pick<Forgetting, 'run' | 'now'>): void {
  const today = `${DAY}${dayOf(now)}`;
  if (database.first('SELECT 1 FROM about WHERE name = ?', [today]) !== undefined) return;
  database.run('INSERT INTO about VALUES (?, ?)', [today, String(run)]);
  database.run('DELETE FROM parser WHERE number NOT IN (SELECT state FROM file WHERE state IS NOT NULL)');
  const old = `${DAY}${dayOf(now - TOLD_DAYS * DAY_MS)}`;
  const last = numberIn(database, 'SELECT max(CAST(value AS INTEGER)) AS number FROM about WHERE name LIKE ? AND name <= ?', [
    `${DAY}%`,
    old,
  ]);
  if (last === 0) return;
  database.run('DELETE FROM told WHERE run < ?', [last]);
  database.run('DELETE FROM chain WHERE run < ?', [last]);
  database.run('DELETE FROM about WHERE name LIKE ? AND name < ?', [`${DAY}%`, old]);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function numberIn(database: StateDatabase, sql: string, values: readonly string[] = []): number {
  return Number(database.first(sql, values)?.['number'] ?? 0);
}
