import type { Target } from './target.ts';

const MOST_TRIES = 400;
const MOST_MS = 5_000;

/** What kind of failure it is: words without numbers, and where it was thrown. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 80);
  const place = /\n\s+at (?!assert)(?:async )?(\S+)/.exec(error.stack ?? '')?.[1] ?? '';
  return `${error.message.replaceAll(/\d+/g, 'N').slice(0, 80)} ${error.message.startsWith('not kept') ? '' : place}`;
}

/** Takes pieces away as long as the same failure stays: not the smallest input, but one that can be read. */
export async function minimise({ run }: Target, input: Buffer, error: unknown): Promise<Buffer> {
  const kind = kindOf(error);
  const end = Date.now() + MOST_MS;
  let smallest = input;
  let tries = 0;
  const isSame = async (candidate: Buffer): Promise<boolean> => {
    try {
      await run(candidate);
      return false;
    } catch (thrown) {
      return kindOf(thrown) === kind;
    }
  };
  for (let length = smallest.length >> 1; length >= 1; length >>= 1) {
    for (let from = 0; from < smallest.length && tries < MOST_TRIES && Date.now() < end; tries += 1) {
      const candidate = Buffer.concat([smallest.subarray(0, from), smallest.subarray(from + length)]);
      if (await isSame(candidate)) smallest = candidate;
      else from += length;
    }
  }
  return smallest;
}
