import { parseRegex, type Assertion, type Syntax } from './regex-syntax.ts';

/** Larger ones are left to the general engine. */
const MOST_STEPS = 2_000;
const MOST_STATES = 1_000;
const ASCII = 128;

/** What can be taken instead of a state: less than 0, as no row is. */
const UNKNOWN = -1;
const MATCH = -2;
const DEAD = -3;

/** One step of the machine that follows every way at once (Thompson). */
type Step =
  | { readonly kind: 'characters'; readonly set: Uint8Array; readonly next: number }
  | { readonly kind: 'fork'; readonly ways: readonly number[] }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: 'match' };

/** What stands beside a place. */
type Neighbour = 'nothing' | 'word' | 'other';
interface Around {
  readonly before: Neighbour;
  readonly behind: Neighbour;
}

interface State {
  readonly steps: readonly number[];
  readonly before: Neighbour;
  /** Whether a text that ends here matches. */
  isMatchAtEnd?: boolean;
}

/**
 * A regular expression as a deterministic automaton, made as texts come (as in RE2): one look-up for each character, however the expression is
 * written. For texts of ASCII only.
 */
export class RegexAutomaton {
  readonly #steps: readonly Step[];
  readonly #start: number;
  readonly #classOf: Uint8Array;
  readonly #classes: number;
  readonly #states: State[] = [];
  readonly #numbers = new Map<string, number>();
  #next: Int32Array;
  readonly #isAnchored: boolean;
  #hasGivenUp = false;

  /** @returns `undefined` for what is too large, or not known here */
  static of(source: string, flags: ReadonlySet<string>): RegexAutomaton | undefined {
    const syntax = parseRegex(source);
    if (syntax === undefined) return undefined;
    const all = `${[...flags].join('')}${syntax.flags}`;
    if (/[^is]/.test(all)) return undefined;
    const builder = new Builder({ isFolded: all.includes('i'), hasAll: all.includes('s') });
    const start = builder.build(syntax.root, builder.add({ kind: 'match' }));
    return start === undefined ? undefined : new RegexAutomaton(builder.steps, start);
  }

  private constructor(steps: readonly Step[], start: number) {
    this.#steps = steps;
    this.#start = start;
    [this.#classOf, this.#classes] = classesOf(steps);
    this.#next = new Int32Array(this.#classes * 16).fill(UNKNOWN);
    this.#number([start], 'nothing');
    this.#isAnchored = (['word', 'other'] as const).every((before) =>
      (['word', 'other', 'nothing'] as const).every((behind) => this.#canOnlyWait({ before, behind })),
    );
  }

  /** @returns whether it matches somewhere in the text; `undefined` when it cannot say */
  test(text: string): boolean | undefined {
    if (this.#hasGivenUp) return undefined;
    const classes = this.#classes;
    const classOf = this.#classOf;
    let next = this.#next;
    // Where the row of the state begins, rather than its number: what one character waits for of the one before is all the time there is.
    let row = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code >= ASCII) return undefined;
      const place = row + (classOf[code] ?? 0);
      const following = next[place] ?? UNKNOWN;
      if (following >= 0) {
        row = following;
        continue;
      }
      if (following !== UNKNOWN) return following === MATCH;
      const found = this.#follow(row / classes, code);
      if (this.#hasGivenUp) return undefined;
      next = this.#next;
      next[place] = found < 0 ? found : found * classes;
      if (found < 0) return found === MATCH;
      row = found * classes;
    }
    return this.#matchesAtEnd(row / classes);
  }

  #follow(number: number, code: number): number {
    const { steps, before } = this.#states[number] ?? NOWHERE;
    const isWord = isWordCode(code);
    const reached = this.#reach(steps, { before, behind: isWord ? 'word' : 'other' });
    if (reached === undefined) return MATCH;
    const following: number[] = [];
    for (const each of reached) {
      const step = this.#steps[each];
      if (step?.kind === 'characters' && step.set[code] === 1 && !following.includes(step.next)) following.push(step.next);
    }
    // It may begin at every place, unless it says otherwise.
    if (!this.#isAnchored && !following.includes(this.#start)) following.push(this.#start);
    if (following.length === 0) return DEAD;
    return this.#number(
      following.toSorted((a, b) => a - b),
      isWord ? 'word' : 'other',
    );
  }

  /** Whether nothing can begin at such a place. */
  #canOnlyWait(around: Around): boolean {
    const reached = this.#reach([this.#start], around);
    return reached !== undefined && [...reached].every((each) => this.#steps[each]?.kind !== 'characters');
  }

  #matchesAtEnd(number: number): boolean {
    const state = this.#states[number] ?? NOWHERE;
    state.isMatchAtEnd ??= this.#reach(state.steps, { before: state.before, behind: 'nothing' }) === undefined;
    return state.isMatchAtEnd;
  }

  /** The steps that take a character and that can be reached without one. `undefined`: so can a match. */
  #reach(from: readonly number[], around: Around): ReadonlySet<number> | undefined {
    const reached = new Set<number>();
    const open = [...from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (reached.has(at)) continue;
      reached.add(at);
      const step = this.#steps[at];
      if (step?.kind === 'match') return undefined;
      if (step?.kind === 'fork') open.push(...step.ways);
      if (step?.kind === 'assertion' && holds(step.assertion, around)) open.push(step.next);
    }
    return reached;
  }

  #number(steps: readonly number[], before: Neighbour): number {
    const key = `${before} ${steps.join(' ')}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#states.push({ steps, before }) - 1;
    this.#numbers.set(key, number);
    if (number >= MOST_STATES) this.#hasGivenUp = true;
    if ((number + 1) * this.#classes > this.#next.length) {
      const larger = new Int32Array(this.#next.length * 2).fill(UNKNOWN);
      larger.set(this.#next);
      this.#next = larger;
    }
    return number;
  }
}

const NOWHERE: State = { steps: [], before: 'nothing' };

function holds(assertion: Assertion, { before, behind }: Around): boolean {
  if (assertion === 'start') return before === 'nothing';
  if (assertion === 'end') return behind === 'nothing';
  return ((before === 'word') !== (behind === 'word')) === (assertion === 'boundary');
}

function isWordCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a);
}

/** Characters between which no step makes a difference are one class. */
function classesOf(steps: readonly Step[]): readonly [classOf: Uint8Array, count: number] {
  let classOf = Uint8Array.from({ length: ASCII }, (_, code) => (isWordCode(code) ? 1 : 0));
  let count = 2;
  const seen = new Set<string>();
  for (const step of steps) {
    if (step.kind !== 'characters') continue;
    const key = step.set.join('');
    if (seen.has(key)) continue;
    seen.add(key);
    const numbers = new Map<number, number>();
    const { set } = step;
    classOf = classOf.map((old, code) => {
      const both = old * 2 + (set[code] ?? 0);
      const number = numbers.get(both) ?? numbers.size;
      numbers.set(both, number);
      return number;
    });
    count = numbers.size;
  }
  return [classOf, count];
}

/** Makes steps from the end to the beginning. */
class Builder {
  readonly steps: Step[] = [];
  readonly #isFolded: boolean;
  readonly #hasAll: boolean;

  /** @param hasAll whether a dot is a line feed, too */
  constructor({ isFolded, hasAll }: { readonly isFolded: boolean; readonly hasAll: boolean }) {
    this.#isFolded = isFolded;
    this.#hasAll = hasAll;
  }

  add(step: Step): number {
    return this.steps.push(step) - 1;
  }

  /** @returns where it begins; `undefined` when it takes too many steps */
  build(syntax: Syntax, next: number): number | undefined {
    if (this.steps.length > MOST_STEPS) return undefined;
    switch (syntax.kind) {
      case 'sequence':
        return syntax.parts.reduceRight<number | undefined>((at, part) => (at === undefined ? undefined : this.build(part, at)), next);
      case 'choice': {
        const ways = syntax.branches.map((branch) => this.build(branch, next));
        return ways.includes(undefined) ? undefined : this.add({ kind: 'fork', ways: ways.filter((way) => way !== undefined) });
      }
      case 'repeat':
        return this.#repeat(syntax, next);
      case 'assertion':
        return this.add({ kind: 'assertion', assertion: syntax.assertion, next });
      default:
        return this.add({ kind: 'characters', set: this.#setOf(syntax), next });
    }
  }

  #repeat({ part, least, most }: Extract<Syntax, { kind: 'repeat' }>, next: number): number | undefined {
    let at: number | undefined = next;
    if (most === Infinity) {
      const ways: number[] = [next];
      at = this.add({ kind: 'fork', ways });
      const again = this.build(part, at);
      if (again === undefined) return undefined;
      ways.push(again);
    } else {
      for (let times = least; times < most && at !== undefined; times += 1) {
        const once: number | undefined = this.build(part, at);
        at = once === undefined ? undefined : this.add({ kind: 'fork', ways: [once, next] });
      }
    }
    for (let times = 0; times < least && at !== undefined; times += 1) at = this.build(part, at);
    return at;
  }

  #setOf(syntax: Extract<Syntax, { kind: 'character' | 'class' | 'any' }>): Uint8Array {
    const set = new Uint8Array(ASCII);
    if (syntax.kind === 'any') {
      set.fill(1);
      if (!this.#hasAll) set[0x0a] = 0;
      return set;
    }
    const ranges = syntax.kind === 'class' ? syntax.ranges : ([[syntax.code, syntax.code]] as const);
    for (const [from, to] of ranges) set.fill(1, from, to + 1);
    if (this.#isFolded)
      for (let code = 0x41; code <= 0x5a; code += 1) set[code] = set[code + 0x20] = (set[code] ?? 0) | (set[code + 0x20] ?? 0);
    return syntax.kind === 'class' && syntax.isNegated ? set.map((each) => 1 - each) : set;
  }
}
