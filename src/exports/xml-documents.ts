import type { Encoding } from '../model/log-file.ts';
import { PieceBuffer, UnitReader, type Documents, type OnPiece, type Units } from './documents.ts';

const BEGIN = Array.from('<Event', (letter) => letter.charCodeAt(0));
const END = Array.from('</Event', (letter) => letter.charCodeAt(0));
const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Cuts the elements `Event` out of XML, whatever stands around them. An event that begins within another one ends it: it was never closed. */
export class XmlDocuments implements Documents {
  readonly #onPiece: OnPiece;
  readonly #reader: UnitReader;
  readonly #buffer: PieceBuffer;
  #before = 0;
  #start = 0;
  #isInside = false;
  /** Of `<Event` and of `</Event`, so many letters were met last. */
  #begun = 0;
  #ended = 0;

  constructor(encoding: Encoding, onPiece: OnPiece) {
    this.#reader = new UnitReader(encoding);
    this.#buffer = new PieceBuffer(this.#reader.unitBytes);
    this.#onPiece = onPiece;
  }

  push(block: Uint8Array): void {
    const units = this.#reader.read(block);
    let from = 0;
    for (let at = 0; at < units.length; at += 1) {
      const code = units[at] ?? 0;
      // Between two marks nothing matters but where the next begins.
      if (this.#begun === 0 && this.#ended === 0 && code !== LESS) {
        const next = units.indexOf(LESS, at);
        at = (next === -1 ? units.length : next) - 1;
        continue;
      }
      const isBegin = this.#begun === BEGIN.length && (isSpace(code) || code === GREATER || code === SLASH);
      const isEnd = this.#ended === END.length && code === GREATER;
      const isEndToCome = this.#ended === END.length && isSpace(code);
      this.#begun = code === BEGIN[this.#begun] ? this.#begun + 1 : Number(code === LESS);
      this.#ended = code === END[this.#ended] ? this.#ended + 1 : isEndToCome ? END.length : Number(code === LESS);
      if (isBegin) from = this.#begin(units, from, at - BEGIN.length);
      if (isEnd && this.#isInside) {
        this.#buffer.add(units, from, at + 1);
        this.#emit(true);
      }
    }
    if (this.#isInside) this.#buffer.add(units, from, units.length);
    this.#before += units.length;
  }

  end(): void {
    if (this.#isInside) this.#emit(false);
  }

  /** @param start may lie in the block before: then it is less than 0 */
  #begin(units: Units, from: number, start: number): number {
    if (this.#isInside) {
      if (start > from) this.#buffer.add(units, from, start);
      if (start < 0) this.#buffer.drop(-start);
      this.#emit(false);
    }
    this.#isInside = true;
    this.#start = this.#before + start;
    if (start >= 0) return start;
    const letters = BEGIN.slice(0, -start);
    this.#buffer.add(this.#reader.unitBytes === 1 ? Uint8Array.from(letters) : Uint16Array.from(letters), 0, letters.length);
    return 0;
  }

  #emit(isWhole: boolean): void {
    this.#isInside = false;
    this.#onPiece({ offset: this.#start * this.#reader.unitBytes, ...this.#buffer.take(), isWhole });
  }
}
