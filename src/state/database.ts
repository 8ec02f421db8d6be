import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Database, JSValue, QueryResult, SQLiteValue } from 'node-sqlite3-wasm';
import { systemErrorCode } from '../model/system-error.ts';
import { StateError } from './state-error.ts';

/** Of the tables below. A state of another layout is refused, and never quietly begun anew. */
const LAYOUT = 2;
const FILE = 'state.db';

/** Times are milliseconds since 1970, hashes the first 16 bytes of SHA-256, lists and objects JSON. `run` is the number of the run that wrote the row last. */
const TABLES = `
  CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE file (
    key TEXT PRIMARY KEY, log_type TEXT NOT NULL, looked TEXT NOT NULL, stamp TEXT NOT NULL, is_done INTEGER NOT NULL, state INTEGER, offset INTEGER NOT NULL, lines INTEGER NOT NULL,
    head_length INTEGER NOT NULL, head BLOB, tail_length INTEGER NOT NULL, tail BLOB, run INTEGER NOT NULL, seen INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX file_by_head ON file (head_length, head);
  CREATE TABLE parser (number INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE);
  CREATE TABLE told (id BLOB PRIMARY KEY, run INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE chain (id TEXT PRIMARY KEY, rule TEXT NOT NULL, members TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, run INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX chain_by_members ON chain (rule, members);
  CREATE TABLE feed (rule TEXT PRIMARY KEY, fields TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE match (id BLOB PRIMARY KEY, rule TEXT NOT NULL, time INTEGER, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX match_by_time ON match (time);
  CREATE TABLE tally (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE coverage (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE verdict (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE run (number INTEGER PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE notice (number INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT NOT NULL, record TEXT NOT NULL);
  CREATE INDEX notice_by_receiver ON notice (receiver, number);
`;

export type Row = Readonly<Record<string, SQLiteValue>>;

/** The SQLite file of a state. Whoever opens it holds the lock of its folder. */
export class StateDatabase {
  readonly #database: Database;
  readonly #file: string;

  private constructor(database: Database, file: string) {
    this.#database = database;
    this.#file = file;
  }

  /**
   * @param version of exhunt, which is noted in a new state
   * @throws {StateError}
   */
  static async open(folder: string, version: string, isReadOnly = false): Promise<StateDatabase> {
    const file = path.join(folder, FILE);
    const isNew = !existsSync(file);
    if (isNew && isReadOnly) throw new StateError(`there is no state in ${folder}`);
    // A run that was killed left SQLite's own lock; that of the folder is held by us.
    if (!isReadOnly) rmSync(`${file}.lock`, { recursive: true, force: true });
    const { default: sqlite } = await import('node-sqlite3-wasm');
    try {
      const database = new sqlite.Database(file, isReadOnly ? { readOnly: true } : {});
      const state = new StateDatabase(database, file);
      // First of all: only an exclusive connection can read a journal of this kind.
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -8192;');
      if (!isReadOnly) state.#writeAhead();
      const layout = Number(state.first('PRAGMA user_version')?.['user_version'] ?? 0);
      const isEmpty = state.first('SELECT 1 FROM sqlite_master') === undefined;
      if (layout === 0 && isEmpty && !isReadOnly) state.#create(version);
      else if (layout !== LAYOUT) throw state.#otherLayout(layout);
      return state;
    } catch (error) {
      throw asStateError(error, file);
    }
  }

  /** Whether a run that was killed left it open. */
  static isLeftOpen(folder: string): boolean {
    return [`${FILE}.lock`, `${FILE}-wal`].some((name) => existsSync(path.join(folder, name)));
  }

  first(sql: string, values: readonly JSValue[] = []): Row | undefined {
    const row = this.#attempt(() => this.#database.get(sql, [...values]));
    return row === null ? undefined : asRow(row);
  }

  all(sql: string, values: readonly JSValue[] = []): Row[] {
    return this.#attempt(() => this.#database.all(sql, [...values])).map(asRow);
  }

  /** Row by row: there may be any number of them. */
  *each(sql: string, values: readonly JSValue[] = []): Generator<Row> {
    const statement = this.#attempt(() => this.#database.prepare(sql));
    try {
      for (const row of statement.iterate([...values])) yield asRow(row);
    } catch (error) {
      throw asStateError(error, this.#file);
    } finally {
      statement.finalize();
    }
  }

  run(sql: string, values: readonly JSValue[] = []): void {
    this.#attempt(() => this.#database.run(sql, [...values]));
  }

  /** One statement for many rows. */
  write(sql: string, rows: Iterable<readonly JSValue[]>): void {
    this.#attempt(() => {
      const statement = this.#database.prepare(sql);
      try {
        for (const row of rows) statement.run([...row]);
      } finally {
        statement.finalize();
      }
    });
  }

  /** All of it, or nothing; on the disk when this returns. */
  transact(act: () => void): void {
    this.#attempt(() => this.#database.exec('BEGIN IMMEDIATE'));
    try {
      act();
      this.#attempt(() => this.#database.exec('COMMIT'));
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /**
   * Changes are written to a journal beside the file, and to the file when they are on the disk. The other way round, with what was before in the
   * journal, is not to be had: this SQLite takes its own lock for that of somebody who is at work, and never takes back what a run that was
   * killed had begun.
   */
  #writeAhead(): void {
    const mode = this.first('PRAGMA journal_mode = WAL')?.['journal_mode'];
    if (mode !== 'wal') throw new StateError(`${this.#file} cannot be written safely (journal mode ${String(mode)})`);
    this.#attempt(() => this.#database.exec('PRAGMA synchronous = FULL'));
  }

  /** Where not even that can be done, the next who opens it does it by the journal; what went wrong first is what is told. */
  #rollBack(): void {
    try {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    } catch {
      this.#database.close();
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #create(version: string): void {
    this.transact(() => {
      this.#attempt(() => this.#database.exec(`${TABLES} PRAGMA user_version = ${LAYOUT};`));
      this.run('INSERT INTO about VALUES (?, ?), (?, ?)', ['version', version, 'created', new Date().toISOString()]);
    });
  }

  #otherLayout(layout: number): StateError {
    this.close();
    const age = layout > LAYOUT ? 'a newer' : layout === 0 ? 'no' : 'an older';
    return new StateError(
      layout === 0
        ? `${this.#file} is no state of exhunt`
        : `${this.#file} was written by ${age} exhunt (layout ${layout}, this one reads ${LAYOUT}): use that one, or another folder, which begins anew`,
    );
  }

  #attempt<Outcome>(act: () => Outcome): Outcome {
    try {
      return act();
    } catch (error) {
      throw asStateError(error, this.#file);
    }
  }
}

/** @throws {StateError} */
export function makeStateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StateError(`${folder} cannot be made (${systemErrorCode(error)})`, { cause: error });
  }
}

/** Rows come by table only where that is asked for. */
function asRow(row: QueryResult): Row {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return row as Row;
}

function asStateError(error: unknown, file: string): StateError {
  if (error instanceof StateError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StateError(`${file}: ${reason}`, { cause: error });
}
