import * as zlib from 'node:zlib';
import { ArchiveError, damaged } from './archive-error.ts';
import type { ByteReader } from './bytes.ts';

const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** What the format's own program takes without being told to: a larger window is memory that a frame may ask for in six bytes. */
const MOST_WINDOW_BYTES = 134_217_728;
/** More comes out of no block. */
const MOST_BLOCK_BYTES = 131_072;

/** Unpacks what it is given, in order: headers of frames and whole blocks. */
interface Engine {
  readonly push: (bytes: Uint8Array) => Promise<readonly Uint8Array[]>;
  readonly close: () => void;
}

/**
 * What a Zstandard file holds, all its frames one behind the other (RFC 8878). Frames are walked here from block to block, so that a window may not be
 * larger than memory bears, and a file that ends too early is told.
 *
 * @throws {ArchiveError} behind all that can be read, when it is damaged
 */
export async function* unzstd(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const isNative = 'createZstdDecompress' in zlib;
  for (let header = await readHeader(reader); header !== undefined; header = await readHeader(reader)) {
    const engine = isNative ? nativeEngine() : await libraryEngine();
    try {
      yield* await attempt(() => engine.push(header?.bytes ?? new Uint8Array()));
      for (let isLast = false; !isLast;) {
        const head = await reader.exactly(3);
        if (head.length < 3) throw damaged('truncated');
        const word = head.readUIntLE(0, 3);
        isLast = (word & 1) === 1;
        const kind = (word >> 1) & 3;
        const size = kind === 1 ? 1 : word >> 3;
        if (kind === 3 || size > MOST_BLOCK_BYTES) throw damaged('corrupt');
        const block = await reader.exactly(size);
        if (block.length < size) throw damaged('truncated');
        const sum = isLast && header.hasSum ? await reader.exactly(4) : new Uint8Array();
        yield* await attempt(() => engine.push(Buffer.concat([head, block, sum])));
        if (isLast && header.hasSum && sum.length < 4) throw damaged('truncated');
      }
    } finally {
      engine.close();
    }
  }
}

interface FrameHeader {
  readonly bytes: Uint8Array;
  readonly hasSum: boolean;
}

/** Of the next frame that holds something; `undefined` behind the last. */
async function readHeader(reader: ByteReader): Promise<FrameHeader | undefined> {
  for (let isFirst = reader.position === 0; ; isFirst = false) {
    const magic = await reader.exactly(4);
    if (magic.length === 0 && !isFirst) return undefined;
    if (magic.length < 4) throw damaged('truncated');
    const word = magic.readUInt32LE();
    if (word >>> 4 === SKIPPABLE >>> 4) {
      const size = await reader.exactly(4);
      if (size.length < 4) throw damaged('truncated');
      await reader.skip(size.readUInt32LE());
      continue;
    }
    if (word !== FRAME) throw damaged('corrupt');
    return readFrameHeader(reader, magic);
  }
}

async function readFrameHeader(reader: ByteReader, magic: Buffer): Promise<FrameHeader> {
  const [descriptor] = await reader.exactly(1);
  if (descriptor === undefined) throw damaged('truncated');
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const before = (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const rest = await reader.exactly(before + sizeBytes);
  if (rest.length < before + sizeBytes) throw damaged('truncated');
  const window = isSingle ? contentSize(rest.subarray(before)) : windowSize(rest[0] ?? 0);
  if (window > MOST_WINDOW_BYTES)
    throw new ArchiveError({ code: 'FILE_ARCHIVE_METHOD', method: `Zstandard with a window of ${window} bytes` });
  return { bytes: Buffer.concat([magic, Buffer.of(descriptor), rest]), hasSum: (descriptor & 4) !== 0 };
}

function contentSize(field: Buffer): number {
  if (field.length === 8) return Number(field.readBigUInt64LE());
  return field.readUIntLE(0, field.length) + (field.length === 2 ? 256 : 0);
}

function windowSize(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

async function attempt<Outcome>(act: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    throw damaged('corrupt', error);
  }
}

/** Node's own, where it has it. */
function nativeEngine(): Engine {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types are those of the oldest Node that exhunt runs on
  const { createZstdDecompress } = zlib as unknown as { createZstdDecompress: typeof zlib.createUnzip };
  const stream = createZstdDecompress({ chunkSize: MOST_BLOCK_BYTES });
  let out: Uint8Array[] = [];
  stream.on('data', (chunk: Uint8Array) => out.push(chunk));
  return {
    // Of a block no more comes out than memory bears, so all of it is waited for.
    push: async (bytes) => {
      await new Promise<void>((resolve, reject) => {
        stream.once('error', reject);
        stream.write(bytes, (error) => {
          stream.off('error', reject);
          if (error) reject(error);
          else resolve();
        });
      });
      const taken = out;
      out = [];
      return taken;
    },
    close: () => stream.on('error', () => undefined).destroy(),
  };
}

async function libraryEngine(): Promise<Engine> {
  const { Decompress } = await import('fzstd');
  let out: Uint8Array[] = [];
  // A copy: the memory of a block is its window's.
  const decompressor = new Decompress((chunk) => out.push(Buffer.from(chunk)));
  return {
    push: async (bytes) => {
      decompressor.push(bytes);
      const taken = out;
      out = [];
      return taken;
    },
    close: () => undefined,
  };
}
