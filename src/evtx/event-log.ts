import { crc32 } from './crc32.ts';
import type { FoundRecord } from './found-record.ts';
import { CHUNK_BYTES, FILE_HEADER_BYTES } from './limits.ts';
import { u16, u32 } from './numbers.ts';
import { Records } from './records.ts';

const FILE_MAGIC = Buffer.from('ElfFile\u0000', 'latin1');
const CHUNK_MAGIC = Buffer.from('ElfChnk\u0000', 'latin1');
/** Of a chunk: its header and what it shares, in front of its records. */
const CHUNK_HEAD_BYTES = 512;
/** Flags of the file: it was being written to. Of file and chunks, as Windows 10 writes them: there are no checksums. */
const DIRTY = 0x1;
const WITHOUT_CHECKSUM = 0x4;

/** What is wrong with an event log beside its records; chunks count from 1. */
export type EventLogDamage =
  | { readonly what: 'header'; readonly reason: 'signature' | 'checksum' | 'short' }
  | { readonly what: 'dirty'; readonly chunksTold: number }
  | { readonly what: 'chunk'; readonly chunk: number; readonly reason: 'signature' | 'checksum' | 'records' | 'short' }
  /** Bytes between records that are none. */
  | { readonly what: 'gap'; readonly offset: number; readonly bytes: number }
  /** Of a chunk, records that readers of event logs do not find, and those of them that are no events. */
  | { readonly what: 'recovered'; readonly chunk: number; readonly records: number; readonly lost: number };

export interface EventLogListener {
  readonly onRecord: (record: FoundRecord) => void;
  readonly onDamage: (damage: EventLogDamage) => void;
}

/** Whether bytes begin like an event log, or like a chunk that was cut out of one. */
export function isEventLog(head: Uint8Array): boolean {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  return startsWith(bytes, FILE_MAGIC) || startsWith(bytes, CHUNK_MAGIC) || startsWith(bytes.subarray(FILE_HEADER_BYTES), CHUNK_MAGIC);
}

/** Whether a header stands, or stood, in front of the chunks. */
export function hasHeader(head: Uint8Array): boolean {
  return isEventLog(head) && !startsWith(Buffer.from(head.buffer, head.byteOffset, head.length), CHUNK_MAGIC);
}

/** Where the first chunk begins at or behind an offset of a file with a header; 0 stays 0, for the header belongs to the first part. */
export function chunkStartFrom(offset: number): number {
  return offset === 0 ? 0 : FILE_HEADER_BYTES + Math.max(0, Math.ceil((offset - FILE_HEADER_BYTES) / CHUNK_BYTES)) * CHUNK_BYTES;
}

/**
 * Reads the binary form of Windows event logs from blocks of bytes, wherever they are cut. Memory: one chunk of 64 KiB and what its records share. What is damaged is
 * told, and the rest read.
 */
export class EventLog {
  readonly #listener: EventLogListener;
  /** The header of the file, then one chunk after the other. */
  readonly #buffer = Buffer.alloc(CHUNK_BYTES);
  #length = 0;
  #wanted: number;
  /** Of the first byte in the buffer. */
  #offset: number;
  #chunks: number;

  /** @param start where in the file the first block begins: 0, or where a chunk does */
  constructor(listener: EventLogListener, start = 0) {
    this.#listener = listener;
    this.#offset = start;
    this.#wanted = start === 0 ? FILE_HEADER_BYTES : CHUNK_BYTES;
    this.#chunks = start === 0 ? 0 : (start - FILE_HEADER_BYTES) / CHUNK_BYTES;
  }

  push(block: Uint8Array): void {
    for (let rest = block; rest.length > 0;) {
      const part = rest.subarray(0, this.#wanted - this.#length);
      this.#buffer.set(part, this.#length);
      this.#length += part.length;
      rest = rest.subarray(part.length);
      if (this.#offset === 0 && this.#length >= CHUNK_MAGIC.length && startsWith(this.#buffer, CHUNK_MAGIC)) this.#wanted = CHUNK_BYTES;
      if (this.#length === this.#wanted) this.#take();
    }
  }

  /** To be called once behind the last block. */
  end(): void {
    if (this.#length > 0 || this.#offset === 0) this.#take();
  }

  #take(): void {
    if (this.#offset === 0 && this.#wanted === FILE_HEADER_BYTES) this.#readHeader(this.#buffer.subarray(0, this.#length));
    else this.#readChunk(this.#buffer.subarray(0, this.#length));
    this.#offset += this.#length;
    this.#length = 0;
    this.#wanted = CHUNK_BYTES;
  }

  #readHeader(header: Buffer): void {
    const reason = headerDamage(header);
    if (reason !== undefined) this.#listener.onDamage({ what: 'header', reason });
    const isDirty = (reason === undefined || reason === 'checksum') && (u32(header, 120) & DIRTY) !== 0;
    if (isDirty) this.#listener.onDamage({ what: 'dirty', chunksTold: u16(header, 42) });
  }

  #readChunk(chunk: Buffer): void {
    this.#chunks += 1;
    const isMarked = startsWith(chunk, CHUNK_MAGIC);
    // Space that is kept for chunks to come.
    if (!isMarked && chunk.every((byte) => byte === 0)) return;
    const isWhole = isMarked && chunk.length === CHUNK_BYTES;
    const reason = isMarked ? chunkDamage(chunk) : 'signature';
    if (reason !== undefined) this.#listener.onDamage({ what: 'chunk', chunk: this.#chunks, reason });
    const free = isMarked ? u32(chunk, 48) : 0;
    const end = free >= CHUNK_HEAD_BYTES && free <= chunk.length ? free : chunk.length;
    const offset = this.#offset;
    let recovered = 0;
    let lost = 0;
    const records = new Records(chunk, {
      onRecord: (record) => {
        if (record.isRecovered) recovered += 1;
        if (record.isRecovered && !record.isEvent) lost += 1;
        this.#listener.onRecord({ ...record, offset: offset + record.offset });
      },
      onGap: (gap) => this.#listener.onDamage({ what: 'gap', offset: offset + gap.offset, bytes: gap.bytes }),
    });
    const isTold = isWhole && reason !== 'checksum';
    const lastId = u32(chunk, 36) * 0x1_0000_0000 + u32(chunk, 32);
    records.read({ start: CHUNK_HEAD_BYTES, end, isRecovered: !isWhole, ...(isTold && { lastId }) });
    if (recovered > 0) this.#listener.onDamage({ what: 'recovered', chunk: this.#chunks, records: recovered - lost, lost });
  }
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.length >= magic.length && magic.equals(bytes.subarray(0, magic.length));
}

function headerDamage(header: Buffer): 'signature' | 'checksum' | 'short' | undefined {
  if (!startsWith(header, FILE_MAGIC)) return 'signature';
  if (header.length < FILE_HEADER_BYTES) return 'short';
  const isChecked = (u32(header, 120) & WITHOUT_CHECKSUM) === 0;
  return isChecked && crc32(header, [0, 120]) !== u32(header, 124) ? 'checksum' : undefined;
}

function chunkDamage(chunk: Buffer): 'checksum' | 'records' | 'short' | undefined {
  if (chunk.length < CHUNK_BYTES) return 'short';
  if ((u32(chunk, 120) & WITHOUT_CHECKSUM) !== 0) return undefined;
  if (crc32(chunk, [0, 120], [128, CHUNK_HEAD_BYTES]) !== u32(chunk, 124)) return 'checksum';
  const free = u32(chunk, 48);
  const isSound = free >= CHUNK_HEAD_BYTES && free <= chunk.length && crc32(chunk, [CHUNK_HEAD_BYTES, free]) === u32(chunk, 52);
  return isSound ? undefined : 'records';
}
