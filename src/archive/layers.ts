import { crc32 } from 'node:zlib';
import type { ArchiveStep, ArchiveTerms } from '../model/archive.ts';
import { checkRatio, type Account } from './account.ts';
import { damaged } from './archive-error.ts';
import { chunksOf, readerOf, sliceOf, streamReader, type ByteReader, type RandomBytes } from './bytes.ts';
import { gunzip } from './gzip.ts';
import { inflate } from './inflate.ts';
import { spool } from './spool.ts';
import { unzstd } from './zstd.ts';

/** Bytes between two steps: those of a file, of an archive inside of an archive, of an entry. */
export type Layer =
  | { readonly kind: 'random'; readonly bytes: RandomBytes; readonly close?: () => void }
  | { readonly kind: 'stream'; readonly reader: ByteReader };

export interface LayerContext {
  readonly terms: ArchiveTerms;
  readonly account: Account;
  /** Whether all that is unpacked counts; else what is read of it is counted by whoever reads it. */
  readonly countsAll: boolean;
}

/** Takes one wrapping off. What is taken of a stream is gone from it. */
export async function unwrap(layer: Layer, step: ArchiveStep, context: LayerContext): Promise<Layer> {
  switch (step.kind) {
    case 'slice': {
      if (layer.kind === 'random') return { kind: 'random', bytes: sliceOf(layer.bytes, step.from, step.bytes) };
      const missing = step.from - layer.reader.position;
      if ((await layer.reader.skip(missing)) < missing) throw damaged('truncated');
      return streamLayer(checked(chunksOf(layer.reader, step.bytes), step.bytes, step.crc));
    }
    case 'gzip':
      return unpack(layer, gunzip, context);
    case 'zstd':
      return unpack(layer, unzstd, context);
    case 'deflate': {
      const packed = sliceOf((await randomly(layer, context)).bytes, step.from, step.bytes);
      return unpack({ kind: 'random', bytes: packed }, (reader) => checked(inflated(reader, step.size), step.size, step.crc), context);
    }
    case 'zip': {
      const { readThroughLibrary } = await import('./zip-library.ts');
      const { bytes } = await randomly(layer, context);
      const chunks = readThroughLibrary(bytes, step, context.terms.password);
      const plain = step.isDeflated ? inflated(streamReader(chunks), step.size) : chunks;
      return streamLayer(metered(checked(plain, step.size, step.crc), () => step.bytes, context));
    }
  }
}

/** The bytes of a layer, from front to back; `step` is what it was unwrapped by. */
export function chunksOfLayer(layer: Layer, step: ArchiveStep | undefined): AsyncGenerator<Uint8Array> {
  if (layer.kind === 'stream') return chunksOf(layer.reader);
  const chunks = chunksOf(readerOf(layer.bytes));
  return step?.kind === 'slice' ? checked(chunks, step.bytes, step.crc) : chunks;
}

/** The same bytes, to be read from anywhere; a stream is used up by that. */
export async function randomly(layer: Layer, { terms }: LayerContext): Promise<Extract<Layer, { kind: 'random' }>> {
  return layer.kind === 'random' ? layer : { kind: 'random', ...(await spool(layer.reader, terms)) };
}

function streamLayer(chunks: AsyncGenerator<Uint8Array>): Layer {
  return { kind: 'stream', reader: streamReader(chunks) };
}

function unpack(layer: Layer, unpacked: (reader: ByteReader) => AsyncGenerator<Uint8Array>, context: LayerContext): Layer {
  const reader = layer.kind === 'random' ? readerOf(layer.bytes) : layer.reader;
  const start = reader.position;
  return streamLayer(metered(unpacked(reader), () => reader.position - start, context));
}

async function* inflated(reader: ByteReader, size: number | undefined): AsyncGenerator<Uint8Array> {
  const hasEnded = yield* inflate(reader);
  // Where the archive says how much there is, that tells more: the bytes may end with what is deflated.
  if (!hasEnded && size === undefined) throw damaged('truncated');
}

/** Holds what was read against what the archive says of it, when all is read. */
async function* checked(chunks: AsyncGenerator<Uint8Array>, size: number | undefined, crc: number | undefined): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let sum = 0;
  try {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      bytes += next.value.length;
      if (crc !== undefined) sum = crc32(next.value, sum);
      yield next.value;
    }
  } finally {
    await chunks.return(undefined);
  }
  if (size !== undefined && bytes < size) throw damaged('truncated');
  if (size !== undefined && bytes > size) throw damaged('size');
  if (crc !== undefined && sum !== crc) throw damaged('checksum');
}

/** Counts what comes out, and ends it where it is too much for what went in. */
async function* metered(
  chunks: AsyncGenerator<Uint8Array>,
  bytesIn: () => number,
  { terms, account, countsAll }: LayerContext,
): AsyncGenerator<Uint8Array> {
  let bytesOut = 0;
  try {
    for (;;) {
      const start = performance.now();
      const { value, done } = await chunks.next();
      if (done === true) return;
      bytesOut += value.length;
      checkRatio(terms.limits, bytesIn(), bytesOut);
      account.add(countsAll ? value.length : 0, performance.now() - start);
      yield value;
    }
  } finally {
    await chunks.return(undefined);
  }
}
