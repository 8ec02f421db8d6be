import type { Problem } from '../model/diagnostic.ts';
import type { LogFile } from '../model/log-file.ts';
import { FileParts, type Settled } from './file-parts.ts';
import type { ResumePoint } from './piece.ts';
import { ReaderDiedError, type Runner } from './runner.ts';

export interface FilesListener {
  /** Another figure for tests. */
  readonly partBytes?: number;
  readonly lateMs?: number;
  /** Where an earlier run left a file; left out: all are read from the beginning. */
  readonly resumeOf?: ((logFile: LogFile) => ResumePoint | undefined) | undefined;
  /** Told of the pieces of all files in their order. */
  readonly onPiece: (logFile: LogFile, settled: Settled) => void;
  /** Told of the number of a piece that is read again in another way. */
  readonly onDropped: (piece: number) => void;
  /** Told of a file of which the rest is not read: what read it died, or the run was stopped. */
  readonly onLost: (logFile: LogFile, problem: Problem) => void;
  /** Told behind the last piece of a file. */
  readonly onFile: (logFile: LogFile) => void;
}

interface Entry {
  readonly parts: FileParts;
  readonly settled: Settled[];
  problem?: Problem;
}

/** Larger files are read in parts of about this size; with less the border of the parts would cost too much. */
const PART_BYTES = 33_554_432;

/** When so much time has passed, the other hands join: honest logs of what one thread is given alone are read by then. */
const LATE_MS = 1_000;

/** Has files read, several at a time, and tells what became of them in their order. */
export async function readFiles(logFiles: readonly LogFile[], runner: Runner, listener: FilesListener): Promise<void> {
  const { partBytes = PART_BYTES, lateMs = LATE_MS, resumeOf } = listener;
  const entries = logFiles.map((logFile): Entry => ({
    parts: new FileParts(logFile, runner.hands === 1 ? Infinity : partBytes, resumeOf?.(logFile)),
    settled: [],
  }));
  let told = 0;
  let number = 0;
  let wake: (() => void)[] = [];
  const changed = (): void => {
    for (; told < entries.length; told += 1) {
      const entry = entries[told];
      if (entry === undefined || !tell(entry, listener)) break;
    }
    for (const each of wake.splice(0)) each();
  };
  const take = () => {
    if (runner.isStopped) return undefined;
    for (let index = told; index < entries.length; index += 1) {
      const entry = entries[index];
      const piece = entry?.parts.take(number + 1);
      if (entry === undefined || piece === undefined) continue;
      number += 1;
      return { entry, piece };
    }
    return undefined;
  };
  const started = performance.now();
  const work = async (hand: number): Promise<void> => {
    while (told < entries.length) {
      const isIdle = hand >= runner.promptHands && performance.now() - started < lateMs;
      const next = isIdle ? undefined : take();
      if (next === undefined && runner.isStopped) return;
      if (next === undefined) {
        await new Promise<void>((resolve) => wake.push(resolve));
        continue;
      }
      const { entry, piece } = next;
      try {
        const reading = await runner.run(piece, (state) => {
          entry.parts.suppose(state);
          changed();
        });
        entry.parts.put(piece, reading);
      } catch (error) {
        if (!(error instanceof ReaderDiedError)) throw error;
        entry.parts.lose(piece);
        entry.problem ??= { code: 'FILE_READER_DIED', reason: error.message };
      }
      for (const each of entry.parts.settle()) entry.settled.push(each);
      for (const dropped of entry.parts.dropped.splice(0)) listener.onDropped(dropped);
      changed();
    }
  };
  const timer = setTimeout(changed, lateMs);
  try {
    await Promise.all(Array.from({ length: runner.hands }, (_, hand) => work(hand)));
    for (const entry of entries.slice(told)) tellRest(entry, listener);
  } finally {
    clearTimeout(timer);
    wake = [];
    await runner.close();
  }
}

/** @returns whether all of the file is told */
function tell({ parts, settled, problem }: Entry, { onPiece, onLost, onFile }: FilesListener): boolean {
  for (const each of settled.splice(0)) onPiece(parts.logFile, each);
  if (!parts.isDone) return false;
  if (parts.isLost && problem !== undefined) onLost(parts.logFile, problem);
  onFile(parts.logFile);
  return true;
}

/** Of a run that was stopped. */
function tellRest(entry: Entry, listener: FilesListener): void {
  if (tell(entry, listener)) return;
  listener.onLost(entry.parts.logFile, { code: 'FILE_STOPPED' });
  listener.onFile(entry.parts.logFile);
}
