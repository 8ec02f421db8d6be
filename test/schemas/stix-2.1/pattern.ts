/**
 * Whether a text is a STIX pattern: the grammar of section 9 of the STIX 2.1 specification (the same as oasis-open/cti-pattern-validator's), by
 * descent.
 *
 * @returns what is wrong, or `undefined`
 */
export function patternError(text: string): string | undefined {
  try {
    const parser = new Parser(tokensOf(text));
    parser.observationExpressions();
    parser.expectEnd();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

const TOKEN =
  /\s*(?:(?<string>[tbh]?'(?:[^'\\]|\\['\\])*')|(?<number>[+-]?\d+(?:\.\d+)?(?![\w-]))|(?<word>[A-Za-z_][\w-]*)|(?<mark>\[|\]|\(|\)|:|\.|,|\*|!=|<>|<=|>=|=|<|>))/y;

interface Token {
  readonly kind: string;
  readonly text: string;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const token = new RegExp(TOKEN);
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const at = token.lastIndex;
    const groups = token.exec(text)?.groups;
    const [kind, value] = Object.entries(groups ?? {}).find(([, each]) => each !== undefined) ?? [];
    if (kind === undefined || value === undefined) throw new SyntaxError(`nothing known at ${at}: ${text.slice(at, at + 20)}`);
    tokens.push({ kind, text: value });
  }
  return tokens;
}

const COMPARISONS = ['=', '!=', '<>', '<', '<=', '>', '>=', 'LIKE', 'MATCHES', 'ISSUBSET', 'ISSUPERSET'];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  observationExpressions(): void {
    do this.#observation();
    while (this.#take('FOLLOWEDBY') || this.#take('AND') || this.#take('OR'));
  }

  expectEnd(): void {
    if (this.#at < this.#tokens.length) throw new SyntaxError(`something stands behind: ${this.#peek()}`);
  }

  #observation(): void {
    if (this.#take('(')) {
      this.observationExpressions();
      this.#expect(')');
    } else {
      this.#expect('[');
      this.#comparisons();
      this.#expect(']');
    }
    while (this.#take('WITHIN') || this.#take('REPEATS')) {
      this.#kind('number');
      if (!this.#take('SECONDS')) this.#expect('TIMES');
    }
  }

  #comparisons(): void {
    do this.#comparison();
    while (this.#take('AND') || this.#take('OR'));
  }

  #comparison(): void {
    if (this.#take('(')) {
      this.#comparisons();
      this.#expect(')');
      return;
    }
    this.#path();
    this.#take('NOT');
    if (this.#take('IN')) {
      this.#expect('(');
      do this.#literal();
      while (this.#take(','));
      this.#expect(')');
      return;
    }
    if (!COMPARISONS.some((operator) => this.#take(operator))) throw new SyntaxError(`no comparison: ${this.#peek()}`);
    this.#literal();
  }

  #path(): void {
    this.#kind('word');
    this.#expect(':');
    this.#step();
    for (;;) {
      if (this.#take('.')) this.#step();
      else if (this.#take('[')) {
        if (!this.#take('*')) this.#kind('number');
        this.#expect(']');
      } else return;
    }
  }

  #step(): void {
    const { kind, text } = this.#next();
    if (kind === 'string' || (kind === 'word' && /^[A-Za-z_]\w*$/.test(text))) return;
    throw new SyntaxError(`no name of a property: ${text}`);
  }

  #literal(): void {
    const { kind, text } = this.#next();
    if (kind !== 'string' && kind !== 'number' && text !== 'true' && text !== 'false') throw new SyntaxError(`no value: ${text}`);
  }

  #kind(wanted: string): void {
    const { kind, text } = this.#next();
    if (kind !== wanted) throw new SyntaxError(`wanted a ${wanted}, found ${text}`);
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new SyntaxError(`wanted ${text}, found ${this.#peek()}`);
  }

  #take(text: string): boolean {
    const isThere = this.#tokens[this.#at]?.text === text;
    if (isThere) this.#at += 1;
    return isThere;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new SyntaxError('ends too early');
    this.#at += 1;
    return token;
  }

  #peek(): string {
    return this.#tokens[this.#at]?.text ?? 'the end';
  }
}
