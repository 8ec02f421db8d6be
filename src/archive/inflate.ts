import { constants, createInflateRaw, type InflateRaw } from 'node:zlib';
import { damaged } from './archive-error.ts';
import type { ByteReader } from './bytes.ts';

const OUT_BYTES = 262_144;
/**
 * Of what is damaged, zlib keeps all that came out of the piece in which the damage is: a small log would be lost as a whole. Larger pieces are quicker:
 * measured, 16 KB cost a tenth less than 4 KB, and more gain nothing.
 */
const FIRST_BYTES = 256;
const MOST_BYTES = 16_384;

/** Waits for one of the things that a stream tells. */
class Bell {
  #wake: (() => void) | undefined;
  #hasRung = false;

  readonly ring = (): void => {
    this.#hasRung = true;
    this.#wake?.();
  };

  async wait(): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#hasRung = false;
  }
}

/**
 * Inflates to where the deflated bytes end, and puts back what stands behind them.
 *
 * @returns whether they came to their end; else what holds them did
 * @throws {ArchiveError} when they are damaged
 */
export async function* inflate(reader: ByteReader): AsyncGenerator<Uint8Array, boolean> {
  const stream: InflateRaw = createInflateRaw({ chunkSize: OUT_BYTES, finishFlush: constants.Z_SYNC_FLUSH });
  const bell = new Bell();
  let failure: unknown;
  stream.on('readable', bell.ring).on('end', bell.ring);
  stream.on('error', (error) => {
    failure = error;
    bell.ring();
  });
  try {
    let fed = 0;
    let pieceBytes = FIRST_BYTES;
    for (;;) {
      const piece = await reader.some(pieceBytes);
      if (piece === undefined) return false;
      pieceBytes = Math.min(MOST_BYTES, pieceBytes + (fed >> 3));
      fed += piece.length;
      let isTaken = false;
      stream.write(piece, () => {
        isTaken = true;
        bell.ring();
      });
      // All that came out of a piece is taken before the next goes in: what zlib holds when it meets damage is lost.
      for (;;) {
        const chunk: unknown = stream.read();
        if (chunk instanceof Uint8Array) yield chunk;
        else if (failure !== undefined) throw damaged('corrupt', failure);
        else if (isTaken) break;
        else await bell.wait();
      }
      const left = fed - stream.bytesWritten;
      if (left > 0) {
        reader.putBack(piece.subarray(piece.length - left));
        return true;
      }
      if (stream.readableEnded) return true;
    }
  } finally {
    stream.destroy();
  }
}
