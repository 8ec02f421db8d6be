import type { Expression, PatternPart } from '../model/rule.ts';
import { join } from './detection.ts';
import { compilePattern } from './pattern.ts';
import { RuleError, type Position } from './rule-error.ts';

/** Deeper brackets than these are an attack on the reader; no known rule has more than one. */
const DEPTH_LIMIT = 50;

/**
 * Reads a condition: `or` binds loosest, then `and`, `not`, `x of`, brackets. Operators in any case.
 *
 * @param searches the rule's search identifiers, already read
 * @throws {RuleError}
 */
export function readCondition(text: string, searches: ReadonlyMap<string, Expression>, at: Position): Expression {
  return readLogic(text, searches, { join, negate }, at);
}

/** How the parts of a condition are put together. */
interface Logic<Part> {
  readonly join: (kind: 'and' | 'or', parts: readonly Part[]) => Part;
  readonly negate: (part: Part) => Part;
}

/**
 * The same over anything that has names.
 *
 * @throws {RuleError}
 */
export function readLogic<Part>(text: string, named: ReadonlyMap<string, Part>, logic: Logic<Part>, at: Position): Part {
  if (text.includes('|')) throw new RuleError({ code: 'RULE_AGGREGATION' }, at);
  return new ConditionReader(text.match(/[()]|[^\s()]+/g) ?? [], named, logic, at).read();
}

function negate(part: Expression): Expression {
  return part.kind === 'not' && !part.isOfValue ? part.part : { kind: 'not', part, isOfValue: false };
}

class ConditionReader<Part> {
  readonly #tokens: readonly string[];
  readonly #searches: ReadonlyMap<string, Part>;
  readonly #logic: Logic<Part>;
  readonly #at: Position;
  readonly #joined = new Map<string, Part>();
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly string[], searches: ReadonlyMap<string, Part>, logic: Logic<Part>, at: Position) {
    this.#tokens = tokens;
    this.#searches = searches;
    this.#logic = logic;
    this.#at = at;
  }

  read(): Part {
    const expression = this.#or();
    if (this.#next < this.#tokens.length) throw this.#unexpected('and, or, or the end');
    return expression;
  }

  #or(): Part {
    const parts = [this.#and()];
    while (this.#take('or')) parts.push(this.#and());
    return this.#logic.join('or', parts);
  }

  #and(): Part {
    const parts = [this.#not()];
    while (this.#take('and')) parts.push(this.#not());
    return this.#logic.join('and', parts);
  }

  #not(): Part {
    let isNegated = false;
    while (this.#take('not')) isNegated = !isNegated;
    const part = this.#atom();
    return isNegated ? this.#logic.negate(part) : part;
  }

  #atom(): Part {
    if (this.#take('(')) return this.#bracket();
    const word = this.#tokens[this.#next];
    if (word === undefined || word === ')' || /^(?:and|or|of)$/i.test(word)) throw this.#unexpected('a search identifier');
    this.#next += 1;
    return this.#take('of') ? this.#quantified(word) : this.#named(word);
  }

  #bracket(): Part {
    this.#depth += 1;
    if (this.#depth > DEPTH_LIMIT) throw new RuleError({ code: 'RULE_CONDITION_TOO_DEEP', limit: DEPTH_LIMIT }, this.#at);
    const expression = this.#or();
    if (!this.#take(')')) throw this.#unexpected(')');
    this.#depth -= 1;
    return expression;
  }

  #quantified(quantifier: string): Part {
    if (!/^(?:1|any|all)$/i.test(quantifier))
      throw new RuleError({ code: 'RULE_CONDITION', wanted: '1, any or all before of', found: quantifier }, this.#at);
    const pattern = this.#tokens[this.#next];
    if (pattern === undefined || pattern === '(' || pattern === ')') throw this.#unexpected('them or a search identifier pattern');
    this.#next += 1;
    return this.#join(quantifier.toLowerCase() === 'all' ? 'and' : 'or', pattern);
  }

  /** Worked out once for each pattern: a hostile condition asks thousands of times. */
  #join(kind: 'and' | 'or', pattern: string): Part {
    const key = `${kind} ${pattern}`;
    const known = this.#joined.get(key);
    if (known !== undefined) return known;
    const isMeant = compileNames(pattern);
    const searches = [...this.#searches].filter(([name]) => isMeant(name)).map(([, search]) => search);
    // Nothing to ask of would be true for `all`: such a rule would match every line.
    if (searches.length === 0) throw new RuleError({ code: 'RULE_IDENTIFIER_UNKNOWN', name: pattern }, this.#at);
    const joined = this.#logic.join(kind, searches);
    this.#joined.set(key, joined);
    return joined;
  }

  #named(name: string): Part {
    const search = this.#searches.get(name);
    if (search === undefined) throw new RuleError({ code: 'RULE_IDENTIFIER_UNKNOWN', name }, this.#at);
    return search;
  }

  #take(token: string): boolean {
    const isNext = this.#tokens[this.#next]?.toLowerCase() === token;
    if (isNext) this.#next += 1;
    return isNext;
  }

  #unexpected(wanted: string): RuleError {
    return new RuleError({ code: 'RULE_CONDITION', wanted, found: this.#tokens[this.#next] ?? 'the end' }, this.#at);
  }
}

/** `them` and patterns pass over identifiers that begin with `_`, unless the pattern begins with it too. */
function compileNames(pattern: string): (name: string) => boolean {
  if (pattern.toLowerCase() === 'them') return (name) => !name.startsWith('_');
  const parts = pattern.split('*').flatMap((text): PatternPart[] => [{ kind: 'any' }, { kind: 'text', text }]);
  const fits = compilePattern(parts.slice(1), true);
  const isPrivate = pattern.startsWith('_');
  return (name) => (isPrivate || !name.startsWith('_')) && fits({ view: '', text: name, folded: name });
}
