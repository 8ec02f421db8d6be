import { hasPercentEscape, percentDecode } from '../match/percent.ts';
import type { PlainForm } from '../model/plain-form.ts';
import { buildAutomaton, type Automaton } from './automaton.ts';
import type { Clause } from '../sigma/regex-literals.ts';

const CR = 0x0d;
const BLANK = 0x20;
const PERCENT = 0x25;
const ZERO = 0x30;
/** Longer lines are cut, which has to be told. */
const LONGEST = 1_000_000;

// Beside the class of a byte: what it says of its line.
const CLASS = 0xff;
const DELIMITER = 1 << 8;
const ESCAPE = 1 << 9;
const ODD = 1 << 10;

/**
 * Tells lines that no rule matches, and that are records just as their header says, without making text of them. Any line that is odd in
 * any way is not told: it is for the parser.
 */
export class Prefilter {
  /** Milliseconds since 1970, of the last line that could be skipped. */
  time = 0;
  readonly #form: PlainForm;
  readonly #automaton: Automaton;
  readonly #bytes: Uint16Array;
  /** For each rule the groups of literals of which each must have been met. */
  readonly #rules: readonly (readonly number[])[];
  readonly #met: Uint8Array;
  #metCount = 0;
  /** By state that ends a literal: the number of the last line that came to it. */
  readonly #lineOfEnd: Float64Array;
  #line = 0;
  readonly #clock = new DayClock();

  /** @param rules of each rule that applies to the log its clauses, at least one */
  constructor(form: PlainForm, rules: readonly (readonly Clause[])[]) {
    this.#form = form;
    const groups = new Map<string, { readonly number: number; readonly clause: Clause }>();
    const known = new Map<Clause, number>();
    const groupOf = (clause: Clause): number => {
      const number = known.get(clause) ?? findGroup(clause);
      known.set(clause, number);
      return number;
    };
    const findGroup = (clause: Clause): number => {
      const key = clause.toSorted().join('\n');
      const group = groups.get(key) ?? { number: groups.size, clause };
      groups.set(key, group);
      return group.number;
    };
    this.#rules = distinct(rules.map((clauses) => [...new Set(clauses.map(groupOf))].toSorted((a, b) => a - b)));
    this.#automaton = buildAutomaton([...groups.values()].map(({ clause }) => clause));
    this.#met = new Uint8Array(groups.size);
    this.#lineOfEnd = new Float64Array(this.#automaton.groups.length);
    this.#bytes = describeBytes(form, this.#automaton.classes);
  }

  /** @param end of the line, its line end not included */
  canSkip(bytes: Uint8Array, start: number, end: number): boolean {
    const last = bytes[end - 1] === CR ? end - 1 : end;
    // What stands at the end may be trimmed before the cells are counted.
    if (last - start > LONGEST || (bytes[last - 1] ?? 0) <= BLANK) return false;
    const time = this.#clock.read(bytes, start, last, this.#form);
    if (time === undefined) return false;
    if (this.#metCount > 0) this.#met.fill(0);
    this.#metCount = 0;
    this.#line += 1;
    const flags = this.#scan(bytes, start, last);
    if ((flags & ODD) !== 0 || (flags & ESCAPE && !this.#scanDecoded(bytes, start, last)) || this.#isCandidate()) return false;
    this.time = time;
    return true;
  }

  /** @returns the flags of all bytes; `ODD` also for a wrong number of cells */
  #scan(bytes: Uint8Array, start: number, end: number): number {
    const { next, firstEnd } = this.#automaton;
    const described = this.#bytes;
    let state = 0;
    let flags = 0;
    let cells = 1;
    for (let at = start; at < end; at += 1) {
      const said = described[bytes[at] ?? 0] ?? 0;
      flags |= said;
      cells += (said & DELIMITER) >> 8;
      state = next[state + (said & CLASS)] ?? 0;
      if (state >= firstEnd) this.#meet(state);
    }
    return cells === this.#form.columns ? flags : flags | ODD;
  }

  #meet(state: number): void {
    const { classCount, firstEnd, groups } = this.#automaton;
    const end = (state - firstEnd) / classCount;
    if (this.#lineOfEnd[end] === this.#line) return;
    this.#lineOfEnd[end] = this.#line;
    for (const group of groups[end] ?? []) {
      if (this.#met[group] === 0) this.#metCount += 1;
      this.#met[group] = 1;
    }
  }

  /** Looks again at what percent-decoding makes of the line, once and twice. */
  #scanDecoded(bytes: Uint8Array, start: number, end: number): boolean {
    let text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    for (let times = 0; times < 2 && hasPercentEscape(text); times += 1) {
      text = percentDecode(text);
      for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
      const decoded = Buffer.from(text, 'latin1');
      this.#scan(decoded, 0, decoded.length);
    }
    return true;
  }

  #isCandidate(): boolean {
    if (this.#metCount === 0) return false;
    return this.#rules.some((groups) => groups.every((group) => this.#met[group] === 1));
  }
}

/** Rules that ask for the same are one. */
function distinct(rules: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return [...new Map(rules.map((groups) => [groups.join(), groups] as const)).values()];
}

function describeBytes({ delimiter }: PlainForm, classes: Uint8Array): Uint16Array {
  return Uint16Array.from(classes, (byteClass, byte) => {
    const isOdd = byte === 0 || byte === CR || byte > 0x7f || (delimiter === ',' && byte === 0x22);
    return byteClass | (byte === delimiter.charCodeAt(0) ? DELIMITER : 0) | (byte === PERCENT ? ESCAPE : 0) | (isOdd ? ODD : 0);
  });
}

const DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reads the time that a line begins with; `undefined` for anything unusual, the 29th of February included. */
class DayClock {
  #day = -1;
  #dayMs = 0;

  read(bytes: Uint8Array, start: number, end: number, { time, delimiter }: PlainForm): number | undefined {
    const length = time === 'w3c' ? 19 : 24;
    if (end - start <= length || bytes[start + length] !== delimiter.charCodeAt(0)) return undefined;
    if (bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d || bytes[start + 13] !== 0x3a || bytes[start + 16] !== 0x3a)
      return undefined;
    if (bytes[start + 10] !== (time === 'w3c' ? BLANK : 0x54)) return undefined;
    const year = digits(bytes, start, 4);
    const month = digits(bytes, start + 5, 2);
    const day = digits(bytes, start + 8, 2);
    const [hour, minute, second] = [digits(bytes, start + 11, 2), digits(bytes, start + 14, 2), digits(bytes, start + 17, 2)];
    // Of what is no digit, the number is not a number, and no comparison holds.
    if (!(year >= 1970 && month >= 1 && day >= 1 && day <= (DAYS[month] ?? 0) && hour <= 23 && minute <= 59 && second <= 59))
      return undefined;
    const millisecond = time === 'w3c' ? 0 : digits(bytes, start + 20, 3);
    if (time === 'iso' && !(millisecond >= 0 && bytes[start + 19] === 0x2e && bytes[start + 23] === 0x5a)) return undefined;
    const key = (year * 100 + month) * 100 + day;
    if (key !== this.#day) {
      this.#day = key;
      this.#dayMs = Date.UTC(year, month - 1, day);
    }
    return this.#dayMs + ((hour * 60 + minute) * 60 + second) * 1_000 + millisecond;
  }
}

function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = (bytes[index] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
