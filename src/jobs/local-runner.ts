import type { PieceReader } from './piece-reader.ts';
import type { Runner, RunListener } from './runner.ts';

/** So long signals and workers may wait. */
const REST_INTERVAL_MS = 5;

/** Reads here, one piece at a time. */
export function createLocalRunner(reader: PieceReader, { onFinding, onFeed, onBlock }: RunListener, stop?: AbortSignal): Runner {
  let rested = performance.now();
  return {
    hands: 1,
    promptHands: 1,
    get isStopped() {
      return stop?.aborted === true;
    },
    run: (piece, onHead) =>
      reader.read(piece, {
        onFinding: (finding) => onFinding(finding, piece.number),
        onFeed: (match) => onFeed(match, piece.number),
        onBlock,
        onHead,
        beforeBlock: async () => {
          if (performance.now() - rested > REST_INTERVAL_MS) {
            await new Promise((resolve) => setImmediate(resolve));
            rested = performance.now();
          }
          return stop?.aborted !== true;
        },
      }),
    close: () => reader.close(),
  };
}
