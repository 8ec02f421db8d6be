import { closeSync, openSync, readSync } from 'node:fs';
import type { LogFile } from '../model/log-file.ts';
import { systemErrorCode } from '../model/system-error.ts';

const BLOCK_BYTES = 1_048_576;

/**
 * The bytes of a log file, in order. A block is valid until the next one is asked for: the memory is used again. What the operating system
 * refuses ends the file early.
 *
 * @param onRefusal told the reason: `EACCES`, `EIO`, ...
 */
export async function* readBlocks(logFile: LogFile, onRefusal: (reason: string) => void): AsyncGenerator<Uint8Array> {
  // The generator is asked by hand, for an error of whoever takes the blocks is not the file's.
  const blocks = logFile.begun === undefined ? blocksOfFile(logFile) : blocksOfStream(logFile.begun);
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await blocks.next();
      } catch (error) {
        onRefusal(error instanceof ShrunkError ? error.message : systemErrorCode(error));
        return;
      }
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await blocks.return?.(undefined);
  }
}

async function* blocksOfStream({ head, rest }: NonNullable<LogFile['begun']>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

/** Read without promises (measured: for hundreds of small files a promise per read costs a third of the scan). */
function* blocksOfFile({ location, bytes }: LogFile): Generator<Uint8Array> {
  let read = 0;
  const descriptor = openSync(location, 'r');
  try {
    // A small file needs no large buffer; one that grew since it was found is read to its end all the same.
    const buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, bytes + 1));
    for (;;) {
      const bytesRead = readSync(descriptor, buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      read += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    closeSync(descriptor);
  }
  if (read < bytes) throw new ShrunkError();
}

/** A log that rolls away, or is copied over, while it is read. */
class ShrunkError extends Error {
  constructor() {
    super('it became shorter while it was read');
  }
}
