/** Literals, case folded, of which at least one is there. */
export type Clause = readonly string[];

export interface LiteralLimits {
  /** A shorter literal stands in too many places to be worth looking for. */
  readonly shortest: number;
  /** More alternatives than these are not worth looking for one by one. */
  readonly most: number;
}

/**
 * What must stand in any text of ASCII that a regular expression matches: a set of literals of which at least one is there, case folded.
 * `undefined`: nothing can be said.
 */
export function regexLiterals(source: string): Clause | undefined {
  return rarest(regexClauses(source, { shortest: 1, most: 64 }));
}

/** All such sets; each of them holds. Anything that this reader does not know makes it say nothing rather than something wrong. */
export function regexClauses(source: string, limits: LiteralLimits): readonly Clause[] {
  const [flags = ''] = /^\(\?[a-zA-Z]+\)/.exec(source) ?? [];
  return new RegexReader(source.slice(flags.length), limits).read();
}

/** The one whose literals are the longest: they are the rarest. */
export function rarest(clauses: readonly Clause[]): Clause | undefined {
  let best: Clause | undefined;
  for (const clause of clauses) if (best === undefined || shortest(clause) > shortest(best)) best = clause;
  return best;
}

/** What is known of a part of an expression. */
interface Known {
  readonly clauses: readonly Clause[];
  /** Of each of its alternatives the literal that it begins with; none when one of them begins with anything else. */
  readonly starts: readonly string[];
}

class RegexReader {
  readonly #source: string;
  readonly #limits: LiteralLimits;
  #at = 0;
  #isOdd = false;

  constructor(source: string, limits: LiteralLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  read(): readonly Clause[] {
    const { clauses } = this.#alternation(0);
    return this.#isOdd || this.#at < this.#source.length ? [] : clauses;
  }

  /** One alternative is enough for a match: each must have its literals. */
  #alternation(depth: number): Known {
    const branches = [this.#concatenation(depth)];
    while (this.#take('|')) branches.push(this.#concatenation(depth));
    const [only] = branches;
    if (branches.length === 1 && only !== undefined) return only;
    const starts = branches.flatMap((branch) => branch.starts);
    return {
      clauses: this.#anyOf(branches.map(({ clauses }) => rarest(clauses))),
      starts: branches.some((branch) => branch.starts.length === 0) ? [] : starts,
    };
  }

  #anyOf(clauses: readonly (Clause | undefined)[]): readonly Clause[] {
    const all = [...new Set(clauses.flatMap((clause) => clause ?? []))];
    return clauses.includes(undefined) || all.length > this.#limits.most ? [] : [all];
  }

  /** Every part must match: the literals of each are there. */
  #concatenation(depth: number): Known {
    const clauses: Clause[] = [];
    let run = '';
    let start: string | undefined;
    const endRun = (): string => {
      const ended = run;
      start ??= ended;
      if (ended.length >= this.#limits.shortest) clauses.push([ended]);
      run = '';
      return ended;
    };
    while (this.#at < this.#source.length && !'|)'.includes(this.#source.charAt(this.#at)) && !this.#isOdd) {
      const part = this.#part(depth);
      const repeat = this.#quantifier();
      if (typeof part === 'string' && repeat.least > 0) {
        run += part;
        // What is repeated may not be followed at once by what comes next.
        if (!repeat.isOnce) endRun();
      } else {
        const before = endRun();
        if (typeof part !== 'string' && repeat.least > 0) clauses.push(...part.clauses, ...this.#joined(before, part.starts));
      }
    }
    endRun();
    return { clauses, starts: start === undefined || start === '' ? [] : [start] };
  }

  /** Literals that go over the border of a group: of `\.(asp|js)` there are `.asp` and `.js`. */
  #joined(before: string, starts: readonly string[]): readonly Clause[] {
    const joined = starts.map((start) => before + start);
    const isWorthIt = before !== '' && joined.length > 0 && shortest(joined) >= this.#limits.shortest;
    return isWorthIt ? this.#anyOf(joined.map((each) => [each])) : [];
  }

  /** A literal character, or what is known of a group, a class or an anchor. */
  #part(depth: number): string | Known {
    const character = this.#source.charAt(this.#at);
    this.#at += 1;
    switch (character) {
      case '(':
        return this.#group(depth);
      case '[':
        return this.#characterClass();
      case '\\':
        return this.#escape();
      case '.':
      case '^':
      case '$':
        return NOTHING;
      case '*':
      case '+':
      case '?':
      case '{':
        this.#isOdd = true;
        return NOTHING;
      default:
        return this.#literal(character);
    }
  }

  #group(depth: number): Known {
    if (this.#source.charAt(this.#at) === '?') {
      // Named groups and flags in the middle are left alone.
      if (!this.#take('?:')) this.#isOdd = true;
    }
    if (depth > 40) this.#isOdd = true;
    if (this.#isOdd) return NOTHING;
    const known = this.#alternation(depth + 1);
    if (!this.#take(')')) this.#isOdd = true;
    return known;
  }

  #characterClass(): Known {
    this.#take('^');
    this.#take(']');
    while (this.#at < this.#source.length && this.#source.charAt(this.#at) !== ']') {
      if (this.#source.charAt(this.#at) === '[') this.#isOdd = true;
      this.#at += this.#source.charAt(this.#at) === '\\' ? 2 : 1;
    }
    if (!this.#take(']')) this.#isOdd = true;
    return NOTHING;
  }

  #escape(): string | Known {
    const character = this.#source.charAt(this.#at);
    this.#at += 1;
    if (/[dDwWsSbBAz]/.test(character)) return NOTHING;
    if (/[A-Za-z0-9]/.test(character) || character === '') {
      this.#isOdd = true;
      return NOTHING;
    }
    return this.#literal(character);
  }

  /** In a text of ASCII: elsewhere `k` may also be the Kelvin sign, and `s` the long s. */
  #literal(character: string): string | Known {
    const code = character.charCodeAt(0);
    if (code > 0x7e || code < 0x20) return NOTHING;
    return character.toLowerCase();
  }

  #quantifier(): { readonly least: number; readonly isOnce: boolean } {
    const [text = '', , least] = /^(?:[*+?]|\{((\d+)(?:,\d*)?)\})\??/.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += text.length;
    if (text === '') return { least: 1, isOnce: true };
    if (text.startsWith('{')) return { least: Number(least), isOnce: false };
    return { least: text.startsWith('+') ? 1 : 0, isOnce: false };
  }

  #take(text: string): boolean {
    const isNext = this.#source.startsWith(text, this.#at);
    if (isNext) this.#at += text.length;
    return isNext;
  }
}

const NOTHING: Known = { clauses: [], starts: [] };

/** How long the shortest of its literals is. */
export function shortest(clause: Clause): number {
  // Not spread into `Math.min`: a list may hold more values than a call may have arguments.
  return clause.reduce((least, literal) => Math.min(least, literal.length), Infinity);
}
