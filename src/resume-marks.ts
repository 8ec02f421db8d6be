import type { ParserState } from './parse/log-parser.ts';

/** By so many bytes in front of it a place is known again, and a file by so many of its first. */
export const KNOWN_BYTES = 4_096;

/** Where a later run can go on reading, and by what the bytes before it are known again. Goes over from workers: values only. */
export interface ResumeMark {
  /** Bytes from the start of the file: where a line begins. */
  readonly offset: number;
  /** Before it, from where the reading began. */
  readonly lines: number;
  readonly state: ParserState;
  /** The first bytes that were read. */
  readonly head: Uint8Array;
  /** The last bytes before the place. */
  readonly tail: Uint8Array;
}

/** Keeps the last place of a file that a later run can go on from: behind a whole line and a whole record. */
export class ResumeMarks {
  #head: Buffer = Buffer.alloc(0);
  /** The last bytes before the block to come. */
  #before: Buffer = Buffer.alloc(0);
  #blockStart: number;
  #last: Omit<ResumeMark, 'head'> | undefined;

  /** @param from where the reading begins */
  constructor(from: number) {
    this.#blockStart = from;
  }

  /**
   * To be called behind every block.
   *
   * @param offset where the first line begins that has not ended
   * @param state `undefined` in the middle of a record
   */
  take(block: Uint8Array, { offset, lines }: { readonly offset: number; readonly lines: number }, state: ParserState | undefined): void {
    if (this.#head.length < KNOWN_BYTES) this.#head = Buffer.concat([this.#head, block.subarray(0, KNOWN_BYTES - this.#head.length)]);
    const length = offset - this.#blockStart;
    if (length > 0 && state !== undefined)
      this.#last = {
        offset,
        lines,
        state,
        tail: lastBytes(Buffer.concat([this.#before, block.subarray(0, length).subarray(-KNOWN_BYTES)])),
      };
    this.#before = lastBytes(Buffer.concat([this.#before, block.subarray(-KNOWN_BYTES)]));
    this.#blockStart += block.length;
  }

  /** `undefined` where no line has ended. */
  mark(): ResumeMark | undefined {
    return this.#last && { ...this.#last, head: this.#head.subarray(0, this.#last.offset) };
  }
}

function lastBytes(bytes: Buffer): Buffer {
  return bytes.subarray(-KNOWN_BYTES);
}
