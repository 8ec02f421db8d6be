import type { BaseMatch } from './correlate/correlator.ts';
import { STANDING_TIME } from './correlate/standing.ts';
import {
  boundBytes,
  matchBytes,
  readHead,
  readPlace,
  readTexts,
  readTime,
  writeMatch,
  type MatchHead,
  type MatchTexts,
} from './match-record.ts';
import { mergeRuns } from './merge-runs.ts';
import type { FeedingMatch } from './model/feeding-match.ts';
import type { CorrelatedRecord, EvidenceFile } from './model/finding.ts';
import { SpillFile, type SpillRun } from './spill-file.ts';

/** Matches are sorted, and spilled, in runs of about this size. */
const RUN_BYTES = 8_388_608;
const FIRST_BYTES = 65_536;
/** Most matches are found in one look. */
const LOOK_BYTES = 512;

export interface MatchStoreOptions {
  /** Where a file may be made for what memory has no room for; without it, or when it cannot be written, all stays in memory. */
  readonly spillFolder?: string;
  /** Another figure for tests. */
  readonly runBytes?: number;
}

/** Matches in their order, in memory or in the file. A match's place is counted through all runs. */
interface Run {
  readonly place: number;
  readonly from: Buffer | SpillRun;
}

/** A match on its way from a run. */
interface Read extends MatchHead, Omit<MatchTexts, 'request' | 'modified'> {
  readonly place: number;
}

/**
 * Matches that feed correlations, in any number, given back in the order of time, path and place: first those that stand, and have none. They come in any order, by pieces of files;
 * those of a piece count when it is settled where in its file the piece stands.
 */
export class MatchStore implements Iterable<BaseMatch> {
  readonly #options: MatchStoreOptions;
  readonly #rules = new Table();
  /** Log type and file, as JSON: paths may hold any character. */
  readonly #files = new Table();
  readonly #paths: string[] = [];
  #file = { logType: '', path: '', number: -1 };
  #buffer = Buffer.alloc(0);
  #end = 0;
  /** Where matches begin in the buffer. */
  #starts: number[] = [];
  readonly #runs: Run[] = [];
  #place = 0;
  #spill: SpillFile | undefined;
  #maySpill: boolean;
  /** By settled piece, the lines of its file before it. */
  readonly #linesBefore = new Map<number, number>();
  /** By piece and rule: matches without a time. */
  readonly #timeless = new Map<number, Map<string, number>>();

  constructor(options: MatchStoreOptions) {
    this.#options = options;
    this.#maySpill = options.spillFolder !== undefined;
  }

  add(match: FeedingMatch, piece: number): void {
    if (match.time === undefined && match.stands !== true) {
      const counts = this.#timeless.get(piece) ?? new Map<string, number>();
      this.#timeless.set(piece, counts.set(match.rule, (counts.get(match.rule) ?? 0) + 1));
      return;
    }
    this.#makeRoom(boundBytes(match));
    this.#starts.push(this.#end);
    this.#end = writeMatch(this.#buffer, this.#end, match, {
      piece,
      rule: this.#rules.number(match.rule),
      file: this.#fileOf(match),
    });
    if (this.#end >= (this.#options.runBytes ?? RUN_BYTES)) this.#closeRun();
  }

  /** The matches of pieces that are never settled are left out. */
  settle(piece: number, linesBefore: number): void {
    this.#linesBefore.set(piece, linesBefore);
  }

  /** By rule: matches without a time. */
  *timeless(): Generator<readonly [rule: string, count: number]> {
    for (const [piece, counts] of this.#timeless) if (this.#linesBefore.has(piece)) yield* counts;
  }

  *[Symbol.iterator](): Generator<BaseMatch> {
    if (this.#starts.length > 0) this.#closeRun();
    this.#buffer = Buffer.alloc(0);
    const runs = this.#runs.map((run) => this.#read(run));
    const [only] = runs;
    const merged = runs.length === 1 && only !== undefined ? only : mergeRuns(runs, (a, b) => this.#compare(a, b));
    for (const { piece, rule, time, values, host, place } of merged) {
      if (this.#linesBefore.has(piece)) yield { rule: this.#rules.text(rule), time, values, host, place };
    }
  }

  get hasMatches(): boolean {
    return this.#starts.length + this.#runs.length > 0;
  }

  /** Those of settled pieces that have a time, or stand, whole. */
  *matches(): Generator<{ readonly piece: number; readonly match: FeedingMatch }> {
    if (this.#starts.length > 0) this.#closeRun();
    for (const run of this.#runs)
      for (const { piece, rule, time, values, place } of this.#read(run)) {
        if (!this.#linesBefore.has(piece)) continue;
        const { id, record } = this.record(place);
        const { type: logType, file, line, offset } = record.log;
        const { host, http, file: standing } = record;
        const match = {
          id,
          rule: this.#rules.text(rule),
          ...(time === STANDING_TIME ? { stands: true as const } : { time }),
          ...(standing !== undefined && { modified: standing.mtime }),
          values,
          ...(host !== undefined && { host: host.name }),
          ...(http !== undefined && { request: http.request.id }),
          logType,
          path: file.path,
          ...(file.original_path !== undefined && { originalPath: file.original_path }),
          line,
          offset,
        };
        yield { piece, match };
      }
  }

  /** Takes no more, and gives back what it holds. */
  close(): void {
    this.#runs.splice(0);
    this.#spill?.close();
  }

  /** What is told of a match that was given out, by its place. */
  record(place: number): { readonly id: string; readonly record: CorrelatedRecord } {
    const bytes = this.#bytesAt(place);
    const { time, offset, piece, rule, file } = readHead(bytes, 0);
    const { id, line } = readPlace(bytes, 0);
    const { host, request, modified } = readTexts(bytes, 0);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by #fileOf
    const [type, evidence] = JSON.parse(this.#files.text(file)) as [string, EvidenceFile];
    return {
      id,
      record: {
        ...(time !== STANDING_TIME && { '@timestamp': new Date(time).toISOString() }),
        rule: { id: this.#rules.text(rule) },
        ...(host !== undefined && { host: { name: host } }),
        ...(request !== undefined && { http: { request: { id: request } } }),
        ...(modified !== undefined && { file: { mtime: modified } }),
        log: { type, file: evidence, line: line + (this.#linesBefore.get(piece) ?? 0), offset },
      },
    };
  }

  /** Matches of a file mostly come one after the other. */
  #fileOf({ logType, path, originalPath }: FeedingMatch): number {
    const file = this.#file;
    if (file.path === path && file.logType === logType) return file.number;
    const evidence: EvidenceFile = { path, ...(originalPath !== undefined && { original_path: originalPath }) };
    this.#file = { logType, path, number: this.#files.number(JSON.stringify([logType, evidence])) };
    this.#paths[this.#file.number] = path;
    return this.#file.number;
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, this.#buffer.length * 2, this.#end + bytes));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }

  /** Puts what came in since the last run in order. */
  #closeRun(): void {
    const buffer = this.#buffer;
    const times = Float64Array.from(this.#starts, (start) => readTime(buffer, start));
    const compare = (a: number, b: number): number =>
      (times[a] ?? 0) - (times[b] ?? 0) ||
      this.#compare(readHead(buffer, this.#starts[a] ?? 0), readHead(buffer, this.#starts[b] ?? 0)) ||
      a - b;
    const order = Uint32Array.from(times, (_, index) => index).toSorted(compare);
    const sorted = Buffer.allocUnsafe(this.#end);
    let at = 0;
    for (const index of order) at += buffer.copy(sorted, at, this.#starts[index], this.#starts[index + 1] ?? this.#end);
    this.#runs.push({ place: this.#place, from: this.#keep(sorted) });
    this.#place += this.#end;
    this.#starts = [];
    this.#end = 0;
  }

  /** In the file, where there is one. */
  #keep(sorted: Buffer): Buffer | SpillRun {
    const { spillFolder, runBytes = RUN_BYTES } = this.#options;
    if (!this.#maySpill || spillFolder === undefined || sorted.length < runBytes) return sorted;
    try {
      this.#spill ??= new SpillFile(spillFolder);
      return this.#spill.write([sorted]);
    } catch {
      // No room on the disk: memory has to do.
      this.#maySpill = false;
      return sorted;
    }
  }

  *#read({ place, from }: Run): Generator<Read> {
    const blocks = Buffer.isBuffer(from) ? [from] : (this.#spill?.blocks(from, this.#runs.length) ?? []);
    let rest: Buffer = Buffer.alloc(0);
    let base = place;
    for (const block of blocks) {
      const buffer = rest.length === 0 ? block : Buffer.concat([rest, block]);
      let at = 0;
      for (let bytes = matchBytes(buffer, at); bytes !== undefined && at + bytes <= buffer.length; bytes = matchBytes(buffer, at)) {
        const { time, offset, piece, rule, file } = readHead(buffer, at);
        const { host, values } = readTexts(buffer, at);
        yield { time, offset, piece, rule, file, host, values, place: base + at };
        at += bytes;
      }
      base += at;
      rest = Buffer.from(buffer.subarray(at));
    }
  }

  #bytesAt(place: number): Buffer {
    const run = this.#runs.findLast((each) => each.place <= place);
    if (run === undefined) throw new Error('there is no match at this place');
    const at = place - run.place;
    const { from } = run;
    if (Buffer.isBuffer(from)) return from.subarray(at);
    const look = this.#spill?.read(from.from + at, LOOK_BYTES) ?? Buffer.alloc(0);
    const bytes = matchBytes(look, 0) ?? 0;
    return bytes <= look.length ? look : (this.#spill?.read(from.from + at, bytes) ?? look);
  }

  #compare(a: MatchHead, b: MatchHead): number {
    return (
      a.time - b.time ||
      (a.file === b.file ? 0 : compareTexts(this.#pathOf(a), this.#pathOf(b))) ||
      a.offset - b.offset ||
      (a.rule === b.rule ? 0 : compareTexts(this.#rules.text(a.rule), this.#rules.text(b.rule)))
    );
  }

  #pathOf({ file }: MatchHead): string {
    return this.#paths[file] ?? '';
  }
}

/** Texts that come again and again, by numbers. */
class Table {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  text(number: number): string {
    return this.#texts[number] ?? '';
  }
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
