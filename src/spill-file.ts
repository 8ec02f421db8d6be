import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';

/** All buffers for reading a file back. */
const READ_BYTES = 8_388_608;
const LEAST_BUFFER_BYTES = 4_096;

/** What was written in one go; bytes from the start of the file. */
export interface SpillRun {
  readonly from: number;
  readonly to: number;
}

/** A file for what memory has no room for. It has no name: the operating system takes it back whatever becomes of the program. */
export class SpillFile {
  readonly #descriptor: number;
  #end = 0;

  /** @throws when no file can be made there */
  constructor(folder: string) {
    const file = path.join(folder, `exhunt-${randomBytes(8).toString('hex')}.tmp`);
    this.#descriptor = openSync(file, 'wx+', 0o600);
    unlinkSync(file);
  }

  /**
   * Writes a run.
   *
   * @throws when there is no room; half a run is none
   */
  write(blocks: Iterable<Uint8Array>): SpillRun {
    const from = this.#end;
    try {
      for (const block of blocks) this.#writeAll(block);
    } catch (error) {
      this.#end = from;
      throw error;
    }
    return { from, to: this.#end };
  }

  /** Some bytes from anywhere; fewer where the file ends. */
  read(at: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, readSync(this.#descriptor, buffer, 0, length, at));
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /**
   * The records of a run, in blocks of whole ones that are overwritten by the next.
   *
   * @param others how many runs are read at the same time
   * @param bytesOf the record that begins there; `undefined` where not even that is in the buffer
   */
  *records({ from, to }: SpillRun, others: number, bytesOf: (buffer: Buffer, at: number) => number | undefined): Generator<Buffer> {
    let buffer = Buffer.allocUnsafe(bufferBytes(others));
    let filled = 0;
    for (let at = from; at < to;) {
      const count = this.#fill(buffer, filled, at, to);
      at += count;
      filled += count;
      const held = buffer.subarray(0, filled);
      let end = 0;
      let bytes = bytesOf(held, 0);
      for (; bytes !== undefined && end + bytes <= filled; bytes = bytesOf(held, end)) end += bytes;
      if (end > 0) yield held.subarray(0, end);
      buffer.copyWithin(0, end, filled);
      filled -= end;
      // No larger than it has to be: there may be as many of them as there are runs.
      if (bytes !== undefined && bytes > buffer.length) buffer = Buffer.concat([buffer.subarray(0, filled)], bytes);
    }
  }

  #fill(buffer: Buffer, filled: number, at: number, to: number): number {
    const count = readSync(this.#descriptor, buffer, filled, Math.min(buffer.length - filled, to - at), at);
    if (count === 0) throw new Error('a temporary file is shorter than it was written');
    return count;
  }

  #writeAll(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, this.#end + written);
    this.#end += bytes.length;
  }

  /**
   * The bytes of a run, in blocks that are overwritten by the next.
   *
   * @param others how many runs are read at the same time
   */
  *blocks({ from, to }: SpillRun, others: number): Generator<Buffer> {
    const buffer = Buffer.allocUnsafe(bufferBytes(others));
    for (let at = from; at < to;) {
      const count = this.#fill(buffer, 0, at, to);
      at += count;
      yield buffer.subarray(0, count);
    }
  }
}

function bufferBytes(others: number): number {
  return Math.max(LEAST_BUFFER_BYTES, Math.floor(READ_BYTES / Math.max(1, others)));
}
