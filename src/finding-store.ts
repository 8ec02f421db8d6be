import { randomBytes } from 'node:crypto';
import { openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { compareFindings } from './match/finding.ts';
import type { Finding } from './model/finding.ts';
import { LEVELS, type Level } from './model/rule.ts';

/** Findings together may hold about so many characters of log text before they go to a file. */
const MEMORY_CHARACTERS = 8_000_000;
/** What a finding takes beside its text; measured. */
const FINDING_CHARACTERS = 1_000;
/** All buffers for reading the file back. */
const READ_BYTES = 8_388_608;

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

type Counts = Record<Level, number>;

/**
 * Findings in any number, given back in the order of every output. They come in any order, by pieces of files; those of a piece count when
 * it is settled where in its file the piece stands. What memory has no room for lies, sorted in runs, in a file without a name:
 * the operating system takes it back whatever becomes of the program.
 */
export class FindingStore implements Iterable<Finding> {
  /** Of settled pieces. */
  readonly byLevel: Counts = noFindings();
  readonly #counts = new Map<number, Counts>();
  /** By settled piece, the lines of its file before it. */
  readonly #linesBefore = new Map<number, number>();
  readonly #options: FindingStoreOptions;
  readonly #least: number;
  #limit: number;
  #kept: Stored[] = [];
  #characters = 0;
  #spill: SpillFile | undefined;

  constructor(options: FindingStoreOptions) {
    this.#options = options;
    this.#least = LEVELS.indexOf(options.minLevel);
    this.#limit = options.memoryCharacters ?? MEMORY_CHARACTERS;
  }

  add(finding: Finding, piece: number): void {
    const { level } = finding.rule;
    const counts = this.#counts.get(piece) ?? noFindings();
    this.#counts.set(piece, counts);
    counts[level] += 1;
    if (LEVELS.indexOf(level) < this.#least) return;
    this.#kept.push({ finding, piece });
    this.#characters += finding.event.original.length * 2 + FINDING_CHARACTERS;
    if (this.#characters > this.#limit && this.#options.spillFolder !== undefined) this.#spillTo(this.#options.spillFolder);
  }

  /** The findings of pieces that are never settled are left out. */
  settle(piece: number, linesBefore: number): void {
    this.#linesBefore.set(piece, linesBefore);
    const counts = this.#counts.get(piece) ?? noFindings();
    for (const level of LEVELS) this.byLevel[level] += counts[level];
  }

  /** Takes the findings of a piece back, as far as they are in memory. */
  drop(piece: number): void {
    if (!this.#counts.delete(piece)) return;
    this.#kept = this.#kept.filter((each) => each.piece !== piece);
  }

  /** By time, path, line and rule. */
  *[Symbol.iterator](): Generator<Finding> {
    const inMemory = this.#kept.toSorted(compareStored);
    const sorted = this.#spill === undefined ? inMemory : merge([...this.#spill.runs(), inMemory.values()]);
    for (const { finding, piece } of sorted) {
      const linesBefore = this.#linesBefore.get(piece);
      if (linesBefore === 0) yield finding;
      else if (linesBefore !== undefined) yield { ...finding, log: { ...finding.log, line: finding.log.line + linesBefore } };
    }
  }

  #spillTo(folder: string): void {
    try {
      this.#spill ??= new SpillFile(folder);
      this.#spill.write(this.#kept.toSorted(compareStored));
      this.#kept = [];
      this.#characters = 0;
    } catch {
      // No room on the disk: memory has to do.
      this.#limit = Infinity;
    }
  }
}

function noFindings(): Counts {
  return { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
}

function compareStored(a: Stored, b: Stored): number {
  return compareFindings(a.finding, b.finding);
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Sorted runs of findings, one JSON text a line, one run behind the other. */
class SpillFile {
  readonly #descriptor: number;
  readonly #runs: Run[] = [];
  #end = 0;

  constructor(folder: string) {
    const file = path.join(folder, `exhunt-${randomBytes(8).toString('hex')}.tmp`);
    this.#descriptor = openSync(file, 'wx+', 0o600);
    unlinkSync(file);
  }

  write(findings: readonly Stored[]): void {
    const from = this.#end;
    try {
      for (const finding of findings) this.#writeAll(Buffer.from(`${JSON.stringify(finding)}\n`));
    } catch (error) {
      // Half a run is none.
      this.#end = from;
      throw error;
    }
    this.#runs.push({ from, to: this.#end });
  }

  runs(): Generator<Stored>[] {
    const bufferBytes = Math.max(4_096, Math.floor(READ_BYTES / Math.max(1, this.#runs.length)));
    return this.#runs.map((run) => this.#read(run, bufferBytes));
  }

  #writeAll(bytes: Buffer): void {
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, this.#end + written);
    this.#end += bytes.length;
  }

  *#read({ from, to }: Run, bufferBytes: number): Generator<Stored> {
    const buffer = Buffer.allocUnsafe(bufferBytes);
    let rest: Buffer = Buffer.alloc(0);
    for (let at = from; at < to;) {
      const count = readSync(this.#descriptor, buffer, 0, Math.min(bufferBytes, to - at), at);
      if (count === 0) throw new Error('the file of findings is shorter than it was written');
      at += count;
      const bytes = Buffer.concat([rest, buffer.subarray(0, count)]);
      let start = 0;
      for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this class
        yield JSON.parse(bytes.toString('utf8', start, end)) as Stored;
        start = end + 1;
      }
      rest = Buffer.from(bytes.subarray(start));
    }
  }
}

/** Of runs that are each in order, all in order; of equal ones the earlier run's first. */
function* merge(runs: readonly Iterator<Stored>[]): Generator<Stored> {
  const heads = runs.flatMap((run, index) => {
    const { value, done } = run.next();
    return done === true ? [] : [{ stored: value, run, index }];
  });
  heads.sort((a, b) => compareStored(a.stored, b.stored) || a.index - b.index);
  for (let first = heads.shift(); first !== undefined; first = heads.shift()) {
    yield first.stored;
    const { run, index } = first;
    const { value, done } = run.next();
    if (done === true) continue;
    heads.splice(placeOf(heads, value, index), 0, { stored: value, run, index });
  }
}

/** Where a finding belongs among sorted ones; found by halving. */
function placeOf(heads: readonly { readonly stored: Stored; readonly index: number }[], stored: Stored, index: number): number {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const head = heads[middle];
    if (head !== undefined && (compareStored(head.stored, stored) || head.index - index) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
