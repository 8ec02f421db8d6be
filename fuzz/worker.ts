import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../tools/samples/random.ts';
import { minimise } from './minimise.ts';
import { inputOf } from './target.ts';
import { makeTarget } from './targets.ts';

export interface WorkerTask {
  readonly target: string;
  readonly root: string;
  readonly seed: number;
  readonly from: number;
  readonly until: number;
  /** The number of the input at hand: who hangs cannot tell. */
  readonly at: Int32Array;
}

export type FuzzWord =
  { readonly kind: 'found'; readonly number: number; readonly reason: string; readonly input: Uint8Array } | { readonly kind: 'done' };

const { target: name, root, seed, from, until, at } = workerData as WorkerTask;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has none
const say = (word: FuzzWord): void => parentPort?.postMessage(word);
const target = await makeTarget(name, root);

for (let number = from; Date.now() < until; number += 1) {
  Atomics.store(at, 0, number);
  const input = inputOf(target, new Random(seed + number));
  try {
    await target.run(input);
  } catch (error) {
    const smaller = await minimise(target, input, error);
    say({ kind: 'found', number, reason: error instanceof Error ? (error.stack ?? error.message) : String(error), input: smaller });
  }
}
say({ kind: 'done' });
