import { LINE_LIMIT_BYTES } from '../model/line.ts';
import type { Encoding } from '../model/log-file.ts';

/** A piece of an export: one event, or what is none. */
export interface Piece {
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  /** No more than the limit of a line. */
  readonly text: string;
  /** It was longer than that. */
  readonly isCut: boolean;
  /** Values stand in values beyond the limit. */
  readonly isDeep?: true;
  /** It ends as an event does, rather than where something else begins. */
  readonly isWhole: boolean;
}

export type OnPiece = (piece: Piece) => void;

/** Code units of text: bytes of UTF-8, or 16 bits. */
export type Units = Uint8Array | Uint16Array;

/** Brings blocks of bytes, wherever they are cut, into code units. */
export class UnitReader {
  readonly unitBytes: 1 | 2;
  readonly #isBigEndian: boolean;
  #half: number | undefined;

  constructor(encoding: Encoding) {
    this.unitBytes = encoding === 'utf-8' ? 1 : 2;
    this.#isBigEndian = encoding === 'utf-16be';
  }

  read(block: Uint8Array): Units {
    if (this.unitBytes === 1) return block;
    const bytes = this.#half === undefined ? block : Buffer.concat([Buffer.of(this.#half), block]);
    this.#half = bytes.length % 2 === 0 ? undefined : bytes.at(-1);
    const [low, high] = this.#isBigEndian ? [1, 0] : [0, 1];
    return Uint16Array.from(
      { length: bytes.length >> 1 },
      (_, index) => (bytes[2 * index + low] ?? 0) | ((bytes[2 * index + high] ?? 0) << 8),
    );
  }
}

/** Collects the code units of a piece, up to the limit. Its memory is used again for the next one. */
export class PieceBuffer {
  readonly #unitBytes: 1 | 2;
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  #isCut = false;

  constructor(unitBytes: 1 | 2) {
    this.#unitBytes = unitBytes;
  }

  /** Of the units from `start` to `end`; a copy, for the block's memory is used again. */
  add(units: Units, start: number, end: number): void {
    const most = Math.floor((LINE_LIMIT_BYTES - this.#length) / this.#unitBytes);
    const kept = bytesOf(units, start, Math.min(end, start + most));
    if (kept.length < (end - start) * this.#unitBytes) this.#isCut = true;
    if (this.#length + kept.length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length + kept.length, Math.min(2 * this.#bytes.length, LINE_LIMIT_BYTES)));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#length += kept.copy(this.#bytes, this.#length);
  }

  /** Takes the last units back. */
  drop(count: number): void {
    if (!this.#isCut) this.#length = Math.max(0, this.#length - count * this.#unitBytes);
  }

  /** What was collected, and behind it the units from `start` to `end`. */
  peek(units: Units, start: number, end: number): string {
    return this.#text(Buffer.concat([this.#bytes.subarray(0, this.#length), bytesOf(units, start, end)]));
  }

  /** @returns what was collected, and forgets it */
  take(): Pick<Piece, 'text' | 'isCut'> {
    const taken = { text: this.#text(this.#bytes.subarray(0, this.#length)), isCut: this.#isCut };
    this.#length = 0;
    this.#isCut = false;
    return taken;
  }

  #text(bytes: Buffer): string {
    return bytes.toString(this.#unitBytes === 1 ? 'utf8' : 'utf16le');
  }
}

/** Most events are shorter. */
const FIRST_BYTES = 16_384;

/** A view, not a copy. */
function bytesOf(units: Units, start: number, end: number): Buffer {
  const part = units.subarray(start, end);
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}

/** Cuts an export into pieces, as its blocks come. */
export interface Documents {
  readonly push: (block: Uint8Array) => void;
  /** To be called once behind the last block. */
  readonly end: () => void;
}
