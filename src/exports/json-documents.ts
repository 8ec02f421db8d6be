import type { Encoding } from '../model/log-file.ts';
import { PieceBuffer, UnitReader, type Documents, type OnPiece, type Units } from './documents.ts';

const CODE = {
  tab: 0x09,
  lf: 0x0a,
  cr: 0x0d,
  blank: 0x20,
  quote: 0x22,
  comma: 0x2c,
  open: 0x5b,
  backslash: 0x5c,
  close: 0x5d,
  brace: 0x7b,
  endBrace: 0x7d,
} as const;
const BYTE_ORDER_MARK: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf, 0xfeff]);
/** What PowerShell 5 and others put around an array of events. */
const WRAPPER = /^\{\s*"(?:value|Events?|events|Records|records|hits|data)"\s*:\s*$/;
const WRAPPER_UNITS = 64;
/** Who writes JSON goes down by recursion. */
const JSON_DEPTH = 64;
const BRACE = { 1: Uint8Array.of(CODE.brace), 2: Uint16Array.of(CODE.brace) } as const;

/**
 * Cuts the objects out of JSON: one a line, one behind the other, or in an array, which may stand in an object of its own. Of what stands in between each line is a
 * piece. A line that begins a compact object ends the one above it that was never closed.
 */
export class JsonDocuments implements Documents {
  readonly #onPiece: OnPiece;
  readonly #reader: UnitReader;
  readonly #buffer: PieceBuffer;
  /** Units before the block at hand. */
  #before = 0;
  #start = 0;
  #where: 'between' | 'garbage' | 'object' | 'behind' = 'between';
  #depth = 0;
  #deepest = 0;
  #isText = false;
  #isEscaped = false;
  #isLineStart = false;
  #isWrapped = false;
  /** Where a brace at the beginning of a line stands that is not settled yet. */
  #held: number | undefined;

  constructor(encoding: Encoding, onPiece: OnPiece) {
    this.#reader = new UnitReader(encoding);
    this.#buffer = new PieceBuffer(this.#reader.unitBytes);
    this.#onPiece = onPiece;
  }

  push(block: Uint8Array): void {
    const units = this.#reader.read(block);
    for (let at = 0; at < units.length;) {
      if (this.#held !== undefined) this.#settle(this.#held, units[at]);
      else if (this.#where === 'object') at = this.#inObject(units, at);
      else if (this.#where === 'garbage') at = this.#inGarbage(units, at);
      else if (this.#where === 'behind') at = units.length;
      else at = this.#between(units, at);
    }
    this.#before += units.length;
  }

  end(): void {
    if (this.#held !== undefined) this.#settle(this.#held, undefined);
    if (this.#where === 'object' || this.#where === 'garbage') this.#emit(false);
  }

  #between(units: Units, from: number): number {
    let at = from;
    for (; at < units.length; at += 1) {
      const code = units[at] ?? 0;
      if (code === CODE.brace) return this.#begin('object', at);
      if (code === CODE.close && this.#isWrapped) {
        // What the wrapper says behind its array is none of the events.
        this.#where = 'behind';
        return at + 1;
      }
      const isSpace = code === CODE.blank || code === CODE.lf || code === CODE.cr || code === CODE.tab;
      if (isSpace || code === CODE.comma || code === CODE.open || code === CODE.close || BYTE_ORDER_MARK.has(code)) continue;
      return this.#begin('garbage', at);
    }
    return at;
  }

  #begin(where: 'object' | 'garbage', at: number): number {
    this.#where = where;
    this.#start = this.#before + at;
    this.#depth = 0;
    this.#isText = false;
    this.#isEscaped = false;
    this.#isLineStart = false;
    return at;
  }

  /** A brace at the beginning of a line begins another object where a name follows at once, and else belongs to the one around it. */
  #settle(at: number, next: number | undefined): void {
    this.#held = undefined;
    if (next === CODE.quote) {
      this.#emit(false);
      this.#where = 'object';
      this.#start = at;
      this.#depth = 0;
    }
    this.#depth += 1;
    this.#buffer.add(BRACE[this.#reader.unitBytes], 0, 1);
  }

  #inGarbage(units: Units, from: number): number {
    const feed = units.indexOf(CODE.lf, from);
    this.#buffer.add(units, from, feed === -1 ? units.length : feed);
    if (feed === -1) return units.length;
    this.#emit(false);
    return feed + 1;
  }

  #inObject(units: Units, from: number): number {
    for (let at = from; at < units.length; at += 1) {
      const code = units[at] ?? 0;
      if (this.#isEscaped) {
        this.#isEscaped = false;
        continue;
      }
      if (this.#isText && code !== CODE.lf) {
        if (code === CODE.quote) this.#isText = false;
        else if (code === CODE.backslash) this.#isEscaped = true;
        continue;
      }
      const isStart = this.#isLineStart;
      this.#isLineStart = code === CODE.lf;
      switch (code) {
        case CODE.quote:
          this.#isText = true;
          break;
        case CODE.brace:
          if (isStart) {
            // The next unit decides; it may stand in the next block.
            this.#buffer.add(units, from, at);
            this.#held = this.#before + at;
            return at + 1;
          }
          this.#depth += 1;
          this.#deepest = Math.max(this.#deepest, this.#depth);
          break;
        case CODE.open:
          if (this.#depth === 1 && this.#isWrapper(units, from, at)) return at + 1;
          this.#depth += 1;
          this.#deepest = Math.max(this.#deepest, this.#depth);
          break;
        case CODE.close:
        case CODE.endBrace:
          this.#depth -= 1;
          if (this.#depth > 0) break;
          this.#buffer.add(units, from, at + 1);
          this.#emit(true);
          return at + 1;
        case CODE.lf:
          this.#isText = false;
          break;
        default:
      }
    }
    this.#buffer.add(units, from, units.length);
    return units.length;
  }

  /** Whether the first object of all holds nothing but the array that begins here, as far as can be seen. */
  #isWrapper(units: Units, from: number, at: number): boolean {
    if (this.#isWrapped || this.#before + at - this.#start > WRAPPER_UNITS) return false;
    if (!WRAPPER.test(this.#buffer.peek(units, from, at))) return false;
    this.#buffer.take();
    this.#isWrapped = true;
    this.#where = 'between';
    return true;
  }

  #emit(isWhole: boolean): void {
    this.#where = 'between';
    const isDeep = this.#deepest > JSON_DEPTH;
    this.#deepest = 0;
    this.#onPiece({ offset: this.#start * this.#reader.unitBytes, ...this.#buffer.take(), isWhole, ...(isDeep && { isDeep }) });
  }
}
