import type { Finding } from '../src/model/finding.ts';
import type { FindingDetail, RowBlock } from '../src/report/html-blocks.ts';
import { blockOf, joinBlocks, type Rows } from './rows.ts';

/** Blocks that were unpacked for one of their findings are kept, this many of them. */
const KEPT_BLOCKS = 8;

/** The findings of the page: their rows, and what is unpacked when it is asked for. */
export class FindingData {
  readonly rows: Rows;
  readonly #packed: readonly string[];
  readonly #unpacked = new Map<number, Promise<readonly FindingDetail[]>>();

  private constructor(rows: Rows, packed: readonly string[]) {
    this.rows = rows;
    this.#packed = packed;
  }

  static async read(page: Document): Promise<FindingData> {
    const rows = await Promise.all(textsOf(page, 'rows').map((text) => unpack<RowBlock>(text)));
    return new FindingData(joinBlocks(rows), textsOf(page, 'details'));
  }

  get blockCount(): number {
    return this.#packed.length;
  }

  async finding(row: number): Promise<Finding> {
    const block = blockOf(this.rows, row);
    const details = await this.block(block);
    const detail = details[row - (this.rows.blockStarts[block] ?? 0)];
    if (detail === undefined) throw new RangeError(`there is no finding ${row}`);
    return { id: this.rows.ids[row] ?? '', ...detail };
  }

  /** All of a block, from its first row on. */
  async block(block: number): Promise<readonly FindingDetail[]> {
    const known = this.#unpacked.get(block);
    if (known !== undefined) return await known;
    const unpacked = unpack<readonly FindingDetail[]>(this.#packed[block] ?? '');
    this.#unpacked.set(block, unpacked);
    const [oldest] = this.#unpacked.keys();
    if (this.#unpacked.size > KEPT_BLOCKS && oldest !== undefined) this.#unpacked.delete(oldest);
    return await unpacked;
  }
}

function textsOf(page: Document, kind: string): string[] {
  return [...page.querySelectorAll(`script[data-block="${kind}"]`)].map(({ textContent }) => textContent);
}

/** What the reporter's `pack` made. */
async function unpack<Content>(packed: string): Promise<Content> {
  const binary = atob(packed);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the reporter of the same build
  return JSON.parse(await new Response(stream).text()) as Content;
}
