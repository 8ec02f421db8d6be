import { closeSync, readSync } from 'node:fs';
import { archiveProblem } from '../archive/archive-error.ts';
import { EntryReader } from '../archive/read-entry.ts';
import type { Problem } from '../model/diagnostic.ts';
import type { FilePart, LogFile } from '../model/log-file.ts';
import { identityOf, openEvidence } from '../open-evidence.ts';
import { StoppedError } from '../stop.ts';

const BLOCK_BYTES = 524_288;
const LF = 0x0a;
/** What a log may grow by while it is read: some write faster than anyone reads. */
const GROWTH_BYTES = 1_073_741_824;

export interface BlockOptions {
  /** Told what ended the file early: what the operating system refused, or what is wrong with an archive. */
  readonly onRefusal: (problem: Problem) => void;
  /** Where blocks of files are read to; left out: memory of its own. */
  readonly memory?: Buffer | undefined;
  /** Reads entries of archives; left out: one of its own. */
  readonly entries?: EntryReader | undefined;
  /** Left out: the whole file. */
  readonly part?: FilePart | undefined;
  /** Another figure for tests. */
  readonly growthBytes?: number | undefined;
  /** A part ends where it says rather than at the end of a line. */
  readonly isExact?: boolean;
  /** Asked at the end of a part whether the next line belongs to it too. */
  readonly goesOn?: () => boolean;
}

/** The bytes of a log file, in order. A block is valid until the next one is asked for: the memory is used again. */
export async function* readBlocks(logFile: LogFile, { onRefusal, ...options }: BlockOptions): AsyncGenerator<Uint8Array> {
  // The generator is asked by hand, for an error of whoever takes the blocks is not the file's.
  const blocks = blocksOf(logFile, options);
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await blocks.next();
      } catch (error) {
        onRefusal(problemOf(error));
        return;
      }
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await blocks.return?.(undefined);
  }
}

function blocksOf(logFile: LogFile, options: Omit<BlockOptions, 'onRefusal'>): AsyncGenerator<Uint8Array> | Generator<Uint8Array> {
  if (logFile.begun !== undefined) return blocksOfStream(logFile.begun);
  return logFile.entry === undefined ? blocksOfFile(logFile, options) : blocksOfEntry(logFile, options);
}

/** Gathers what comes out of an archive in smaller pieces, from where the part begins. What came before it is damaged is handed out first. */
async function* blocksOfEntry({ location, entry }: LogFile, options: Omit<BlockOptions, 'onRefusal'>): AsyncGenerator<Uint8Array> {
  if (entry === undefined) return;
  const { memory = Buffer.allocUnsafe(BLOCK_BYTES), entries, part = WHOLE } = options;
  const reader = entries ?? new EntryReader();
  let unwanted = part.from;
  let length = 0;
  let failure: unknown;
  const chunks = reader.read(location, entry);
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await chunks.next();
      } catch (error) {
        failure = error;
        break;
      }
      if (next.done === true) break;
      const wanted = next.value.subarray(unwanted);
      unwanted -= next.value.length - wanted.length;
      for (let rest = wanted; rest.length > 0;) {
        const fitting = rest.subarray(0, memory.length - length);
        memory.set(fitting, length);
        length += fitting.length;
        rest = rest.subarray(fitting.length);
        if (length < memory.length) continue;
        yield memory;
        length = 0;
      }
    }
    if (length > 0) yield memory.subarray(0, length);
  } finally {
    await chunks.return(undefined);
    if (entries === undefined) await reader.close();
  }
  if (failure !== undefined) throw failure;
}

async function* blocksOfStream({ head, rest }: NonNullable<LogFile['begun']>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

/**
 * Read without promises (measured: for hundreds of small files a promise per read costs a third of the scan). The lines of a part are those
 * that begin in it: the last is read to its end.
 */
function* blocksOfFile({ location, bytes, identity }: LogFile, options: Omit<BlockOptions, 'onRefusal'>): Generator<Uint8Array> {
  const { part = WHOLE, memory, goesOn, growthBytes = GROWTH_BYTES, isExact = false } = options;
  let { from: at, to } = part;
  const descriptor = openEvidence(location);
  try {
    if (at > 0 && identity !== undefined && identityOf(descriptor) !== identity) throw new ChangedError('another file has taken its name');
    // A small file needs no large buffer; one that grew since it was found is read to its end all the same.
    const buffer = memory ?? Buffer.allocUnsafe(Math.min(BLOCK_BYTES, bytes + 1));
    for (;;) {
      const bytesRead = readSync(descriptor, buffer, 0, buffer.length, at);
      if (bytesRead === 0) break;
      if (isExact && at + bytesRead >= to) {
        yield buffer.subarray(0, to - at);
        return;
      }
      const last = at + bytesRead < to ? -1 : buffer.subarray(0, bytesRead).indexOf(LF, Math.max(0, to - 1 - at));
      const length = last === -1 ? bytesRead : last + 1;
      yield buffer.subarray(0, length);
      at += length;
      if (at > bytes + growthBytes) throw new ChangedError('it grows faster than it is read');
      if (last === -1) continue;
      if (goesOn?.() !== true) return;
      to = at + 1;
    }
  } finally {
    closeSync(descriptor);
  }
  if (at < bytes) throw new ChangedError('it became shorter while it was read');
}

const WHOLE: FilePart = { from: 0, to: Infinity };

/**
 * Where the first line begins in a part of a file of UTF-8; where none begins in it, somewhere behind it. A line may be longer than many parts,
 * and each of them would look for its end.
 *
 * @throws the operating system's error
 */
export function lineStartFrom({ location }: LogFile, { from, to }: FilePart): number {
  if (from === 0) return 0;
  const descriptor = openEvidence(location);
  try {
    const buffer = Buffer.allocUnsafe(65_536);
    for (let at = from - 1; ;) {
      const bytesRead = readSync(descriptor, buffer, 0, buffer.length, at);
      const feed = buffer.subarray(0, bytesRead).indexOf(LF);
      if (feed !== -1) return at + feed + 1;
      if (bytesRead === 0 || at + bytesRead >= to) return at + bytesRead;
      at += bytesRead;
    }
  } finally {
    closeSync(descriptor);
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof StoppedError) return { code: 'FILE_STOPPED' };
  return error instanceof ChangedError ? { code: 'FILE_UNREADABLE', reason: error.message } : archiveProblem(error);
}

/** A log that rolls away, is copied over, or never ends, while it is read. */
class ChangedError extends Error {}
