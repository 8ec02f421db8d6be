import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { systemErrorCode } from '../model/system-error.ts';
import { StateError } from './state-error.ts';

const FILE = 'lock';
/** So often a run says that it is alive. */
const BEAT_MS = 10_000;
/** Who was not heard of for so long is dead, where nobody can look: the run was on another machine, or its number is another program's by now. */
const SILENCE_MS = 600_000;
/** Several may try at once to take over from one that is dead. */
const TRIES = 5;

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  readonly token: string;
}

/** One run at a time on a state. */
export class RunLock {
  readonly #file: string;
  readonly #token: string;
  readonly #timer: NodeJS.Timeout;
  /** Of a run that is dead, from which this one took over. */
  readonly note: string | undefined;

  private constructor(file: string, token: string, note: string | undefined) {
    this.#file = file;
    this.#token = token;
    this.note = note;
    this.#timer = setInterval(() => this.#beat(), BEAT_MS).unref();
  }

  /** @throws {StateError} where another run holds it */
  static take(folder: string): RunLock {
    const file = path.join(folder, FILE);
    const token = randomBytes(16).toString('hex');
    const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString(), token };
    let note: string | undefined;
    for (let left = TRIES; left > 0; left -= 1) {
      if (create(file, JSON.stringify(holder))) return new RunLock(file, token, note);
      const found = look(file);
      if (found === undefined) continue;
      const who = `a run of ${found.holder?.since ?? 'unknown time'} (process ${found.holder?.pid ?? '?'} on ${found.holder?.host ?? '?'})`;
      if (isAlive(found)) throw new StateError(`${folder} is in use by ${who}; nothing was read`);
      if (!setAside(file, found.text)) continue;
      note = `took over from ${who}, which ended without a word`;
    }
    throw new StateError(`${file} cannot be taken; nothing was read`);
  }

  /** @throws {StateError} where another run believed this one dead, and took over */
  check(): void {
    if (look(this.#file)?.holder?.token !== this.#token)
      throw new StateError(`${this.#file} was taken over by another run: what this one has read is read again by the next`);
  }

  release(): void {
    clearInterval(this.#timer);
    if (look(this.#file)?.holder?.token === this.#token) rmSync(this.#file, { force: true });
  }

  #beat(): void {
    try {
      const now = new Date();
      utimesSync(this.#file, now, now);
    } catch (error) {
      // Taken away: the check before the end tells.
      systemErrorCode(error);
    }
  }
}

/** Who holds a state, for those who only want to know; `undefined` where nobody does. */
export function holderOf(folder: string): { readonly text: string; readonly isAlive: boolean } | undefined {
  const found = look(path.join(folder, FILE));
  if (found === undefined) return undefined;
  const { pid, host, since } = found.holder ?? {};
  return { text: `process ${pid ?? '?'} on ${host ?? '?'} since ${since ?? '?'}`, isAlive: isAlive(found) };
}

interface Found {
  readonly text: string;
  /** `undefined` where it is half written, or not ours. */
  readonly holder: Holder | undefined;
  readonly heardMs: number;
}

function create(file: string, text: string): boolean {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    try {
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return false;
    throw new StateError(`${file} cannot be written (${code})`, { cause: error });
  }
}

function look(file: string): Found | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return { text, holder: parse(text), heardMs: statSync(file).mtimeMs };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return undefined;
    throw new StateError(`${file} cannot be read (${code})`, { cause: error });
  }
}

function parse(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value && 'host' in value && 'since' in value && 'token' in value))
      return undefined;
    const { pid, host, since, token } = value;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof since !== 'string' || typeof token !== 'string') return undefined;
    return { pid, host, since, token };
  } catch {
    return undefined;
  }
}

function isAlive({ holder, heardMs }: Found): boolean {
  const isSilent = Date.now() - heardMs > SILENCE_MS;
  // Half written: by someone who is at it, or was killed at it.
  if (holder === undefined) return Date.now() - heardMs < BEAT_MS;
  if (holder.host !== hostname()) return !isSilent;
  return isRunning(holder.pid) && !isSilent;
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return systemErrorCode(error) === 'EPERM';
  }
}

/** @returns whether it was this one that was set aside, and not that of a run which took over in the meantime */
function setAside(file: string, text: string): boolean {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    systemErrorCode(error);
    return false;
  }
  const isSame = readFileSync(aside, 'utf8') === text;
  // Somebody else's, caught in the moment of taking over: put back, unless there is a new one by now.
  if (!isSame) create(file, readFileSync(aside, 'utf8'));
  rmSync(aside, { force: true });
  return isSame;
}
