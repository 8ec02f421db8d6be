import type { FindingDetail } from '../src/report/html-blocks.ts';
import type { FindingData } from './blocks.ts';
import { termsIn } from './filter.ts';

/** Lines are kept in lower case for the next search, up to so many characters; beyond, they are unpacked again. */
const KEPT_CHARACTERS = 100_000_000;

/** Looks for terms in log lines, block by block, so that the page goes on. */
export class LineSearch {
  readonly #findings: FindingData;
  readonly #texts = new Map<number, readonly string[]>();
  #characters = 0;

  constructor(findings: FindingData) {
    this.#findings = findings;
  }

  /**
   * Adds the terms that lines hold to those that cells hold.
   *
   * @param isWanted asked after each block: false when something else is looked for by now
   */
  async *search(held: Uint8Array, terms: readonly string[], isWanted: () => boolean): AsyncGenerator<number> {
    const all = (1 << terms.length) - 1;
    const { blockStarts } = this.#findings.rows;
    for (let block = 0; block < this.#findings.blockCount; block += 1) {
      const texts = await this.#textsOf(block);
      if (!isWanted()) return;
      const start = blockStarts[block] ?? 0;
      for (const [index, text] of texts.entries()) {
        const before = held[start + index] ?? 0;
        if (before !== all) held[start + index] = before | termsIn(text, terms);
      }
      yield (block + 1) / this.#findings.blockCount;
    }
  }

  async #textsOf(block: number): Promise<readonly string[]> {
    const known = this.#texts.get(block);
    if (known !== undefined) return known;
    const texts = (await this.#findings.block(block)).map(searchedText);
    const characters = texts.reduce((sum, { length }) => sum + length, 0);
    if (this.#characters + characters <= KEPT_CHARACTERS) {
      this.#texts.set(block, texts);
      this.#characters += characters;
    }
    return texts;
  }
}

function searchedText({ message, event, matched, url, user_agent: agent, http, user }: FindingDetail): string {
  const values = matched.map(({ value }) => value);
  const parts = [
    event.original,
    message,
    url?.path,
    url?.query,
    agent?.original,
    http?.request?.id,
    user?.effective?.name,
    user?.effective?.id,
  ];
  return [...parts, ...values]
    .filter((part) => part !== undefined)
    .join('\n')
    .toLowerCase();
}
