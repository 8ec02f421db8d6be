import type { Random } from '../tools/samples/random.ts';

/** Something that takes input from strangers. */
export interface Target {
  readonly name: string;
  /** Good inputs that bad ones are made of. */
  readonly seeds: readonly Buffer[];
  /** Makes a bad input of a good one, and of parts of another. */
  readonly mutate: (random: Random, seed: Buffer, other: Buffer) => Buffer;
  /**
   * Does with an input what exhunt does with it.
   *
   * @throws where a promise is not kept
   */
  readonly run: (input: Buffer) => Promise<void> | void;
}

/** The input of a number: the same for the same seed, so that one that hangs can be made again. */
export function inputOf({ seeds, mutate }: Target, random: Random): Buffer {
  return mutate(random, random.pick(seeds), random.pick(seeds));
}

export function assert(isKept: boolean, promise: string): void {
  if (!isKept) throw new Error(`not kept: ${promise}`);
}
