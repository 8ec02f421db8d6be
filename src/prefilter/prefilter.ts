import type { TenMinutes } from '../model/activity.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { PlainForm } from '../model/plain-form.ts';
import type { BoundRule } from '../match/bind.ts';
import type { Foreseen } from '../match/matcher.ts';
import type { Kernel } from './kernel.ts';
import { valueOf, type KnownColumns } from './known-columns.ts';
import { makePlan, type Plan } from './plan.ts';
import { takeSample, type Sample } from './sample.ts';
import { writeTables, type Tables } from './tables.ts';
import { ValueAnswers } from './value-answers.ts';

/** Lines that were counted and not read. */
export interface Skipped {
  /** Where the first line begins that was not skipped. */
  readonly end: number;
  readonly lines: number;
  readonly linesInSpan: number;
  /** Of the earliest and the latest record; milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
  /** The records by tens of minutes, in the order of the lines. */
  readonly activity: readonly TenMinutes[];
}

/** The rules that apply to a log and can match there. */
export interface AppliedRules {
  readonly rules: readonly BoundRule[];
  readonly known: KnownColumns;
}

/** So many lines cost about as much as another plan. */
const WORN_CANDIDATES = 4_096;
/** So many combinations of sets of rules are remembered. */
const COMBINATIONS = 1_024;
/** Longer values are not remembered. */
const LONGEST_VALUE = 512;

/**
 * Tells lines below one header that no rule matches and that are records just as the header says. Any line that is odd in any way is not
 * told: it is for the parser.
 */
export class Prefilter {
  readonly #kernel: Kernel;
  readonly #plan: Plan;
  readonly #tables: Tables;
  /** By the address of its dictionary. */
  readonly #columns: ReadonlyMap<number, number>;
  readonly #answers: ValueAnswers;
  readonly #setOf: ReadonlyMap<BoundRule, number>;
  /** In their order. */
  readonly #rules: readonly BoundRule[];
  /** By the sets that are left: their rules, in their order. */
  readonly #rulesOf = new Map<bigint, readonly BoundRule[]>();
  #foreseen: Foreseen | undefined;
  #lines = 0;
  #candidates = 0;

  /** @throws {KernelFullError} */
  constructor(kernel: Kernel, form: PlainForm, { rules, known }: AppliedRules, lines: Buffer) {
    const sample = takeSample(lines, form);
    this.#kernel = kernel;
    this.#rules = rules;
    this.#plan = makePlan(form, rules, sample, known);
    this.#tables = writeTables(kernel, this.#plan, sample);
    const { dictionaries, sets } = this.#plan;
    this.#answers = new ValueAnswers(sets, known);
    this.#setOf = new Map(sets.flatMap((set, index) => set.rules.map((rule) => [rule, index] as const)));
    this.#columns = new Map(
      [...dictionaries.early, ...dictionaries.late].map(({ column }, index) => [this.#tables.dictionaries[index] ?? 0, column]),
    );
    this.#learn(sample);
  }

  /** Which part of the lines were candidates, once there are so many that another plan may be better; then they are counted anew. */
  takeShare(): number | undefined {
    if (this.#candidates < WORN_CANDIDATES) return undefined;
    const share = this.#candidates / this.#lines;
    this.#lines = 0;
    this.#candidates = 0;
    return share;
  }

  /** @param to behind a line feed; the bytes lie in the kernel's memory */
  skip(bytes: Buffer, from: number, to: number): Skipped {
    const kernel = this.#kernel;
    this.#foreseen = undefined;
    const { byteOffset } = bytes;
    let [lines, linesInSpan, first, last] = [0, 0, Infinity, -Infinity];
    let at = byteOffset + from;
    for (let isOver = false; !isOver;) {
      at = kernel.scan(this.#tables.plan, at, byteOffset + to);
      lines += kernel.skipped;
      linesInSpan += kernel.skippedInSpan;
      first = Math.min(first, kernel.first);
      last = Math.max(last, kernel.last);
      const { stop } = kernel;
      if (stop === 'value') this.#learnValue();
      else if (stop === 'candidate' && !this.#matches(at)) {
        const { time } = kernel;
        kernel.countCandidate();
        at = kernel.lineEnd + 1;
        lines += 1;
        linesInSpan += kernel.isInSpan(time) ? 1 : 0;
        first = Math.min(first, time);
        last = Math.max(last, time);
      } else isOver = true;
    }
    this.#lines += lines + 1;
    return { end: at - byteOffset, lines, linesInSpan, first, last, activity: kernel.takeActivity() };
  }

  /** Which rules match the first line that was not skipped, if that is this record and they are why. */
  foreseen(record: LogRecord): Foreseen | undefined {
    const foreseen = this.#foreseen;
    return foreseen !== undefined && isSame(foreseen.record, record) ? foreseen : undefined;
  }

  /** Whether one of the rules that are left matches the line. It is in plain form: it needs no parser to be cut into its cells. */
  #matches(start: number): boolean {
    const { form } = this.#plan;
    const kernel = this.#kernel;
    this.#candidates += 1;
    const line = kernel.text(start, kernel.lineEnd);
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    const record: LogRecord = {
      schema: form.schema,
      line: { number: 0, offset: 0, text, isComplete: true, isCut: false },
      values: cut(text, form.delimiter),
      time: kernel.time,
    };
    const rules = this.#rulesLeft(kernel.left).filter((rule) => rule.matches(record));
    if (rules.length > 0) this.#foreseen = { record, rules };
    return rules.length > 0;
  }

  #rulesLeft(left: bigint): readonly BoundRule[] {
    let rules = this.#rulesOf.get(left);
    if (rules === undefined) {
      rules = this.#rules.filter((rule) => ((left >> BigInt(this.#setOf.get(rule) ?? 0)) & 1n) === 1n);
      if (this.#rulesOf.size >= COMBINATIONS) this.#rulesOf.clear();
      this.#rulesOf.set(left, rules);
    }
    return rules;
  }

  #learnValue(): void {
    const column = this.#columns.get(this.#kernel.dictionary);
    if (column === undefined) throw new Error('the kernel speaks of no dictionary');
    this.#kernel.learnValue(this.#answers.of(column, this.#kernel.value));
  }

  /** Makes the values of the sample known. */
  #learn({ cells }: Sample): void {
    for (const [address, column] of this.#columns) {
      this.#kernel.setEmpty(address, this.#answers.of(column, ''));
      const values = new Set(cells.map((line) => line[column] ?? '').filter(({ length }) => length <= LONGEST_VALUE));
      for (const value of new Set([...values].map((each) => this.#kernel.masked(address, each))))
        this.#kernel.learn(address, value, this.#answers.of(column, value));
    }
  }
}

/** Into values. (Measured: `split` takes twice as long, for it remembers what it has cut.) */
function cut(text: string, delimiter: string): (string | undefined)[] {
  const values: (string | undefined)[] = [];
  let start = 0;
  for (let end = text.indexOf(delimiter); end !== -1; end = text.indexOf(delimiter, start)) {
    values.push(valueOf(text.slice(start, end)));
    start = end + 1;
  }
  values.push(valueOf(text.slice(start)));
  return values;
}

/** In all that rules look at, of records in plain form. */
function isSame(a: LogRecord, b: LogRecord): boolean {
  return (
    a.schema === b.schema &&
    a.time === b.time &&
    a.line.text === b.line.text &&
    a.values.length === b.values.length &&
    a.values.every((value, index) => value === b.values[index])
  );
}
