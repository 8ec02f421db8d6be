import { closeSync, readSync } from 'node:fs';
import { hash } from 'node:crypto';
import type { LogFile } from '../model/log-file.ts';
import { identityOf, openEvidence } from '../open-evidence.ts';
import { readBlocks } from '../read/blocks.ts';
import type { EntryReader } from '../archive/read-entry.ts';

const HASH_BYTES = 16;

/** By what bytes are known again. */
export function digestOf(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer').subarray(0, HASH_BYTES);
}

/** Looks into files for the bytes by which they are known again. */
export interface Content {
  /** The bytes from one offset to another, as far as the file has them. */
  readonly read: (from: number, to: number) => Promise<Buffer>;
}

/** @throws what the operating system refuses */
export function contentOf(logFile: LogFile, entries: EntryReader): Content {
  return {
    read: (from, to) =>
      logFile.entry === undefined ? Promise.resolve(readFile(logFile, from, to)) : readEntry(logFile, entries, from, to),
  };
}

function readFile({ location, identity }: LogFile, from: number, to: number): Buffer {
  const descriptor = openEvidence(location);
  try {
    // What was found under this name has another by now.
    if (identity !== undefined && identityOf(descriptor) !== identity) return Buffer.alloc(0);
    const buffer = Buffer.alloc(to - from);
    let length = 0;
    while (length < buffer.length) {
      const bytesRead = readSync(descriptor, buffer, length, buffer.length - length, from + length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** What is damaged ends where the damage begins. */
async function readEntry(logFile: LogFile, entries: EntryReader, from: number, to: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  const part = { from, to: Infinity };
  for await (const block of readBlocks(logFile, { onRefusal: () => undefined, entries, part })) {
    pieces.push(Buffer.from(block.subarray(0, to - from - length)));
    length += pieces.at(-1)?.length ?? 0;
    if (length >= to - from) break;
  }
  return Buffer.concat(pieces);
}
