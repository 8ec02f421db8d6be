/** A part of a regular expression, as far as texts of ASCII go. */
export type Syntax =
  | { readonly kind: 'character'; readonly code: number }
  /** Codes, both ends included. */
  | { readonly kind: 'class'; readonly ranges: readonly Range[]; readonly isNegated: boolean }
  /** Any but a line feed, unless a flag says otherwise. */
  | { readonly kind: 'any' }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Syntax[] }
  | { readonly kind: 'choice'; readonly branches: readonly Syntax[] }
  | { readonly kind: 'repeat'; readonly part: Syntax; readonly least: number; readonly most: number };

export type Assertion = 'start' | 'end' | 'boundary' | 'no-boundary';
type Range = readonly [from: number, to: number];

export interface RegexSyntax {
  readonly root: Syntax;
  /** Letters at its beginning: `(?i)`. */
  readonly flags: string;
}

const DEPTH = 40;
const LAST_ASCII = 0x7f;
const CLASSES: Readonly<Record<string, readonly Range[]>> = {
  d: [[0x30, 0x39]],
  w: [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]],
  s: [[0x09, 0x0a], [0x0c, 0x0d], [0x20, 0x20]],
}; // prettier-ignore
const ASSERTIONS: Readonly<Record<string, Assertion>> = { b: 'boundary', B: 'no-boundary', A: 'start', z: 'end' };
const CONTROLS: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 };

/**
 * Reads a regular expression that RE2 understands.
 *
 * @returns `undefined` where it holds anything that is not known here, or that texts of ASCII do not tell
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function parseRegex(source: string): RegexSyntax | undefined {
  const [opening = '', flags = ''] = /^\(\?([a-zA-Z]+)\)/.exec(source) ?? [];
  try {
    return { root: new Parser(source, opening.length).parse(), flags };
  } catch (error) {
    if (error instanceof UnknownSyntax) return undefined;
    throw error;
  }
}

class UnknownSyntax extends Error {}

class Parser {
  readonly #source: string;
  #at: number;

  constructor(source: string, at: number) {
    this.#source = source;
    this.#at = at;
  }

  parse(): Syntax {
    const root = this.#choice(0);
    if (this.#at < this.#source.length) throw new UnknownSyntax();
    return root;
  }

  #choice(depth: number): Syntax {
    const branches = [this.#sequence(depth)];
    while (this.#take('|')) branches.push(this.#sequence(depth));
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: 'choice', branches };
  }

  #sequence(depth: number): Syntax {
    const parts: Syntax[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source.charAt(this.#at))) parts.push(this.#repeated(this.#part(depth)));
    return { kind: 'sequence', parts };
  }

  #repeated(part: Syntax): Syntax {
    const [text = '', , least = '', comma, most = ''] =
      /^(?:[*+?]|\{((\d+)(,(\d*))?)\})\??/.exec(this.#source.slice(this.#at, this.#at + 40)) ?? [];
    this.#at += text.length;
    if (text === '') return part;
    if (text.startsWith('{'))
      return {
        kind: 'repeat',
        part,
        least: Number(least),
        most: comma === undefined ? Number(least) : most === '' ? Infinity : Number(most),
      };
    return { kind: 'repeat', part, least: text.startsWith('+') ? 1 : 0, most: text.startsWith('?') ? 1 : Infinity };
  }

  #part(depth: number): Syntax {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group(depth);
      case '[':
        return this.#class();
      case '\\':
        return this.#escape();
      case '.':
        return { kind: 'any' };
      case '^':
        return { kind: 'assertion', assertion: 'start' };
      case '$':
        return { kind: 'assertion', assertion: 'end' };
      case '*':
      case '+':
      case '?':
        throw new UnknownSyntax();
      default:
        return { kind: 'character', code: asciiCode(character) };
    }
  }

  /** Named groups, and flags in the middle, are left alone. */
  #group(depth: number): Syntax {
    if (depth >= DEPTH || (this.#source.charAt(this.#at) === '?' && !this.#take('?:'))) throw new UnknownSyntax();
    const inner = this.#choice(depth + 1);
    if (!this.#take(')')) throw new UnknownSyntax();
    return inner;
  }

  #class(): Syntax {
    const isNegated = this.#take('^');
    const ranges: Range[] = [];
    for (let isFirst = true; isFirst || this.#source.charAt(this.#at) !== ']'; isFirst = false) {
      const from = this.#member();
      if (typeof from !== 'number') ranges.push(...from);
      else if (this.#source.charAt(this.#at) === '-' && this.#source.charAt(this.#at + 1) !== ']') {
        this.#at += 1;
        const to = this.#member();
        if (typeof to !== 'number' || to < from) throw new UnknownSyntax();
        ranges.push([from, to]);
      } else ranges.push([from, from]);
    }
    this.#at += 1;
    return { kind: 'class', ranges, isNegated };
  }

  /** One code of a class, or those of a class in it. */
  #member(): number | readonly Range[] {
    const character = this.#next();
    if (character === '[' && this.#source.charAt(this.#at) === ':') throw new UnknownSyntax();
    if (character !== '\\') return asciiCode(character);
    const escaped = this.#escape();
    if (escaped.kind === 'character') return escaped.code;
    if (escaped.kind !== 'class') throw new UnknownSyntax();
    return escaped.isNegated ? othersOf(escaped.ranges) : escaped.ranges;
  }

  #escape(): Syntax {
    const character = this.#next();
    const ranges = CLASSES[character.toLowerCase()];
    if (ranges !== undefined) return { kind: 'class', ranges, isNegated: character !== character.toLowerCase() };
    const assertion = ASSERTIONS[character];
    if (assertion !== undefined) return { kind: 'assertion', assertion };
    const code = CONTROLS[character] ?? (character === 'x' ? this.#hexadecimal() : undefined);
    if (code !== undefined) return { kind: 'character', code };
    if (/[A-Za-z0-9]/.test(character)) throw new UnknownSyntax();
    return { kind: 'character', code: asciiCode(character) };
  }

  #hexadecimal(): number {
    const digits = this.#next() + this.#next();
    if (!/^[0-7][\da-fA-F]$/.test(digits)) throw new UnknownSyntax();
    return Number.parseInt(digits, 16);
  }

  #next(): string {
    if (this.#at >= this.#source.length) throw new UnknownSyntax();
    this.#at += 1;
    return this.#source.charAt(this.#at - 1);
  }

  #take(text: string): boolean {
    const isNext = this.#source.startsWith(text, this.#at);
    if (isNext) this.#at += text.length;
    return isNext;
  }
}

function asciiCode(character: string): number {
  const code = character.charCodeAt(0);
  if (code > LAST_ASCII) throw new UnknownSyntax();
  return code;
}

function othersOf(ranges: readonly Range[]): Range[] {
  const codes = Array.from({ length: LAST_ASCII + 1 }, (_, code) => code);
  return codes.filter((code) => !ranges.some(([from, to]) => code >= from && code <= to)).map((code) => [code, code]);
}
