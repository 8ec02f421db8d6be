import { Pace } from './pace.ts';
import type { PieceReader } from './piece-reader.ts';
import type { Runner, RunListener } from './runner.ts';

/** So long signals and workers may wait. */
const REST_INTERVAL_MS = 5;

/** Reads here, one piece at a time. */
export function createLocalRunner(
  reader: PieceReader,
  { onFinding, onFeed, onBlock }: RunListener,
  { stop, maxCpu }: { readonly stop?: AbortSignal | undefined; readonly maxCpu?: number | undefined } = {},
): Runner {
  let rested = performance.now();
  const isStopped = (): boolean => stop?.aborted === true;
  const pace = maxCpu === undefined ? undefined : new Pace(maxCpu, isStopped);
  return {
    hands: 1,
    promptHands: 1,
    get isStopped() {
      return isStopped();
    },
    run: (piece, onHead) => {
      pace?.resume();
      return reader.read(piece, {
        onFinding: (finding) => onFinding(finding, piece.number),
        onFeed: (match) => onFeed(match, piece.number),
        onBlock,
        onHead,
        beforeBlock: async () => {
          if (pace?.isDue === true) {
            await pace.rest();
            rested = performance.now();
          } else if (performance.now() - rested > REST_INTERVAL_MS) {
            await new Promise((resolve) => setImmediate(resolve));
            rested = performance.now();
          }
          return !isStopped();
        },
      });
    },
    close: () => reader.close(),
  };
}
