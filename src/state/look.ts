import type { HostVerdict } from '../model/verdict.ts';
import { StateDatabase, type Row } from './database.ts';
import { SHOWN } from './cursors.ts';
import { holderOf, RunLock } from './run-lock.ts';
import type { RunFacts } from './scan-state.ts';
import { StateError } from './state-error.ts';

/** A file as it is remembered. */
export interface SeenFile {
  readonly path: string;
  readonly logType: string;
  /** Bytes up to which it is read; 0 for logs that are read as a whole whenever they change. */
  readonly offset: number;
  readonly lines: number;
  /** Whether there is nothing to be read behind it, unless it changes. */
  readonly isDone: boolean;
  /** ISO 8601, of the last run that saw it. */
  readonly seen: string;
}

/** What a state holds. */
export interface StateLook {
  /** The exhunt that began it, and when. */
  readonly version: string;
  readonly created: string;
  /** The last first. */
  readonly runs: readonly (RunFacts & { readonly number: number })[];
  readonly verdicts: readonly HostVerdict[];
  readonly counts: { readonly files: number; readonly told: number; readonly matches: number };
  /** Receivers, and how many records wait for each. */
  readonly waiting: readonly { readonly receiver: string; readonly records: number }[];
  /** Who is at work on it, or was and ended without a word. */
  readonly holder?: { readonly text: string; readonly isAlive: boolean };
  readonly files: Iterable<SeenFile>;
}

/**
 * Looks into a state; nothing of what it holds is changed.
 *
 * @param show told what it holds, while it is open
 * @throws {StateError}
 */
export async function lookInto<Outcome>(folder: string, show: (look: StateLook) => Promise<Outcome>): Promise<Outcome> {
  const holder = holderOf(folder);
  if (holder?.isAlive === true) throw new StateError(`${folder} is in use by ${holder.text}`);
  // What a run that was killed has not finished is taken back first, which the next run would do too.
  const lock = StateDatabase.isLeftOpen(folder) ? RunLock.take(folder) : undefined;
  const database = await StateDatabase.open(folder, '', lock === undefined);
  try {
    const about = new Map(database.all('SELECT name, value FROM about').map(({ name, value }) => [name, String(value)]));
    const count = (table: string): number => Number(database.first(`SELECT count(*) AS count FROM ${table}`)?.['count'] ?? 0);
    return await show({
      version: about.get('version') ?? '?',
      created: about.get('created') ?? '?',
      runs: database.all('SELECT * FROM run ORDER BY number DESC').map(runOf),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by a run
      verdicts: database.all('SELECT value FROM verdict ORDER BY key').map((row) => parse(row) as HostVerdict),
      counts: { files: count(`file ${SHOWN}`), told: count('told'), matches: count('match') },
      waiting: database
        .all('SELECT receiver, count(*) AS count FROM notice GROUP BY receiver ORDER BY receiver')
        .map((row) => ({ receiver: String(row['receiver']), records: Number(row['count']) })),
      ...(holder !== undefined && { holder }),
      files: filesOf(database),
    });
  } finally {
    database.close();
    lock?.release();
  }
}

function* filesOf(database: StateDatabase): Generator<SeenFile> {
  for (const { key, log_type: logType, offset, lines, is_done: isDone, seen } of database.each(`SELECT * FROM file ${SHOWN} ORDER BY key`))
    yield {
      path: String(key),
      logType: String(logType),
      offset: Number(offset),
      lines: Number(lines),
      isDone: isDone === 1,
      seen: new Date(Number(seen)).toISOString(),
    };
}

function runOf(row: Row): StateLook['runs'][number] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by a run
  return { number: Number(row['number']), ...(parse(row) as RunFacts) };
}

function parse(row: Row): unknown {
  return JSON.parse(String(row['value']));
}
