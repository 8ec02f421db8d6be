import { FindingCounts, total, type ByLevel } from './finding-counts.ts';
import { compareFindings } from './match/finding.ts';
import type { Finding } from './model/finding.ts';
import { LEVELS, type Level } from './model/rule.ts';
import { mergeRuns } from './merge-runs.ts';
import { SpillFile, type SpillRun } from './spill-file.ts';

/** Findings together may hold about so many characters of log text before they go to a file. */
const MEMORY_CHARACTERS = 8_000_000;
/** What a finding takes beside its text; measured. */
const FINDING_CHARACTERS = 1_000;

export interface FindingStoreOptions {
  /** Findings below are counted, not kept. */
  readonly minLevel: Level;
  /** Where a file may be made for what memory has no room for; without it, or when it cannot be written, all stays in memory. */
  readonly spillFolder?: string;
  /** Another figure for tests. */
  readonly memoryCharacters?: number;
}

/** A finding whose line counts from the beginning of its piece. */
interface Stored {
  readonly piece: number;
  readonly finding: Finding;
}

/**
 * Findings in any number, given back in the order of every output. They come in any order, by pieces of files; those of a piece count when
 * it is settled where in its file the piece stands. What memory has no room for lies, sorted in runs, in a file without a name:
 * the operating system takes it back whatever becomes of the program.
 */
export class FindingStore implements Iterable<Finding> {
  /** Of settled pieces. */
  readonly counts = new FindingCounts();
  readonly #counts = new Map<number, FindingCounts>();
  /** By settled piece, the lines of its file before it. */
  readonly #linesBefore = new Map<number, number>();
  readonly #options: FindingStoreOptions;
  readonly #least: number;
  #limit: number;
  #kept: Stored[] = [];
  #characters = 0;
  #spill: SpillFile | undefined;
  readonly #runs: SpillRun[] = [];

  constructor(options: FindingStoreOptions) {
    this.#options = options;
    this.#least = LEVELS.indexOf(options.minLevel);
    this.#limit = options.memoryCharacters ?? MEMORY_CHARACTERS;
  }

  add(finding: Finding, piece: number): void {
    const counts = this.#counts.get(piece) ?? new FindingCounts();
    this.#counts.set(piece, counts);
    counts.add(finding);
    if (LEVELS.indexOf(finding.rule.level) < this.#least) return;
    this.#kept.push({ finding, piece });
    this.#characters += (finding.event.original?.length ?? 0) * 2 + FINDING_CHARACTERS;
    if (this.#characters > this.#limit && this.#options.spillFolder !== undefined) this.#spillTo(this.#options.spillFolder);
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

  /** Takes the findings of a piece back, as far as they are in memory. */
  drop(piece: number): void {
    if (!this.#counts.delete(piece)) return;
    this.#kept = this.#kept.filter((each) => each.piece !== piece);
  }

  /** By time, path, line and rule; suppressed ones among them. */
  *[Symbol.iterator](): Generator<Finding> {
    const inMemory = this.#kept.toSorted(compareStored);
    const spill = this.#spill;
    const spilled = spill === undefined ? [] : this.#runs.map((run) => readLines(spill.blocks(run, this.#runs.length)));
    const sorted = spilled.length === 0 ? inMemory : mergeRuns([...spilled, inMemory.values()], compareStored);
    for (const { finding, piece } of sorted) {
      const linesBefore = this.#linesBefore.get(piece);
      if (linesBefore === 0) yield finding;
      else if (linesBefore !== undefined) yield { ...finding, log: { ...finding.log, line: finding.log.line + linesBefore } };
    }
  }

  #spillTo(folder: string): void {
    try {
      this.#spill ??= new SpillFile(folder);
      this.#runs.push(this.#spill.write(asLines(this.#kept.toSorted(compareStored))));
      this.#kept = [];
      this.#characters = 0;
    } catch {
      // No room on the disk: memory has to do.
      this.#limit = Infinity;
    }
  }
}

function compareStored(a: Stored, b: Stored): number {
  return compareFindings(a.finding, b.finding);
}

function* asLines(findings: readonly Stored[]): Generator<Buffer> {
  for (const finding of findings) yield Buffer.from(`${JSON.stringify(finding)}\n`);
}

/** One JSON text a line. */
function* readLines(blocks: Iterable<Buffer>): Generator<Stored> {
  let rest: Buffer = Buffer.alloc(0);
  for (const block of blocks) {
    const bytes = Buffer.concat([rest, block]);
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by asLines
      yield JSON.parse(bytes.toString('utf8', start, end)) as Stored;
      start = end + 1;
    }
    rest = Buffer.from(bytes.subarray(start));
  }
}
