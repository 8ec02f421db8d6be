import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '../model/system-error.ts';
import type { AppendedForm } from '../report/formats.ts';
import { OutputError } from './output-error.ts';

/** Written at once where no more is to be written: whoever reads meanwhile sees whole lines. */
const WRITE_BYTES = 4_194_304;
/** Of a file that does not end with its line, so much is looked through for the end of the line before. */
const TORN_BYTES = 16_777_216;
/** Another run that appends to the same file is waited for. */
const WAIT_MS = 30_000;
const POLL_MS = 100;
/** Nobody appends for so long: what stands there about it is of a run on a machine that is gone. */
const STALE_MS = 3_600_000;
const LF = 0x0a;

/** What lies beside a file while it is appended to: who does it, and how long the file was before; no length: nothing has been written yet. */
interface Journal {
  readonly pid: number;
  readonly host: string;
  readonly inode?: number;
  readonly bytes?: number;
}

/**
 * Puts a report behind what a file holds: all of it, on the disk, or nothing. What a run that was killed left unfinished is cut off first, which is known
 * by the journal beside the file; a last line without its end is cut off too.
 *
 * @returns what is to be told of it
 * @throws {OutputError} the file has another header, or another run does not come to its end
 * @throws the operating system's error
 */
export async function appendFile(report: string, file: string, form: AppendedForm): Promise<string[]> {
  const journal = `${file}.appending`;
  const notes = await claim(journal, file);
  try {
    closeSync(openSync(file, 'a'));
    const descriptor = openSync(file, 'r+');
    try {
      return [...notes, ...append(report, descriptor, { form, file, journal })];
    } finally {
      closeSync(descriptor);
    }
  } finally {
    rmSync(journal, { force: true });
  }
}

/** The first line of a file with its end, as far as it can be of a header; nothing of an empty file. */
export function headerOf(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(65_536);
    const bytes = buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, 0));
    return bytes.subarray(0, bytes.indexOf(LF) === -1 ? bytes.length : bytes.indexOf(LF) + 1).toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

interface Place {
  readonly form: AppendedForm;
  readonly file: string;
  readonly journal: string;
}

function append(report: string, descriptor: number, { form, file, journal }: Place): string[] {
  const notes: string[] = [];
  const { size, ino } = fstatSync(descriptor);
  const { end, completion } = endOf(descriptor, size, form);
  if (end < size) {
    ftruncateSync(descriptor, end);
    notes.push(`its last line had no end: ${size - end} bytes were cut off`);
  }
  const header = form === 'table' ? headerOf(report) : '';
  if (end > 0 && header !== '' && headerOf(file) !== header) throw new OutputError(`${file} has other columns than this run writes`);
  const inode = Number.isSafeInteger(ino) ? { inode: ino } : {};
  replace(journal, { pid: process.pid, host: hostname(), bytes: end, ...inode });
  const from = end > 0 ? Buffer.byteLength(header) : 0;
  try {
    copy(report, from, { descriptor, at: end, completion });
    fsyncSync(descriptor);
  } catch (error) {
    // As if nothing had been begun; where not even that can be done, the next run does it by the journal.
    ftruncateSync(descriptor, end);
    fsyncSync(descriptor);
    throw error;
  }
  return notes;
}

/** Where a file ends that has whole lines alone, and what its last one lacks. */
function endOf(descriptor: number, size: number, form: AppendedForm): { readonly end: number; readonly completion: string } {
  if (size === 0) return { end: 0, completion: '' };
  const buffer = Buffer.alloc(Math.min(size, TORN_BYTES));
  const from = size - buffer.length;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  if (last[0] === LF) return { end: size, completion: '' };
  readSync(descriptor, buffer, 0, buffer.length, from);
  const feed = buffer.lastIndexOf(form === 'table' ? '\r\n' : '\n');
  const start = feed === -1 ? 0 : feed + (form === 'table' ? 2 : 1);
  if (feed === -1 && from > 0) throw new OutputError(`the last ${TORN_BYTES} bytes have no end of a line: these are no records`);
  // Of a line of JSON it can be told whether only its end is missing.
  if (form === 'json' && isJson(buffer.subarray(start).toString('utf8'))) return { end: size, completion: '\n' };
  return { end: from + start, completion: '' };
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** In pieces of whole lines, each written at once. */
function copy(report: string, from: number, target: { readonly descriptor: number; at: number; readonly completion: string }): void {
  const source = openSync(report, 'r');
  try {
    const buffer = Buffer.allocUnsafe(WRITE_BYTES);
    let rest = Buffer.from(target.completion);
    for (let at = from; ;) {
      const bytes = readSync(source, buffer, 0, buffer.length, at);
      at += bytes;
      const all = Buffer.concat([rest, buffer.subarray(0, bytes)]);
      const length = bytes === 0 ? all.length : all.lastIndexOf(LF) + 1;
      target.at = writeWhole(target.descriptor, all.subarray(0, length), target.at);
      if (bytes === 0) return;
      rest = all.subarray(length);
    }
  } finally {
    closeSync(source);
  }
}

/** @returns where it ends */
function writeWhole(descriptor: number, bytes: Uint8Array, at: number): number {
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written, bytes.length - written, at + written);
  return at + bytes.length;
}

/** Waits until nobody else appends to the file, and puts right what nobody will come back to. @returns what is to be told */
async function claim(journal: string, file: string): Promise<string[]> {
  const notes: string[] = [];
  const own = `${journal}.${randomBytes(6).toString('hex')}`;
  const until = performance.now() + WAIT_MS;
  for (;;) {
    writeJournal(own, { pid: process.pid, host: hostname() });
    if (publish(own, journal)) return notes;
    const other = readJournal(journal);
    if (other === 'gone') continue;
    if (isAbandoned(journal, other)) {
      notes.push(...restore(file, other));
      rmSync(journal, { force: true });
    } else if (performance.now() > until) {
      throw new OutputError(`${file} is being appended to by process ${other.pid} on ${other.host}; if there is none, delete ${journal}`);
    } else {
      await sleep(POLL_MS);
    }
  }
}

function isAbandoned(journal: string, { pid, host }: Journal): boolean {
  if (host === hostname()) return pid === process.pid || !isAlive(pid);
  const stats = statSync(journal, { throwIfNoEntry: false });
  return stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) > STALE_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
}

/** Cuts off what was not finished. A file that took the place of the one that was written to is left alone. */
function restore(file: string, { bytes, inode }: Journal): string[] {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (bytes === undefined || stats === undefined || stats.size <= bytes || (inode !== undefined && inode !== stats.ino)) return [];
  const descriptor = openSync(file, 'r+');
  try {
    ftruncateSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return [`a run that came to no end had begun to append to it: ${stats.size - bytes} bytes were cut off`];
}

/** What cannot be understood was written by nobody who appends. */
function readJournal(journal: string): Journal | 'gone' {
  try {
    const value: unknown = JSON.parse(readFileSync(journal, 'utf8'));
    if (!isRecord(value)) return { pid: process.pid, host: hostname() };
    const { pid, host, inode, bytes } = value;
    return {
      pid: typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 ? pid : process.pid,
      host: typeof host === 'string' ? host : hostname(),
      ...(typeof inode === 'number' && { inode }),
      ...(typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 && { bytes }),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return { pid: process.pid, host: hostname() };
    if (systemErrorCode(error) === 'ENOENT') return 'gone';
    throw error;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function writeJournal(file: string, journal: Journal): void {
  writeFileSync(file, `${JSON.stringify(journal)}\n`, { flush: true });
}

function replace(file: string, journal: Journal): void {
  const own = `${file}.${randomBytes(6).toString('hex')}`;
  writeJournal(own, journal);
  renameSync(own, file);
}

/** Whether the file got the name; if not, somebody has it already. Not every file system has links. */
function publish(own: string, name: string): boolean {
  try {
    linkSync(own, name);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' || existsSync(name)) return false;
    renameSync(own, name);
    return true;
  } finally {
    rmSync(own, { force: true });
  }
}
