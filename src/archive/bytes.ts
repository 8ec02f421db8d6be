import { readSync } from 'node:fs';

export const NOTHING = Buffer.alloc(0);
const BLOCK_BYTES = 65_536;

/** Bytes that can be read from anywhere. */
export interface RandomBytes {
  readonly size: number;
  /** Fewer where they end. */
  readonly read: (at: number, length: number) => Buffer;
}

export function bytesOfFile(descriptor: number, size: number): RandomBytes {
  return {
    size,
    read: (at, length) => {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - at)));
      return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, at));
    },
  };
}

/** A part of them; nothing of what a place beyond the end promises. */
export function sliceOf(bytes: RandomBytes, from: number, length: number): RandomBytes {
  const start = Math.min(from, bytes.size);
  const size = Math.min(length, bytes.size - start);
  return { size, read: (at, wanted) => bytes.read(start + at, Math.max(0, Math.min(wanted, size - at))) };
}

/** Bytes from front to back. */
export interface ByteReader {
  /** How many were read or passed over. */
  readonly position: number;
  /** The next ones, at least one; `undefined` at the end. Valid until more are asked for. */
  readonly some: (most: number) => Promise<Uint8Array | undefined>;
  /** Fewer than asked for only at the end. */
  readonly exactly: (count: number) => Promise<Buffer>;
  /** @returns how many; fewer than asked for only at the end */
  readonly skip: (count: number) => Promise<number>;
  /** To be read once more: no more of them than were handed out last. */
  readonly putBack: (bytes: Uint8Array) => void;
  readonly close: () => Promise<void>;
}

abstract class Reader implements ByteReader {
  abstract readonly position: number;
  abstract some(most: number): Promise<Uint8Array | undefined>;
  abstract skip(count: number): Promise<number>;
  abstract putBack(bytes: Uint8Array): void;
  abstract close(): Promise<void>;

  async exactly(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0;) {
      const part = await this.some(missing);
      if (part === undefined) break;
      // A copy: its memory may be used again.
      parts.push(Buffer.from(part));
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }
}

class RandomReader extends Reader {
  position = 0;
  readonly #bytes: RandomBytes;

  constructor(bytes: RandomBytes) {
    super();
    this.#bytes = bytes;
  }

  async some(most: number): Promise<Uint8Array | undefined> {
    const part = this.#bytes.read(this.position, Math.min(most, BLOCK_BYTES));
    this.position += part.length;
    return part.length === 0 ? undefined : part;
  }

  async skip(count: number): Promise<number> {
    const from = this.position;
    this.position = Math.max(from, Math.min(this.#bytes.size, from + count));
    return this.position - from;
  }

  putBack(bytes: Uint8Array): void {
    this.position -= bytes.length;
  }

  async close(): Promise<void> {}
}

class StreamReader extends Reader {
  position = 0;
  readonly #chunks: AsyncGenerator<Uint8Array>;
  #rest: Uint8Array = NOTHING;

  constructor(chunks: AsyncGenerator<Uint8Array>) {
    super();
    this.#chunks = chunks;
  }

  async some(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return undefined;
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    this.position += part.length;
    return part;
  }

  async skip(count: number): Promise<number> {
    let skipped = 0;
    while (skipped < count) {
      const part = await this.some(count - skipped);
      if (part === undefined) break;
      skipped += part.length;
    }
    return skipped;
  }

  putBack(bytes: Uint8Array): void {
    this.position -= bytes.length;
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([bytes, this.#rest]);
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }
}

export function readerOf(bytes: RandomBytes): ByteReader {
  return new RandomReader(bytes);
}

export function streamReader(chunks: AsyncGenerator<Uint8Array>): ByteReader {
  return new StreamReader(chunks);
}

/** All that a reader still has, or so many bytes of it; the reader stays open. */
export async function* chunksOf(reader: ByteReader, count = Infinity): AsyncGenerator<Uint8Array> {
  for (let left = count; left > 0;) {
    const part = await reader.some(left);
    if (part === undefined) return;
    left -= part.length;
    yield part;
  }
}
