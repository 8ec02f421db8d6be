import { statSync } from 'node:fs';
import path from 'node:path';
import type { JSValue } from 'node-sqlite3-wasm';
import type { EntryReader } from '../archive/read-entry.ts';
import type { Settled } from '../jobs/file-parts.ts';
import type { ResumePoint } from '../jobs/piece.ts';
import type { LogFile, Looked } from '../model/log-file.ts';
import { systemErrorCode } from '../model/system-error.ts';
import { KNOWN_BYTES } from '../resume-marks.ts';
import { isFresh } from '../live.ts';
import { contentOf, digestOf, type Content } from './content.ts';
import type { Row, StateDatabase } from './database.ts';
import { ParserStates } from './parser-states.ts';
import { NOWHERE, placeOf, type Cursor, type Plan } from './place.ts';

/** That a file is still there is noted so often. */
const SEEN_MS = 86_400_000;
/** What is read anew as a whole where it changed: these are no lines at the end of which others are added. */
const WHOLE_LOGS: ReadonlySet<string> = new Set(['evtx', 'web-file']);

/** In front of the key of what had a name before another file took it: it may come back under another one. No path begins so. */
const REPLACED = 'replaced:';
/** Rows of files that are there, as far as anybody knows. */
export const SHOWN = `WHERE key NOT LIKE '${REPLACED}%'`;

/** What tells whether a file has changed since it was read to its end. */
interface Known {
  readonly stamp: string;
  readonly isDone: boolean;
  /** What was made of it, as JSON. */
  readonly looked: string;
  readonly seen: number;
}

/** A file that is dealt with: what is to be written of it. A hundred thousand of them wait for the end of a run. */
interface Ended {
  readonly key: string;
  readonly columns: readonly JSValue[];
  /** The row that told how far it was read. */
  readonly from: string | undefined;
  /** The parser's state, as JSON. */
  readonly state: string | null;
  readonly place: readonly JSValue[];
}

/** What a run does about a file. */
export type Choice = 'read' | 'pass-over' | 'wait';

/**
 * How far each file was read. A file is known again by its first bytes and by the last ones that were read, whatever it is called by now and
 * whether or not it was compressed since: what stands before such a place was read, and is not read again.
 */
export class Cursors {
  readonly #database: StateDatabase;
  readonly #run: number;
  readonly #plans = new Map<LogFile, Plan>();
  readonly #states: ParserStates;
  readonly #ended: Ended[] = [];
  readonly #seen: string[] = [];
  readonly #archives = new Map<string, string>();
  /** By key: what tells whether a file has changed. */
  readonly #known: ReadonlyMap<string, Known>;
  #headLengths: number[] | undefined;

  constructor(database: StateDatabase, run: number) {
    this.#database = database;
    this.#run = run;
    this.#states = new ParserStates(database);
    this.#known = new Map(
      database
        .all(`SELECT key, stamp, is_done, looked, seen FROM file ${SHOWN}`)
        .map(({ key, stamp, is_done: isDone, looked, seen }) => [
          String(key),
          { stamp: String(stamp), isDone: isDone === 1, looked: String(looked), seen: Number(seen) },
        ]),
    );
  }

  /** What was made of a file, where nothing of it has changed. */
  recall(file: Omit<LogFile, keyof Looked>): Looked | undefined {
    const known = this.#known.get(keyOf(file));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by write
    return known !== undefined && known.isDone && known.stamp === this.#stampOf(file) ? (JSON.parse(known.looked) as Looked) : undefined;
  }

  /** @returns whether there is something new in the file; what is still being copied or packed has to wait */
  async plan(logFile: LogFile, entries: EntryReader): Promise<Choice> {
    const key = keyOf(logFile);
    const stamp = this.#stampOf(logFile);
    const known = this.#known.get(key);
    if (known !== undefined && known.isDone && known.stamp === stamp && known.looked === lookedOf(logFile)) {
      if (known.seen < Date.now() - SEEN_MS) this.#seen.push(key);
      return 'pass-over';
    }
    const plan: Plan = { key, stamp, cursor: undefined, head: Buffer.alloc(0), tail: Buffer.alloc(0) };
    const found = WHOLE_LOGS.has(logFile.logType) ? undefined : await this.#find(logFile, key, contentOf(logFile, entries));
    if (found === 'beginning') return 'wait';
    this.#plans.set(logFile, { ...plan, ...found });
    if (found === undefined || logFile.entry !== undefined || logFile.bytes > found.cursor.offset) return 'read';
    // Under another name, or only touched: there is nothing behind the place.
    this.end(logFile, true);
    return 'pass-over';
  }

  resumeOf(logFile: LogFile): ResumePoint | undefined {
    return this.#plans.get(logFile)?.cursor;
  }

  take(logFile: LogFile, { reading, linesBefore }: Settled): void {
    const plan = this.#plans.get(logFile);
    const { mark } = reading;
    if (plan === undefined) return;
    if (!reading.reading.isWhole) plan.isTorn = true;
    plan.isOpen = reading.isOpen === true;
    if (mark !== undefined) plan.mark = { ...mark, head: plan.mark?.head ?? mark.head, lines: linesBefore + mark.lines };
  }

  end(logFile: LogFile, isRead: boolean): void {
    const plan = this.#plans.get(logFile);
    if (plan === undefined) return;
    this.#plans.delete(logFile);
    const isDone = isRead && plan.isTorn !== true && plan.isOpen !== true;
    const { state, place } = placeOf(plan) ?? NOWHERE;
    if (state === null && !isDone) return;
    this.#ended.push({
      key: plan.key,
      columns: [logFile.logType, lookedOf(logFile), plan.stamp, isDone ? 1 : 0],
      from: plan.cursor?.key,
      state: state && this.#states.textOf(state),
      place,
    });
  }

  /** Within a transaction. */
  write(now: number): void {
    this.#setAside();
    const columns = 'key, log_type, looked, stamp, is_done, state, offset, lines, head_length, head, tail_length, tail, run, seen';
    const rows = this.#ended.map(({ key, columns: own, state, place }) => [
      key,
      ...own,
      state === null ? null : this.#states.numberOf(state),
      ...place,
      this.#run,
      now,
    ]);
    this.#database.write(`INSERT OR REPLACE INTO file (${columns}) VALUES (${columns.replaceAll(/\w+/g, '?')})`, rows);
    this.#database.write(
      'UPDATE file SET seen = ? WHERE key = ?',
      this.#seen.map((key) => [now, key]),
    );
  }

  /** What a file that was read was, whose name another has by now: moved out of sight for a while, it would be read as a new one when it comes back. */
  #setAside(): void {
    const moved = new Set(this.#ended.flatMap(({ key, from }) => (from === undefined || from === key ? [] : [from])));
    const replaced = this.#ended.filter(({ key, from }) => key !== from && this.#known.has(key) && !moved.has(key));
    this.#database.write(
      `UPDATE OR REPLACE file SET key = '${REPLACED}' || hex(head) || ':' || offset || ':' || key WHERE key = ? AND head IS NOT NULL`,
      replaced.map(({ key }) => [key]),
    );
    // It has come back.
    this.#database.write(
      'DELETE FROM file WHERE key = ?',
      [...moved].filter((key) => key.startsWith(REPLACED)).map((key) => [key]),
    );
  }

  /**
   * The place in the file up to which it is known: by its own cursor, or by that of a file that began and went on just so.
   *
   * @returns `beginning` for the first part of a file that is known by another name, while somebody writes the rest
   */
  async #find(logFile: LogFile, key: string, content: Content): Promise<Found | 'beginning' | undefined> {
    try {
      const head = await content.read(0, KNOWN_BYTES);
      let isBeginning = false;
      const own = this.#known.has(key) ? this.#database.all('SELECT * FROM file WHERE key = ?', [key]) : [];
      for (const row of own.filter(({ log_type: logType }) => logType === logFile.logType)) {
        const found = await this.#verify(this.#cursorOf(row), logFile, head, content);
        if (found !== undefined) return found;
      }
      for (const length of this.#lengths()) {
        if (length > head.length) continue;
        const rows = this.#database.all('SELECT * FROM file WHERE head_length = ? AND head = ? AND log_type = ? ORDER BY offset DESC', [
          length,
          digestOf(head.subarray(0, length)),
          logFile.logType,
        ]);
        for (const row of rows) {
          const found = await this.#verify(this.#cursorOf(row), logFile, head, content);
          if (found !== undefined) return found;
          // Logs of two servers may begin alike; a copy is made beside the file.
          const isBeside = own.length === 0 && path.dirname(String(row['key'])) === path.dirname(path.resolve(logFile.location));
          isBeginning ||= isBeside && length === KNOWN_BYTES && (await isEndedBefore(logFile, Number(row['offset']), content));
        }
      }
      if (isBeginning && isFresh(logFile.location)) return 'beginning';
    } catch (error) {
      // Who reads it will be refused too, and tell.
      systemErrorCode(error);
    }
    return undefined;
  }

  async #verify(cursor: Cursor | undefined, { entry, bytes }: LogFile, head: Buffer, content: Content): Promise<Found | undefined> {
    if (cursor === undefined || (entry === undefined && bytes < cursor.offset)) return undefined;
    const { offset, headLength, tailLength } = cursor;
    if (headLength > head.length || (headLength > 0 && !digestOf(head.subarray(0, headLength)).equals(cursor.head ?? Buffer.alloc(0))))
      return undefined;
    const tail = await content.read(offset - tailLength, offset);
    if (tail.length < tailLength || !digestOf(tail).equals(cursor.tail ?? Buffer.alloc(0))) return undefined;
    return { cursor, head, tail };
  }

  /** `undefined` where the row knows no place in it. */
  #cursorOf(row: Row): Cursor | undefined {
    const { key, offset, lines, state: number, head_length: headLength, head, tail_length: tailLength, tail } = row;
    const state = number === null ? undefined : this.#states.read(Number(number));
    if (state === undefined) return undefined;
    return {
      key: String(key),
      offset: Number(offset),
      lines: Number(lines),
      state,
      headLength: Number(headLength),
      head: head instanceof Uint8Array ? head : null,
      tailLength: Number(tailLength),
      tail: tail instanceof Uint8Array ? tail : null,
    };
  }

  #lengths(): readonly number[] {
    this.#headLengths ??= this.#database
      .all('SELECT DISTINCT head_length FROM file WHERE head_length > 0 ORDER BY head_length DESC')
      .map((row) => Number(row['head_length']));
    return this.#headLengths;
  }

  /** Two files of one name that differ in it are not the same, or not as they were. */
  #stampOf({ location, entry, bytes, modifiedMs, identity }: Omit<LogFile, keyof Looked>): string {
    if (entry === undefined) return `${bytes}:${modifiedMs}:${identity}`;
    let stamp = this.#archives.get(location);
    if (stamp === undefined) {
      const stats = statSync(location, { throwIfNoEntry: false });
      stamp = `${stats?.size}:${stats?.mtimeMs}:${stats?.ino}`;
      this.#archives.set(location, stamp);
    }
    return stamp;
  }
}

type Found = Pick<Plan, 'head' | 'tail'> & { readonly cursor: Cursor };

/** Where it lies, and in an archive which entry it is. */
function keyOf({ location, path: name, entry }: Omit<LogFile, keyof Looked>): string {
  return `${path.resolve(location)}${entry === undefined ? '' : name.slice(name.indexOf('!/'))}`;
}

function lookedOf({ logType, encoding, isChunked, recordHost, webTarget }: LogFile): string {
  return JSON.stringify({ logType, encoding, isChunked, recordHost, webTarget } satisfies {
    [Name in keyof Looked]: Looked[Name] | undefined;
  });
}

/** Whether a file has no more bytes than that. */
async function isEndedBefore({ entry, bytes }: LogFile, offset: number, content: Content): Promise<boolean> {
  return entry === undefined ? bytes < offset : (await content.read(offset - 1, offset)).length === 0;
}
