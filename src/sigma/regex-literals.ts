/**
 * Finds text that must stand in whatever a regular expression matches: a set of literals of which at least one is there, case folded.
 * `undefined`: nothing can be said. Anything that this reader does not know makes it say nothing rather than something wrong.
 */
export function regexLiterals(source: string, isCaseInsensitive: boolean): readonly string[] | undefined {
  const flags = /^\(\?([a-zA-Z]+)\)/.exec(source);
  const isFolded = isCaseInsensitive || flags?.[1]?.includes('i') === true;
  const reader = new RegexReader(source.slice(flags?.[0].length ?? 0), isFolded);
  const literals = reader.read();
  return literals === undefined ? undefined : [...new Set(literals)];
}

type Literals = readonly string[] | undefined;

/** A shorter literal stands in too many lines to be worth looking for. */
const SHORTEST = 3;
/** More alternatives than these are not worth looking for one by one. */
const MOST = 24;

class RegexReader {
  readonly #source: string;
  readonly #isFolded: boolean;
  #at = 0;
  #isOdd = false;

  constructor(source: string, isFolded: boolean) {
    this.#source = source;
    this.#isFolded = isFolded;
  }

  read(): Literals {
    const literals = this.#alternation(0);
    return this.#isOdd || this.#at < this.#source.length ? undefined : literals;
  }

  /** One alternative is enough for a match: each must have its literals. */
  #alternation(depth: number): Literals {
    const branches: Literals[] = [this.#concatenation(depth)];
    while (this.#take('|')) branches.push(this.#concatenation(depth));
    const all = branches.flatMap((branch) => branch ?? []);
    return branches.includes(undefined) || all.length > MOST ? undefined : all;
  }

  /** Every part must match: the literals of any one of them will do, and the longest are the rarest. */
  #concatenation(depth: number): Literals {
    let best: Literals;
    let run = '';
    const offer = (literals: Literals): void => {
      if (literals !== undefined && shortest(literals) > shortest(best)) best = literals;
    };
    const endRun = (): void => {
      if (run.length >= SHORTEST) offer([run]);
      run = '';
    };
    while (this.#at < this.#source.length && !'|)'.includes(this.#source.charAt(this.#at)) && !this.#isOdd) {
      const part = this.#part(depth);
      const repeat = this.#quantifier();
      if (typeof part === 'string' && repeat.least > 0) {
        run += part;
        // What is repeated may not be followed at once by what comes next.
        if (!repeat.isOnce) endRun();
      } else {
        endRun();
        if (typeof part !== 'string' && repeat.least > 0) offer(part);
      }
    }
    endRun();
    return best;
  }

  /** A literal character, or what is known of a group, a class or an anchor. */
  #part(depth: number): string | Literals {
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
        return undefined;
      case '*':
      case '+':
      case '?':
      case '{':
        this.#isOdd = true;
        return undefined;
      default:
        return this.#literal(character);
    }
  }

  #group(depth: number): Literals {
    if (this.#source.charAt(this.#at) === '?') {
      // Named groups and flags in the middle are left alone.
      if (!this.#take('?:')) this.#isOdd = true;
    }
    if (depth > 40) this.#isOdd = true;
    if (this.#isOdd) return undefined;
    const literals = this.#alternation(depth + 1);
    if (!this.#take(')')) this.#isOdd = true;
    return literals;
  }

  #characterClass(): undefined {
    this.#take('^');
    this.#take(']');
    while (this.#at < this.#source.length && this.#source.charAt(this.#at) !== ']') {
      if (this.#source.charAt(this.#at) === '[') this.#isOdd = true;
      this.#at += this.#source.charAt(this.#at) === '\\' ? 2 : 1;
    }
    if (!this.#take(']')) this.#isOdd = true;
    return undefined;
  }

  #escape(): string | undefined {
    const character = this.#source.charAt(this.#at);
    this.#at += 1;
    if (/[dDwWsSbBAz]/.test(character)) return undefined;
    if (/[A-Za-z0-9]/.test(character) || character === '') {
      this.#isOdd = true;
      return undefined;
    }
    return this.#literal(character);
  }

  /**
   * Case is folded by Unicode's rules in a regular expression: there `k` is also the Kelvin sign and `s` the long s, whose bytes are others.
   */
  #literal(character: string): string | undefined {
    const code = character.charCodeAt(0);
    if (code > 0x7e || code < 0x20) return undefined;
    return this.#isFolded && /[ks]/i.test(character) ? undefined : character.toLowerCase();
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

function shortest(literals: Literals): number {
  return literals === undefined ? 0 : Math.min(...literals.map((literal) => literal.length));
}
