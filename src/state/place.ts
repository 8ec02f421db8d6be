import type { ResumePoint } from '../jobs/piece.ts';
import { KNOWN_BYTES, type ResumeMark } from '../resume-marks.ts';
import { digestOf } from './content.ts';

/** A file is known by at least so many of its first bytes under another name; with fewer, by its name. */
const LEAST_HEAD_BYTES = 256;

/** How far a file is read, and by what it is known again. */
export interface Cursor extends ResumePoint {
  /** Of its row, which may be that of another name. */
  readonly key: string;
  readonly headLength: number;
  readonly head: Uint8Array | null;
  readonly tailLength: number;
  readonly tail: Uint8Array | null;
}

/** What is done about a file in this run. */
export interface Plan {
  readonly key: string;
  readonly stamp: string;
  readonly cursor: Cursor | undefined;
  /** The first bytes of a file that goes on, and the last before the place. */
  readonly head: Buffer;
  readonly tail: Buffer;
  /** Of the last piece that was settled; lines count from the beginning of the file. */
  mark?: ResumeMark;
  /** The operating system, or the end of the run, kept back a part of it. */
  isTorn?: boolean;
  /** A line or a record has begun that is left to the next run. */
  isOpen?: boolean;
}

/** Of a file of which no line was read, or that is read as a whole whenever it changes. */
export const NOWHERE = { state: null, place: [0, 0, 0, null, 0, null] } as const;

/** Offset, lines, head and tail, as far as the file is read by now; `undefined` where not one line is. */
export function placeOf({ mark, cursor, head: headBefore, tail: tailBefore }: Plan) {
  if (mark === undefined) {
    if (cursor === undefined) return undefined;
    const { offset, lines, state, headLength, head, tailLength, tail } = cursor;
    return { state, place: [offset, lines, headLength, head, tailLength, tail] };
  }
  const { offset, lines, state } = mark;
  const isContiguous = cursor !== undefined && mark.tail.length === offset - cursor.offset;
  const tail = isContiguous ? Buffer.concat([tailBefore, mark.tail]).subarray(-KNOWN_BYTES) : Buffer.from(mark.tail);
  const first = cursor === undefined ? mark.head : headBefore.subarray(0, offset);
  let headLength = KNOWN_BYTES;
  while (headLength > first.length) headLength /= 2;
  const head = headLength < LEAST_HEAD_BYTES ? null : digestOf(first.subarray(0, headLength));
  return { state, place: [offset, lines, head === null ? 0 : headLength, head, tail.length, digestOf(tail)] };
}
