import { FindingCounts, total, type ByLevel } from './finding-counts.ts';
import { compareFindings, type Placed } from './match/finding.ts';
import type { Finding } from './model/finding.ts';
import { LEVELS, type Level } from './model/rule.ts';
import { mergeRuns } from './merge-runs.ts';
import { FindingPacker, recordBytes, type Stored } from './packed-finding.ts';
import { SpillFile, type SpillRun } from './spill-file.ts';

/** Findings are sorted, and spilled, in runs of about this size. */
const RUN_BYTES = 8_388_608;
const FIRST_BYTES = 65_536;

export interface FindingStoreOptions {
  /** Findings below are counted, not kept. */
  readonly minLevel: Level;
  /** Where a file may be made for what memory has no room for; without it, or when it cannot be written, all stays in memory. */
  readonly spillFolder?: string;
  /** Another figure for tests. */
  readonly runBytes?: number;
}

/** What a finding in the buffer is sorted by, and where it begins. */
interface Place {
  readonly finding: Placed;
  readonly start: number;
}

/** Runs of which each ends before the next begins: they are read one after the other, in one buffer. Those of a log mostly do. */
interface Chain {
  last: Placed;
  readonly runs: (Buffer | SpillRun)[];
}

/**
 * Findings in any number, given back in the order of every output. They come in any order, by pieces of files; those of a piece count when
 * it is settled where in its file the piece stands. They are kept as bytes: as objects they would be five times as large, and all but the
 * youngest of them would have to be gone through again and again for garbage. What memory has no room for lies, sorted in runs, in a file
 * without a name: the operating system takes it back whatever becomes of the program.
 */
export class FindingStore implements Iterable<Finding> {
  /** Of settled pieces. */
  readonly counts = new FindingCounts();
  readonly #counts = new Map<number, FindingCounts>();
  /** By settled piece, the lines of its file before it. */
  readonly #linesBefore = new Map<number, number>();
  readonly #options: FindingStoreOptions;
  readonly #least: number;
  readonly #packer = new FindingPacker();
  #buffer = Buffer.alloc(0);
  #end = 0;
  /** Of the findings in the buffer. */
  #places: Place[] = [];
  #isSorted = true;
  readonly #chains: Chain[] = [];
  #spill: SpillFile | undefined;
  #maySpill: boolean;

  constructor(options: FindingStoreOptions) {
    this.#options = options;
    this.#least = LEVELS.indexOf(options.minLevel);
    this.#maySpill = options.spillFolder !== undefined;
  }

  add(finding: Finding, piece: number): void {
    const counts = this.#counts.get(piece) ?? new FindingCounts();
    this.#counts.set(piece, counts);
    counts.add(finding);
    if (LEVELS.indexOf(finding.rule.level) < this.#least) return;
    const { text, bytes } = this.#packer.textOf(finding);
    this.#makeRoom(bytes);
    const { '@timestamp': time, log, rule } = finding;
    const placed = { ...(time !== undefined && { '@timestamp': time }), log, rule };
    const last = this.#places.at(-1);
    if (last !== undefined && compareFindings(last.finding, placed) > 0) this.#isSorted = false;
    this.#places.push({ finding: placed, start: this.#end });
    this.#end = this.#packer.write(this.#buffer, this.#end, text, piece);
  }

  /** Of all pieces, as far as they are read; without suppressed ones. */
  get count(): number {
    let count = 0;
    for (const counts of this.#counts.values()) count += total(counts.byLevel);
    return count;
  }

  /** The findings of pieces that are never settled are left out. */
  settle(piece: number, linesBefore: number): void {
    this.#linesBefore.set(piece, linesBefore);
    const counts = this.#counts.get(piece);
    if (counts !== undefined) this.counts.join(counts);
  }

  /** Of settled pieces, without suppressed ones. */
  get byLevel(): ByLevel {
    return this.counts.byLevel;
  }

  /** Takes back the findings of a piece, which is not settled any more. */
  drop(piece: number): void {
    this.#counts.delete(piece);
  }

  /** By time, path, line and rule; suppressed ones among them. */
  *[Symbol.iterator](): Generator<Finding> {
    if (this.#end > 0) this.#closeRun(true);
    this.#buffer = Buffer.alloc(0);
    const chains = this.#chains.map(({ runs }) => this.#read(runs));
    const [only] = chains;
    const sorted = chains.length === 1 && only !== undefined ? only : mergeRuns(chains, compareStored);
    for (const { finding, piece } of sorted) {
      const linesBefore = this.#linesBefore.get(piece);
      if (linesBefore === 0) yield finding;
      else if (linesBefore !== undefined) yield { ...finding, log: { ...finding.log, line: finding.log.line + linesBefore } };
    }
  }

  #makeRoom(bytes: number): void {
    const { runBytes = RUN_BYTES } = this.#options;
    if (this.#end > 0 && this.#end + bytes > runBytes) this.#closeRun(false);
    if (this.#end + bytes <= this.#buffer.length) return;
    const doubled = Math.max(FIRST_BYTES, this.#buffer.length * 2);
    const larger = Buffer.allocUnsafe(Math.max(Math.min(doubled, runBytes), this.#end + bytes));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }

  /**
   * Puts what came in since the last run in order: mostly it came so.
   *
   * @param isLast it is often the only one, and stays in memory
   */
  #closeRun(isLast: boolean): void {
    const bytes = this.#buffer.subarray(0, this.#end);
    const places = this.#isSorted ? this.#places : this.#places.toSorted((a, b) => compareFindings(a.finding, b.finding));
    const sorted = this.#isSorted ? bytes : pickBytes(bytes, places);
    const run = (isLast ? undefined : this.#spilled(sorted)) ?? Buffer.from(sorted);
    const [first, last] = [places[0]?.finding, places.at(-1)?.finding];
    if (first !== undefined && last !== undefined) this.#link(run, first, last);
    this.#places = [];
    this.#isSorted = true;
    this.#end = 0;
  }

  #link(run: Buffer | SpillRun, first: Placed, last: Placed): void {
    const chain = this.#chains.find((each) => compareFindings(each.last, first) <= 0);
    if (chain === undefined) {
      this.#chains.push({ last, runs: [run] });
      return;
    }
    chain.runs.push(run);
    chain.last = last;
  }

  /** `undefined` where it has to stay in memory. */
  #spilled(bytes: Buffer): SpillRun | undefined {
    const { spillFolder } = this.#options;
    if (!this.#maySpill || spillFolder === undefined) return undefined;
    try {
      this.#spill ??= new SpillFile(spillFolder);
      return this.#spill.write([bytes]);
    } catch {
      // No room on the disk: memory has to do.
      this.#maySpill = false;
      return undefined;
    }
  }

  *#read(runs: readonly (Buffer | SpillRun)[]): Generator<Stored> {
    for (const run of runs) {
      const blocks = Buffer.isBuffer(run) ? [run] : (this.#spill?.records(run, this.#chains.length, recordBytes) ?? []);
      for (const block of blocks)
        for (let at = 0; at < block.length; at += recordBytes(block, at) ?? block.length) yield this.#packer.read(block, at);
    }
  }
}

function compareStored(a: Stored, b: Stored): number {
  return compareFindings(a.finding, b.finding);
}

function pickBytes(bytes: Buffer, places: readonly Place[]): Buffer {
  return Buffer.concat(places.map(({ start }) => bytes.subarray(start, start + (recordBytes(bytes, start) ?? 0))));
}
