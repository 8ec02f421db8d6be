import { closeSync, openSync, readSync } from 'node:fs';
import type { LogFile } from '../model/log-file.ts';

const BLOCK_BYTES = 1_048_576;

/**
 * The bytes of a log file, in order. A block is valid until the next one is asked for: the memory is used again. Files are read without
 * promises (measured: for hundreds of small files a promise per read costs a third of the scan).
 *
 * @throws the operating system's error when the file cannot be opened or read
 */
export async function* readBlocks({ location, bytes, begun }: LogFile): AsyncGenerator<Uint8Array> {
  if (begun !== undefined) {
    yield begun.head;
    yield* begun.rest;
    return;
  }
  const descriptor = openSync(location, 'r');
  try {
    // A small file needs no large buffer; one that grew since it was found is read to its end all the same.
    const buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, bytes + 1));
    for (;;) {
      const bytesRead = readSync(descriptor, buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The operating system's name for what went wrong while reading: `EACCES`, `ENOENT`, `EIO`, ...
 *
 * @throws the error itself when it is not the operating system's
 */
export function readErrorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error) return error.code;
  throw error;
}
