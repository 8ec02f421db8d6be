/** Measured: larger ones cost more to insert into, smaller ones more to walk over. */
const CHUNK = 512;

/** Numbers in order, of which each can be found by its rank: in chunks, so that a million of them can come and go. */
export class SortedNumbers {
  readonly #chunks: number[][] = [];
  length = 0;

  add(value: number): void {
    this.length += 1;
    const place = this.#chunkOf(value);
    const chunk = this.#chunks[place];
    if (chunk === undefined) {
      this.#chunks.push([value]);
      return;
    }
    chunk.splice(rankIn(chunk, value), 0, value);
    if (chunk.length > CHUNK) this.#chunks.splice(place + 1, 0, chunk.splice(CHUNK / 2));
  }

  /** Takes out one number that is in it. */
  remove(value: number): void {
    const place = this.#chunkOf(value);
    const chunk = this.#chunks[place];
    const rank = chunk === undefined ? -1 : rankIn(chunk, value);
    if (chunk === undefined || chunk[rank] !== value) return;
    this.length -= 1;
    chunk.splice(rank, 1);
    if (chunk.length === 0) this.#chunks.splice(place, 1);
  }

  /** @param rank from 0 */
  at(rank: number): number | undefined {
    let left = rank;
    for (const chunk of this.#chunks) {
      if (left < chunk.length) return chunk[left];
      left -= chunk.length;
    }
    return undefined;
  }

  /** The first chunk that ends with this number or a larger one, or the last of all. */
  #chunkOf(value: number): number {
    let [low, high] = [0, Math.max(0, this.#chunks.length - 1)];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#chunks[middle]?.at(-1) ?? Infinity) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** How many are smaller. */
function rankIn(chunk: readonly number[], value: number): number {
  let [low, high] = [0, chunk.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunk[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
