import { LINE_LIMIT_BYTES, type Line } from '../model/line.ts';
import type { Encoding } from '../model/log-file.ts';

const NOTHING = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARKS = { 'utf-8': [0xef, 0xbb, 0xbf], 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff] } as const satisfies Record<
  Encoding,
  readonly number[]
>;

/**
 * Passes over lines that need not be read.
 *
 * @param to behind the last line feed
 * @returns how many lines, and where the first one begins that has to be read
 */
export type Skip = (bytes: Buffer, from: number, to: number) => { readonly lines: number; readonly end: number } | undefined;

export interface Skipping {
  /** Asked of whole lines of UTF-8, but for the first of a file: those that it passes over are counted and not handed out. */
  readonly skip: Skip | undefined;
  /** So many bytes in front of a block may be written over. */
  readonly headroomBytes: number;
}

/**
 * Cuts blocks of bytes into lines; where the blocks are cut makes no difference. A line ends with LF or CRLF, and a lone CR is part of it.
 * Invalid bytes become U+FFFD in the text; offsets count bytes of the file. Memory: one line of at most 1 MiB.
 */
export class LineSplitter {
  readonly #encoding: Encoding;
  /** Bytes of one code unit. */
  readonly #unit: 1 | 2;
  /** The beginning of a line whose end has not come yet, and how many bytes of it are beyond the limit and not kept. */
  #rest: Buffer = NOTHING;
  #skipped = 0;
  /** Half a code unit at the end of the last block. */
  #half: Buffer = NOTHING;
  #number = 0;
  #offset: number;

  /** @param from where in the file the first block begins: at the beginning of a line */
  constructor(encoding: Encoding, from = 0) {
    this.#encoding = encoding;
    this.#unit = encoding === 'utf-8' ? 1 : 2;
    this.#offset = from;
  }

  /** Lines so far. */
  get lines(): number {
    return this.#number;
  }

  /** Whether a line has begun that has not ended yet. */
  get hasRest(): boolean {
    return this.#rest.length + this.#half.length > 0;
  }

  /** Where in the file the next line begins. */
  get offset(): number {
    return this.#offset;
  }

  /** @param skipping left out: every line is handed out */
  push(block: Uint8Array, onLine: (line: Line) => void, { skip, headroomBytes }: Skipping = { skip: undefined, headroomBytes: 0 }): void {
    const bytes = this.#withRest(this.#wholeUnits(Buffer.from(block.buffer, block.byteOffset, block.byteLength)), headroomBytes);
    const skippable = skip !== undefined && this.#unit === 1 ? bytes.lastIndexOf(LF) + 1 : 0;
    let start = 0;
    for (;;) {
      if (start < skippable && this.#offset > 0 && this.#rest.length === 0) start = this.#skip(bytes, start, skippable, skip);
      const end = this.#lineEnd(bytes, start);
      if (end === -1) break;
      onLine(this.#line(bytes.subarray(start, end), true));
      start = end + this.#unit;
    }
    this.#keep(bytes.subarray(start));
  }

  /** Hands out what stands behind the last line end, if anything. */
  end(onLine: (line: Line) => void): void {
    if (this.hasRest) onLine(this.#line(this.#half, false));
  }

  /** Puts the beginning of a line in front of the block in which it goes on, where there is room: then it may be skipped like others. */
  #withRest(block: Buffer, headroomBytes: number): Buffer {
    const { length } = this.#rest;
    if (length === 0 || length > headroomBytes || this.#unit === 2) return block;
    const bytes = Buffer.from(block.buffer, block.byteOffset - length, length + block.length);
    this.#rest.copy(bytes);
    this.#rest = NOTHING;
    return bytes;
  }

  #skip(bytes: Buffer, from: number, to: number, skip: Skip | undefined): number {
    const { lines, end } = skip?.(bytes, from, to) ?? { lines: 0, end: from };
    this.#number += lines;
    this.#offset += end - from;
    return end;
  }

  #wholeUnits(block: Buffer): Buffer {
    if (this.#unit === 1) return block;
    const bytes = this.#half.length === 0 ? block : Buffer.concat([this.#half, block]);
    const whole = bytes.length - (bytes.length % this.#unit);
    this.#half = Buffer.from(bytes.subarray(whole));
    return bytes.subarray(0, whole);
  }

  #keep(tail: Buffer): void {
    const kept = tail.subarray(0, LINE_LIMIT_BYTES - this.#rest.length);
    this.#skipped += tail.length - kept.length;
    // A copy: the block's memory is used again.
    this.#rest = Buffer.concat([this.#rest, kept]);
  }

  /** Index of the first byte of the next line end at or behind `from`; -1 when there is none. */
  #lineEnd(bytes: Buffer, from: number): number {
    if (this.#unit === 1) return bytes.indexOf(LF, from);
    const low = this.#encoding === 'utf-16le' ? 0 : 1;
    for (let at = bytes.indexOf(LF, from); at !== -1; at = bytes.indexOf(LF, at + 1)) {
      if (at % 2 === low && bytes[at + 1 - 2 * low] === 0) return at - low;
    }
    return -1;
  }

  /** The line that begins with the kept rest and ends with `tail`. */
  #line(tail: Buffer, isComplete: boolean): Line {
    const bytes = this.#rest.length === 0 ? tail : Buffer.concat([this.#rest, tail]);
    const length = bytes.length + this.#skipped;
    const marked = this.#offset === 0 ? this.#byteOrderMark(bytes) : 0;
    const text = this.#text(bytes.subarray(marked, LINE_LIMIT_BYTES));
    this.#number += 1;
    const line = { number: this.#number, offset: this.#offset + marked, text, isComplete, isCut: length > LINE_LIMIT_BYTES };
    this.#offset += length + (isComplete ? this.#unit : 0);
    this.#rest = NOTHING;
    this.#skipped = 0;
    return line;
  }

  #byteOrderMark(bytes: Buffer): number {
    const mark = BYTE_ORDER_MARKS[this.#encoding];
    return mark.every((byte, index) => bytes[index] === byte) ? mark.length : 0;
  }

  #text(bytes: Buffer): string {
    if (this.#unit === 1) return bytes.toString('utf8', 0, bytes.at(-1) === CR ? bytes.length - 1 : bytes.length);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 2));
    const text = (this.#encoding === 'utf-16le' ? whole : Buffer.from(whole).swap16()).toString('utf16le');
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }
}
