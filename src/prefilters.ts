import type { Foreseen, Matcher } from './match/matcher.ts';
import type { LogRecord } from './model/log-record.ts';
import type { PlainForm } from './model/plain-form.ts';
import type { Schema } from './model/schema.ts';
import { HEADROOM_BYTES, KernelFullError, MOST_COLUMNS, type Kernel } from './prefilter/kernel.ts';
import { KnownColumns } from './prefilter/known-columns.ts';
import { Prefilter, type AppliedRules, type Skipped } from './prefilter/prefilter.ts';

/** A prefilter is made where so many lines could use it: making one takes longer than reading a few. */
const LEAST_LINES = 16;
/** So many bytes hold enough lines to be worth it at once. */
const LEAST_BYTES = 131_072;
/** So many are made at once; for each one more a header has to have more lines, for a log may have any number of headers. */
const AT_ONCE = 8;
/** One candidate in so many lines is fine. */
const FINE_SHARE = 1 / 64;
/** A plan was made for lines like these, and leaves so many times as many of them as the one before left when it was given up: nothing helps. */
const WORSE = 1.5;
/** So often one is made anew for a header, where the log turns out to be other than the lines it was made for. */
const RENEWALS = 8;

interface Asked {
  readonly applied: AppliedRules;
  lines: number;
  made: number;
  /** Of the candidates: more of the lines, and another plan is made. */
  fineShare: number;
  prefilter: Prefilter | undefined;
}

/** The prefilters of a run, one for each header. */
export class Prefilters {
  readonly #matcher: Matcher;
  readonly #kernel: Kernel;
  #made = 0;
  /** That looked at the last lines. */
  #last: Prefilter | undefined;
  #asked = new WeakMap<Schema, Map<string, Asked>>();

  constructor(matcher: Matcher, kernel: Kernel) {
    this.#matcher = matcher;
    this.#kernel = kernel;
  }

  /** Where blocks are best read to. */
  get input(): Buffer {
    return this.#kernel.input;
  }

  /** How much of the memory in front of a block may be written over. */
  headroomBytes(block: Uint8Array): number {
    return this.#kernel.holds(block) ? HEADROOM_BYTES : 0;
  }

  /**
   * Skips lines that no rule matches.
   *
   * @param to behind a line feed
   * @returns `undefined` where the first line is for the parser
   */
  skip(form: PlainForm, bytes: Buffer, from: number, to: number): Skipped | undefined {
    this.#last = undefined;
    if (form.columns > MOST_COLUMNS || !this.#kernel.holds(bytes)) return undefined;
    const asked = this.#askedOf(form);
    asked.lines += 1;
    if (asked.prefilter === undefined && !this.#isWorthIt(asked.lines, to - from)) return undefined;
    if (asked.prefilter === undefined || isWorn(asked, asked.prefilter)) {
      asked.made += 1;
      this.#made += 1;
      asked.prefilter = this.#create(form, asked, bytes.subarray(from, to));
    }
    this.#last = asked.prefilter;
    return asked.prefilter?.skip(bytes, from, to);
  }

  /** Which rules match the first record that was not skipped, where that is known. */
  foreseen(record: LogRecord): Foreseen | undefined {
    return this.#last?.foreseen(record);
  }

  #isWorthIt(lines: number, bytes: number): boolean {
    const more = Math.max(0, this.#made - AT_ONCE);
    return lines >= LEAST_LINES * (more + 1) || (more === 0 && bytes >= LEAST_BYTES);
  }

  #askedOf({ schema, delimiter }: PlainForm): Asked {
    const looks = this.#asked.get(schema) ?? new Map<string, Asked>();
    if (looks.size === 0) this.#asked.set(schema, looks);
    const asked = looks.get(delimiter) ?? {
      applied: this.#applied(schema),
      lines: 0,
      made: 0,
      fineShare: FINE_SHARE,
      prefilter: undefined,
    };
    if (asked.lines === 0) looks.set(delimiter, asked);
    return asked;
  }

  #applied(schema: Schema): AppliedRules {
    const rules = this.#matcher.bound(schema).filter(({ isBlind }) => !isBlind);
    return { rules, known: new KnownColumns(schema, rules) };
  }

  #create(form: PlainForm, asked: Asked, lines: Buffer): Prefilter | undefined {
    try {
      return new Prefilter(this.#kernel, form, asked.applied, lines);
    } catch (error) {
      if (!(error instanceof KernelFullError)) throw error;
      // A log may have any number of headers: those of before are forgotten, and have to earn their prefilters again.
      this.#kernel.clear();
      this.#asked = new WeakMap([[form.schema, new Map([[form.delimiter, asked]])]]);
      asked.lines = 0;
      return undefined;
    }
  }
}

/** Whether the log has changed so much that another plan may be better. */
function isWorn(asked: Asked, prefilter: Prefilter): boolean {
  const share = asked.made < RENEWALS ? prefilter.takeShare() : undefined;
  if (share === undefined || share <= asked.fineShare) return false;
  asked.fineShare = share * WORSE;
  return true;
}
