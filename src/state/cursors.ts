import { statSync } from 'node:fs';
import path from 'node:path';
import type { EntryReader } from '../archive/read-entry.ts';
import type { Settled } from '../jobs/file-parts.ts';
import type { ResumePoint } from '../jobs/piece.ts';
import type { LogFile } from '../model/log-file.ts';
import { systemErrorCode } from '../model/system-error.ts';
import { KNOWN_BYTES, type ResumeMark } from '../resume-marks.ts';
import { contentOf, digestOf, type Content } from './content.ts';
import type { Row, StateDatabase } from './database.ts';

/** A file is known by at least so many of its first bytes under another name; with fewer, by its name. */
const LEAST_HEAD_BYTES = 256;
/** What is read anew as a whole where it changed: these are no lines at the end of which others are added. */
const WHOLE_LOGS: ReadonlySet<string> = new Set(['evtx', 'web-file']);

/** How far a file is read, and by what it is known again. */
interface Cursor extends ResumePoint {
  readonly headLength: number;
  readonly head: Uint8Array | null;
  readonly tailLength: number;
  readonly tail: Uint8Array | null;
}

/** What is done about a file in this run. */
interface Plan {
  readonly key: string;
  readonly stamp: string;
  readonly cursor: Cursor | undefined;
  /** The first bytes of a file that goes on, and the last before the place. */
  readonly head: Buffer;
  readonly tail: Buffer;
  /** Of the last piece that was settled; lines count from the beginning of the file. */
  mark?: ResumeMark;
  /** The operating system, or the end of the run, kept back a part of it. */
  isTorn?: boolean;
}

/**
 * How far each file was read. A file is known again by its first bytes and by the last ones that were read, whatever it is called by now and
 * whether or not it was compressed since: what stands before such a place was read, and is not read again.
 */
export class Cursors {
  readonly #database: StateDatabase;
  readonly #run: number;
  readonly #plans = new Map<LogFile, Plan>();
  readonly #ended: { readonly plan: Plan; readonly logFile: LogFile; readonly isDone: boolean }[] = [];
  readonly #seen: string[] = [];
  readonly #archives = new Map<string, string>();
  #headLengths: number[] | undefined;

  constructor(database: StateDatabase, run: number) {
    this.#database = database;
    this.#run = run;
  }

  /** @returns whether there is something new in the file */
  async plan(logFile: LogFile, entries: EntryReader): Promise<boolean> {
    const key = keyOf(logFile);
    const stamp = this.#stampOf(logFile);
    const known = this.#database.first('SELECT * FROM file WHERE key = ?', [key]);
    if (known !== undefined && known['stamp'] === stamp && known['is_done'] === 1 && known['log_type'] === logFile.logType) {
      this.#seen.push(key);
      return false;
    }
    const plan: Plan = { key, stamp, cursor: undefined, head: Buffer.alloc(0), tail: Buffer.alloc(0) };
    const found = WHOLE_LOGS.has(logFile.logType) ? undefined : await this.#find(logFile, known, contentOf(logFile, entries));
    this.#plans.set(logFile, { ...plan, ...found });
    if (found === undefined || logFile.entry !== undefined || logFile.bytes > found.cursor.offset) return true;
    // Under another name, or only touched: there is nothing behind the place.
    this.end(logFile, true);
    return false;
  }

  resumeOf(logFile: LogFile): ResumePoint | undefined {
    return this.#plans.get(logFile)?.cursor;
  }

  take(logFile: LogFile, { reading, linesBefore }: Settled): void {
    const plan = this.#plans.get(logFile);
    const { mark } = reading;
    if (plan === undefined) return;
    if (!reading.reading.isWhole) plan.isTorn = true;
    if (mark !== undefined) plan.mark = { ...mark, head: plan.mark?.head ?? mark.head, lines: linesBefore + mark.lines };
  }

  end(logFile: LogFile, isRead: boolean): void {
    const plan = this.#plans.get(logFile);
    if (plan === undefined) return;
    this.#ended.push({ plan, logFile, isDone: isRead && plan.isTorn !== true && plan.mark?.isDone !== false });
  }

  /** Within a transaction. */
  write(now: number): void {
    const columns = 'key, log_type, stamp, is_done, offset, lines, state, head_length, head, tail_length, tail, run, seen';
    const rows = this.#ended.flatMap(({ plan, logFile, isDone }) => {
      const row = rowOf(plan);
      return row === undefined && !isDone
        ? []
        : [[plan.key, logFile.logType, plan.stamp, isDone ? 1 : 0, ...(row ?? NO_PLACE), this.#run, now]];
    });
    this.#database.write(`INSERT OR REPLACE INTO file (${columns}) VALUES (${columns.replaceAll(/\w+/g, '?')})`, rows);
    this.#database.write(
      'UPDATE file SET seen = ? WHERE key = ?',
      this.#seen.map((key) => [now, key]),
    );
  }

  /** The place in the file up to which it is known: by its own cursor, or by that of a file that began and went on just so. */
  async #find(
    logFile: LogFile,
    known: Row | undefined,
    content: Content,
  ): Promise<(Pick<Plan, 'cursor' | 'head' | 'tail'> & { cursor: Cursor }) | undefined> {
    try {
      const head = await content.read(0, KNOWN_BYTES);
      const own = known === undefined ? [] : [known];
      for (const row of own[0]?.['log_type'] === logFile.logType ? own : []) {
        const found = await this.#verify(cursorOf(row), logFile, head, content);
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
          const found = await this.#verify(cursorOf(row), logFile, head, content);
          if (found !== undefined) return found;
        }
      }
    } catch (error) {
      // Who reads it will be refused too, and tell.
      systemErrorCode(error);
    }
    return undefined;
  }

  async #verify(cursor: Cursor | undefined, { entry, bytes }: LogFile, head: Buffer, content: Content) {
    if (cursor === undefined || (entry === undefined && bytes < cursor.offset)) return undefined;
    const { offset, headLength, tailLength } = cursor;
    if (headLength > head.length || (headLength > 0 && !digestOf(head.subarray(0, headLength)).equals(cursor.head ?? Buffer.alloc(0))))
      return undefined;
    const tail = await content.read(offset - tailLength, offset);
    if (tail.length < tailLength || !digestOf(tail).equals(cursor.tail ?? Buffer.alloc(0))) return undefined;
    return { cursor, head, tail };
  }

  #lengths(): readonly number[] {
    this.#headLengths ??= this.#database
      .all('SELECT DISTINCT head_length FROM file WHERE head_length > 0 ORDER BY head_length DESC')
      .map((row) => Number(row['head_length']));
    return this.#headLengths;
  }

  /** Two files of one name that differ in it are not the same, or not as they were. */
  #stampOf({ location, entry, bytes, modifiedMs, identity }: LogFile): string {
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

const NO_PLACE = [0, 0, null, 0, null, 0, null] as const;

/** Where it lies, and in an archive which entry it is. */
function keyOf({ location, path: name, entry }: LogFile): string {
  return `${path.resolve(location)}${entry === undefined ? '' : name.slice(name.indexOf('!/'))}`;
}

/** `undefined` where the row knows no place in it. */
function cursorOf(row: Row): Cursor | undefined {
  const { offset, lines, state, head_length: headLength, head, tail_length: tailLength, tail } = row;
  if (typeof state !== 'string') return undefined;
  return {
    offset: Number(offset),
    lines: Number(lines),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by rowOf
    state: JSON.parse(state) as ResumePoint['state'],
    headLength: Number(headLength),
    head: head instanceof Uint8Array ? head : null,
    tailLength: Number(tailLength),
    tail: tail instanceof Uint8Array ? tail : null,
  };
}

/** Offset, lines, state, head and tail, as far as the file is read by now; `undefined` where not one line is. */
function rowOf({ mark, cursor, head: headBefore, tail: tailBefore }: Plan) {
  if (mark === undefined) {
    if (cursor === undefined) return undefined;
    const { offset, lines, state, headLength, head, tailLength, tail } = cursor;
    return [offset, lines, JSON.stringify(state), headLength, head, tailLength, tail];
  }
  const { offset, lines, state } = mark;
  const isContiguous = cursor !== undefined && mark.tail.length === offset - cursor.offset;
  const tail = isContiguous ? Buffer.concat([tailBefore, mark.tail]).subarray(-KNOWN_BYTES) : Buffer.from(mark.tail);
  const first = cursor === undefined ? mark.head : headBefore.subarray(0, offset);
  let headLength = KNOWN_BYTES;
  while (headLength > first.length) headLength /= 2;
  const head = headLength < LEAST_HEAD_BYTES ? null : digestOf(first.subarray(0, headLength));
  return [offset, lines, JSON.stringify(state), head === null ? 0 : headLength, head, tail.length, digestOf(tail)];
}
