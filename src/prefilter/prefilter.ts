import type { LogRecord } from '../model/log-record.ts';
import type { PlainForm } from '../model/plain-form.ts';
import type { BoundRule } from '../match/bind.ts';
import type { Kernel } from './kernel.ts';
import { valueOf, type KnownColumns } from './known-columns.ts';
import { hasStart, makePlan, type Plan } from './plan.ts';
import { takeSample, type Sample } from './sample.ts';
import { bitsOf, writeTables, type Tables } from './tables.ts';

/** Lines that were counted and not read. */
export interface Skipped {
  /** Where the first line begins that was not skipped. */
  readonly end: number;
  readonly lines: number;
  readonly linesInSpan: number;
  /** Of the earliest and the latest record; milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
}

/** The rules that apply to a log and can match there. */
export interface AppliedRules {
  readonly rules: readonly BoundRule[];
  readonly known: KnownColumns;
}

/** So many lines cost about as much as another plan. */
const WORN_CANDIDATES = 4_096;
/** Of looking for literals in a line, against looking up a value; measured. */
const SEARCH_COST = 4;
/** Longer values are not remembered. */
const LONGEST_VALUE = 512;
/** One candidate in so many lines is fine. */
const CANDIDATES = 64;

/**
 * Tells lines below one header that no rule matches and that are records just as the header says. Any line that is odd in any way is not
 * told: it is for the parser.
 */
export class Prefilter {
  readonly #kernel: Kernel;
  readonly #plan: Plan;
  readonly #tables: Tables;
  readonly #known: KnownColumns;
  /** By the address of its dictionary. */
  readonly #columns: ReadonlyMap<number, number>;
  readonly #allSets: bigint;
  #lines = 0;
  #candidates = 0;

  /** @throws {KernelFullError} */
  constructor(kernel: Kernel, form: PlainForm, { rules, known }: AppliedRules, lines: Buffer) {
    const sample = takeSample(lines, form);
    this.#kernel = kernel;
    this.#known = known;
    this.#plan = makePlan(form, rules, sample, known);
    this.#tables = writeTables(kernel, this.#plan, sample.often);
    const { columns, sets } = this.#plan;
    this.#allSets = (1n << BigInt(sets.length)) - 1n;
    this.#columns = new Map(this.#tables.dictionaries.map((address, index) => [address, columns[index] ?? 0] as const));
    this.#learn(sample);
  }

  /** Whether the log has changed so much that another plan may be better. */
  get isWorn(): boolean {
    if (this.#candidates < WORN_CANDIDATES) return false;
    const isWorn = this.#candidates * CANDIDATES > this.#lines;
    this.#lines = 0;
    this.#candidates = 0;
    return isWorn;
  }

  /** @param to behind a line feed; the bytes lie in the kernel's memory */
  skip(bytes: Buffer, from: number, to: number): Skipped {
    const kernel = this.#kernel;
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
        at = kernel.lineEnd + 1;
        lines += 1;
        linesInSpan += kernel.isInSpan(time) ? 1 : 0;
        first = Math.min(first, time);
        last = Math.max(last, time);
      } else isOver = true;
    }
    this.#lines += lines + 1;
    return { end: at - byteOffset, lines, linesInSpan, first, last };
  }

  /** Whether one of the rules that are left matches the line. It is in plain form: it needs no parser to be cut into its cells. */
  #matches(start: number): boolean {
    const { form, sets } = this.#plan;
    const kernel = this.#kernel;
    this.#candidates += 1;
    const text = kernel.text(start, kernel.lineEnd).replace(/\r$/, '');
    const record: LogRecord = {
      schema: form.schema,
      line: { number: 0, offset: 0, text, isComplete: true, isCut: false },
      values: text.split(form.delimiter).map(valueOf),
      time: kernel.time,
    };
    return sets.some(({ rules }, set) => kernel.isLeft(set) && rules.some((rule) => rule.matches(record)));
  }

  #learnValue(): void {
    const column = this.#columns.get(this.#kernel.dictionary);
    if (column === undefined) throw new Error('the kernel speaks of no dictionary');
    this.#kernel.learnValue(this.#bits(column, this.#kernel.value));
  }

  /** Makes the values of the sample known, and which sets of rules are worth looking values up for. */
  #learn({ cells }: Sample): void {
    const { sets } = this.#plan;
    const dictionaries = [...this.#columns].map(([address, column]) => {
      const left = new Map<string, bigint>();
      for (const value of new Set(cells.map((line) => line[column] ?? ''))) {
        const bits = this.#bits(column, value);
        left.set(value, bits);
        if (value.length <= LONGEST_VALUE) this.#kernel.learn(address, value, bits);
      }
      const rules = [...left.values()].reduce((told, bits) => told | (this.#allSets & ~bits), 0n);
      return { address, rules, left: cells.map((line) => left.get(line[column] ?? '') ?? this.#allSets) };
    });
    const wanting = bitsOf((set) => sets[set]?.literals !== undefined, sets.length);
    const rare = bitsOf((set) => sets[set]?.isRare === true, sets.length);
    const asBefore = dictionaries.map(({ rules }) => rules);
    const withoutRare = dictionaries.map(({ rules }, index) => (index === 0 ? rules : rules & ~rare));
    const cost = (masks: readonly bigint[]): number =>
      cells.reduce((sum, line, index) => {
        let left = this.#allSets;
        let lookUps = 0;
        for (const [dictionary, each] of dictionaries.entries()) {
          if ((left & (masks[dictionary] ?? 0n)) === 0n) continue;
          lookUps += 1;
          left &= each.left[index] ?? left;
          if (dictionary === 0) left = this.#withStart(line, left);
        }
        return sum + lookUps + ((left & wanting) === 0n ? 0 : SEARCH_COST);
      }, 0);
    const masks = cost(withoutRare) < cost(asBefore) ? withoutRare : asBefore;
    for (const [dictionary, { address }] of dictionaries.entries()) this.#kernel.setRules(address, masks[dictionary] ?? 0n);
  }

  #withStart(line: readonly string[], left: bigint): bigint {
    const { sets } = this.#plan;
    return left & bitsOf((set) => sets[set]?.start === undefined || hasStart(line, sets[set].start), sets.length);
  }

  #bits(column: number, value: string): bigint {
    const left = new Set(this.#known.left(column, value));
    return bitsOf((set) => this.#plan.sets[set]?.rules.some((rule) => left.has(rule)) ?? false, this.#plan.sets.length);
  }
}
