import type { JSValue } from 'node-sqlite3-wasm';
import { EntryReader } from '../archive/read-entry.ts';
import type { Tally } from '../assess/finding-tally.ts';
import { mergeCoverages, withoutOddities } from '../assess/merge-coverages.ts';
import { planCorrelations } from '../correlate/plan.ts';
import type { Settled } from '../jobs/file-parts.ts';
import type { ResumePoint } from '../jobs/piece.ts';
import type { Memory, ToRemember } from '../memory.ts';
import type { LinkedCorrelation } from '../model/correlation-rule.ts';
import type { Coverage } from '../model/coverage.ts';
import type { FeedingMatch } from '../model/feeding-match.ts';
import type { Finding } from '../model/finding.ts';
import type { LogFile, Looked } from '../model/log-file.ts';
import type { Outbox } from '../model/outbox.ts';
import type { HostVerdict } from '../model/verdict.ts';
import { Chains } from './chains.ts';
import { digestOf } from './content.ts';
import { Cursors } from './cursors.ts';
import { makeStateFolder, StateDatabase, type Row } from './database.ts';
import { forget } from './forget.ts';
import { StateOutbox } from './outbox.ts';
import { RunLock } from './run-lock.ts';

/** What a run says of itself. */
export interface RunFacts {
  readonly started: string;
  readonly ended: string;
  readonly version: string;
  /** SHA-256 of all rules. */
  readonly rules: string;
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
  readonly findings: number;
  readonly complete: boolean;
}

/** What is to be told to receivers, in the order in which it is. */
export interface ToTell {
  readonly receivers: readonly string[];
  /** Records of the native format. */
  readonly records: Iterable<string>;
}

/** What is remembered of the runs on one folder of logs. It is written once in a run, behind all that the run tells. */
export class ScanState implements Memory {
  unchanged: string[] = [];
  readonly outbox: Outbox;
  /** How many findings were met again. */
  toldBefore = 0;
  /** Of files that somebody is still copying or packing. */
  waiting: string[] = [];
  /** Matches that there was no room for. */
  forgottenMatches = 0;
  readonly #lock: RunLock;
  readonly #database: StateDatabase;
  readonly #correlations: readonly LinkedCorrelation[];
  #cursors: Cursors;
  #chains: Chains;
  #hasTold = false;
  #hasMatches = false;
  #readWhole = new Set<string>();
  #found: ToRemember | undefined;
  #coverages: readonly Coverage[] = [];
  readonly #run: number;

  private constructor(lock: RunLock, database: StateDatabase, correlations: readonly LinkedCorrelation[]) {
    this.#lock = lock;
    this.#database = database;
    this.outbox = new StateOutbox(database);
    this.#correlations = correlations;
    this.#run = Number(database.first('SELECT max(number) AS last FROM run')?.['last'] ?? 0) + 1;
    this.#cursors = new Cursors(database, this.#run);
    this.#chains = new Chains(database);
  }

  /**
   * @param correlations those of this run
   * @throws {StateError} where another run holds it, or it cannot be read
   */
  static async open(folder: string, version: string, correlations: readonly LinkedCorrelation[]): Promise<ScanState> {
    makeStateFolder(folder);
    const lock = RunLock.take(folder);
    try {
      return new ScanState(lock, await StateDatabase.open(folder, version), correlations);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Of a run that ended without a word. */
  get note(): string | undefined {
    return this.#lock.note;
  }

  /** The hash of the rules that the last run had; `undefined` before the first. */
  get rulesBefore(): string | undefined {
    const last = this.#database.first('SELECT value FROM run ORDER BY number DESC LIMIT 1');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by commit
    return last === undefined ? undefined : (JSON.parse(String(last['value'])) as RunFacts).rules;
  }

  recall(file: Omit<LogFile, keyof Looked>): Looked | undefined {
    return this.#cursors.recall(file);
  }

  async choose(logFiles: readonly LogFile[]): Promise<readonly LogFile[]> {
    const chosen: LogFile[] = [];
    const entries = new EntryReader();
    try {
      for (const logFile of logFiles) {
        const choice = await this.#cursors.plan(logFile, entries);
        if (choice === 'read') chosen.push(logFile);
        else this.unchanged.push(logFile.path);
        if (choice === 'wait') this.waiting.push(logFile.path);
      }
    } finally {
      await entries.close();
    }
    return chosen;
  }

  resumeOf(logFile: LogFile): ResumePoint | undefined {
    return this.#cursors.resumeOf(logFile);
  }

  takePiece(logFile: LogFile, settled: Settled): void {
    this.#cursors.take(logFile, settled);
    if (settled.reading.reading.isWhole) this.#readWhole.add(logFile.path);
  }

  endFile(logFile: LogFile, isRead: boolean): void {
    this.#cursors.end(logFile, isRead);
  }

  isTold(finding: Finding): boolean {
    const isTold =
      finding.correlation === undefined
        ? this.#hasTold && this.#database.first('SELECT 1 FROM told WHERE id = ?', [idBytes(finding.id)]) !== undefined
        : this.#chains.isTold(finding);
    if (isTold) this.toldBefore += 1;
    return isTold;
  }

  hasMatch(id: string): boolean {
    return this.#hasMatches && this.#database.first('SELECT 1 FROM match WHERE id = ?', [idBytes(id)]) !== undefined;
  }

  /** Those of rules that other correlations ask for other fields now are left out. */
  *matches(): Generator<FeedingMatch> {
    const asked = this.#fields();
    const same = new Set(
      this.#database
        .all('SELECT rule, fields FROM feed')
        .flatMap(({ rule, fields }) => (asked.get(String(rule)) === fields ? [String(rule)] : [])),
    );
    for (const row of this.#database.each('SELECT rule, value FROM match ORDER BY time'))
      if (same.has(String(row['rule']))) yield matchOf(row);
  }

  tallies(): Tally[] {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by commit
    return this.#database.all('SELECT value FROM tally').map((row) => JSON.parse(String(row['value'])) as Tally);
  }

  keep(found: ToRemember): readonly Coverage[] {
    this.#found = found;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by commit
    const before = this.#database.all('SELECT value FROM coverage').map((row) => JSON.parse(String(row['value'])) as Coverage);
    const open = before.map((each) => ({ ...each, unreadable: each.unreadable.filter((path) => !this.#readWhole.has(path)) }));
    this.#coverages = mergeCoverages([...open, ...found.coverages.map(withoutOddities)]);
    return this.#coverages;
  }

  /**
   * Writes all of it, at once: a run that ends before knows nothing of what it read, and the next one tells it again.
   *
   * @throws {StateError}
   */
  commit(facts: RunFacts, verdicts: readonly HostVerdict[], { receivers, records }: ToTell): void {
    const found = this.#found;
    if (found === undefined) return;
    const database = this.#database;
    const now = Date.now();
    this.#lock.check();
    database.transact(() => {
      this.#cursors.write(now);
      database.write(
        'INSERT OR REPLACE INTO told VALUES (?, ?)',
        rowsOf(found.findings, ({ id }) => [idBytes(id), this.#run]),
      );
      this.#chains.write(this.#run);
      this.#changeFields();
      database.write(
        'INSERT OR IGNORE INTO match VALUES (?, ?, ?, ?)',
        rowsOf(found.matches, (match) => [idBytes(match.id), match.rule, match.time ?? null, JSON.stringify(match)]),
      );
      replace(database, 'tally', found.tallies, ({ host, rule }) => `${host?.toLowerCase() ?? ''}\n${rule.id}`);
      replace(database, 'coverage', this.#coverages, ({ host, log }) => `${host?.name.toLowerCase() ?? ''}\n${log.type}`);
      replace(database, 'verdict', verdicts, ({ host }) => host?.name.toLowerCase() ?? '');
      database.write('INSERT OR REPLACE INTO run VALUES (?, ?)', [[this.#run, JSON.stringify(facts)]]);
      if (receivers.length > 0) database.write('INSERT INTO notice (receiver, record) VALUES (?, ?)', noticesOf(receivers, records));
      const longestMs = Math.max(0, ...this.#correlations.map(({ rule }) => rule.timespanMs));
      this.forgottenMatches = forget(database, { run: this.#run, now, longestMs });
    });
    this.#found = undefined;
  }

  close(): void {
    this.#database.close();
    this.#lock.release();
  }

  begin(): void {
    this.unchanged = [];
    this.waiting = [];
    this.toldBefore = 0;
    this.#cursors = new Cursors(this.#database, this.#run);
    this.#chains = new Chains(this.#database);
    this.#readWhole = new Set();
    this.#hasTold = this.#database.first('SELECT 1 FROM told LIMIT 1') !== undefined;
    this.#hasMatches = this.#database.first('SELECT 1 FROM match LIMIT 1') !== undefined;
  }

  /** A rule of whose matches correlations ask other values now cannot be joined by the old ones; those of rules that this run does not have are kept. */
  #changeFields(): void {
    const database = this.#database;
    const fields = [...this.#fields()];
    database.write(
      'DELETE FROM match WHERE rule = ? AND NOT EXISTS (SELECT 1 FROM feed WHERE feed.rule = match.rule AND feed.fields = ?)',
      fields,
    );
    database.write('INSERT OR REPLACE INTO feed VALUES (?, ?)', fields);
  }

  /** By rule: the fields whose values go with its matches. */
  #fields(): Map<string, string> {
    return new Map([...planCorrelations(this.#correlations).fields].map(([rule, fields]) => [rule, JSON.stringify(fields)]));
  }
}

/** JSON knows no `undefined`. */
function matchOf(row: Row): FeedingMatch {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by commit
  const match = JSON.parse(String(row['value'])) as Omit<FeedingMatch, 'values'> & { readonly values: readonly (string | null)[] };
  return { ...match, values: match.values.map((value) => value ?? undefined) };
}

function* rowsOf<Item>(items: Iterable<Item>, row: (item: Item) => readonly JSValue[]): Generator<readonly JSValue[]> {
  for (const item of items) yield row(item);
}

function* noticesOf(receivers: readonly string[], records: Iterable<string>): Generator<readonly string[]> {
  for (const record of records) for (const receiver of receivers) yield [receiver, record];
}

/** All rows of a table of keys and JSON. */
function replace<Item>(
  database: StateDatabase,
  table: 'tally' | 'coverage' | 'verdict',
  items: readonly Item[],
  key: (item: Item) => string,
): void {
  database.run(`DELETE FROM ${table}`);
  database.write(
    `INSERT OR REPLACE INTO ${table} VALUES (?, ?)`,
    rowsOf(items, (item) => [key(item), JSON.stringify(item)]),
  );
}

function idBytes(id: string): Buffer {
  return /^[0-9a-f]{32}$/.test(id) ? Buffer.from(id, 'hex') : digestOf(Buffer.from(id));
}
