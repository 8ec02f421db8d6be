import type { Matched } from '../model/finding.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { Expression, PatternPart, Rule, RuleFilter, Spelling, ValueTest } from '../model/rule.ts';
import type { Schema } from '../model/schema.ts';
import { normaliseUserAgent } from '../model/user-agent.ts';
import { mapText } from '../sigma/pattern.ts';
import { regexClauses } from '../sigma/regex-literals.ts';
import { patternTest } from '../sigma/value.ts';
import { KeywordSpellings } from './keyword-spellings.ts';
import { listedNode } from './listed.ts';
import { all, any, leaf, NEVER, not, UNKNOWN, type Answers, type Node } from './node.ts';
import { createSpellings, type FieldSpellings } from './spellings.ts';

/** A rule tied to the columns of one header. Made once per header, not per record. */
export interface BoundRule {
  readonly rule: Rule;
  readonly matches: (record: LogRecord) => boolean;
  /** Whether it could match a record of which some answers are known. */
  readonly mayMatch: (known: Answers) => boolean;
  /** Why; only to be asked of a record that matches. */
  readonly matched: (record: LogRecord) => Matched[];
  /** The first filter that suppresses the match; only to be asked of a record that matches. */
  readonly filteredBy: (record: LogRecord) => RuleFilter | undefined;
  /** Fields that the rule names and the log lacks. */
  readonly missing: readonly string[];
  /** Without them the rule can never match. */
  readonly isBlind: boolean;
}

/** Against one comparison of text; measured on IIS and HttpProxy records. */
const REGEX_COST = 4;
/** Of a field that holds the value of the record before as a rule: then the answer is at hand. */
const REGEX_AGAIN_COST = 1.5;
const SELDOM_CHANGING: ReadonlySet<string> = new Set(['cs-method', 'sc-status', 's-port', 's-ip', 'cs-host']);
/** A query is spelled with and without its path. */
const JOINED_COST = 4;
const KEYWORD_COST = 100;

/** Ties rules to one header; the rules share the spellings of the fields that they have in common. */
export class Binder {
  readonly #schema: Schema;
  readonly #spellings = new Map<string, FieldSpellings | undefined>();
  readonly #keywords: KeywordSpellings;
  /** A search identifier may be named a thousand times in a condition, and is bound once. */
  readonly #nodes = new Map<Expression, Node>();
  readonly #leaves = new Map<string, { readonly node: Node; uses: number }>();

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#keywords = new KeywordSpellings(schema.columns.flatMap((column) => this.#spellingsOf(column) ?? []));
  }

  bind(rule: Rule): BoundRule {
    const node = this.#node(rule.condition);
    return {
      rule,
      matches: node.isTrue,
      mayMatch: node.mayHold,
      matched: (record) => distinct(node.matched(record)),
      filteredBy: this.#filters(rule),
      missing: fieldsOf(rule.condition).filter((field) => this.#spellingsOf(field)?.hasColumn !== true),
      isBlind: !node.canBeTrue,
    };
  }

  /**
   * What a filter asks of a log that cannot answer suppresses nothing. Filters are bound when the rule first matches: most headers have no match of
   * most rules.
   */
  #filters({ filters = [] }: Rule): BoundRule['filteredBy'] {
    if (filters.length === 0) return () => undefined;
    let bound: readonly (readonly [RuleFilter, Node])[] | undefined;
    return (record) => {
      bound ??= filters.map((filter) => [filter, this.#node(filter.condition)] as const);
      return bound.find(([, node]) => node.isFalse(record))?.[0];
    };
  }

  /** Questions that are cheap to answer and that several of the rules ask, the most frequent first. */
  commonQuestions(): Node[] {
    const common = [...this.#leaves.values()].filter(({ node, uses }) => uses > 1 && node.cost <= 1);
    return common.toSorted((a, b) => b.uses - a.uses).map(({ node }) => node);
  }

  #node(expression: Expression): Node {
    const node = this.#nodes.get(expression) ?? this.#create(expression);
    this.#nodes.set(expression, node);
    return node;
  }

  #create(expression: Expression): Node {
    switch (expression.kind) {
      case 'and':
        return all(expression.parts.map((part) => this.#node(part)));
      case 'or':
        return any(expression.parts.map((part) => this.#node(part)));
      case 'not': {
        const part = this.#node(expression.part);
        // Of a field that the log lacks nobody can say that its value is another.
        return expression.isOfValue && !part.canBeTrue ? UNKNOWN : not(part);
      }
      case 'keyword':
        return this.#shared(keyOf('', expression.test), () => this.#keyword(expression.test));
      case 'field':
        return this.#field(expression.field, expression.test);
    }
  }

  /** Rules ask the same of a field again and again (is it a POST? did it fail?): one node answers them all, once per record. */
  #shared(key: string, create: () => Node): Node {
    const shared = this.#leaves.get(key) ?? { node: create(), uses: 0 };
    shared.uses += 1;
    this.#leaves.set(key, shared);
    return shared.node;
  }

  #field(field: string, test: ValueTest): Node {
    const spellings = this.#spellingsOf(field);
    // The field may have been empty or not: this log does not say.
    if (spellings?.hasColumn !== true && asksForPresence(test)) return UNKNOWN;
    if (spellings === undefined) return NEVER;
    if (test.kind === 'field-reference') return this.#fieldReference(spellings, test);
    return this.#shared(keyOf(field, test), () => this.#leaf(spellings, test));
  }

  #leaf(spellings: FieldSpellings, test: Exclude<ValueTest, { kind: 'field-reference' }>): Node {
    const { field } = spellings;
    switch (test.kind) {
      case 'listed':
        return listedNode(spellings, test.listed);
      case 'null':
        return leaf((record) => (spellings.isNull(record) ? { field, value: '', view: 'absent' } : undefined));
      case 'exists':
        return leaf((record) =>
          spellings.isPresent(record) === test.isWanted ? { field, value: '', view: test.isWanted ? 'present' : 'absent' } : undefined,
        );
      default:
        return this.#text(spellings, test);
    }
  }

  #text(spellings: FieldSpellings, test: TextTest): Node {
    const { field, normalised } = spellings;
    const { accepts } = test;
    const joined = asksForText(test);
    const normal =
      normalised !== undefined && test.kind === 'pattern' && hasText(test.parts, /[^+,\s]/)
        ? patternTest(mapText(test.parts, normaliseUserAgent), test.isCased).accepts
        : undefined;
    const search = (record: LogRecord): Matched | undefined => {
      const found =
        firstOf(spellings.own(record), accepts) ??
        (joined ? firstOf(spellings.joined(record), accepts) : undefined) ??
        (normal && normalised && firstOf(normalised(record), normal));
      return found && { field, value: found.text, view: found.view };
    };
    const isOfOwn = normal === undefined && !(joined && spellings.hasJoined);
    const regexCost = SELDOM_CHANGING.has(spellings.webName) ? REGEX_AGAIN_COST : REGEX_COST;
    return leaf(
      isOfOwn ? oncePerSpellings(spellings, search) : search,
      (test.kind === 'regex' ? regexCost : 1) * (spellings.hasJoined ? JOINED_COST : 1),
    );
  }

  #fieldReference(own: FieldSpellings, test: Extract<ValueTest, { kind: 'field-reference' }>): Node {
    const other = this.#spellingsOf(test.field);
    if (other === undefined) return NEVER;
    return leaf((record) => {
      const others = other.own(record);
      const found = own.own(record).find((spelled) => others.some((each) => test.accepts(spelled, each)));
      return found && { field: own.field, value: found.text, view: found.view };
    });
  }

  #keyword(test: ValueTest): Node {
    return 'accepts' in test && test.kind !== 'field-reference'
      ? leaf((record) => this.#keywords.find(record, test.accepts), KEYWORD_COST)
      : NEVER;
  }

  #spellingsOf(field: string): FieldSpellings | undefined {
    if (!this.#spellings.has(field)) this.#spellings.set(field, createSpellings(field, this.#schema));
    return this.#spellings.get(field);
  }
}

/** Asks again only where the value is another than that of the record before. */
function oncePerSpellings(
  spellings: FieldSpellings,
  search: (record: LogRecord) => Matched | undefined,
): (record: LogRecord) => Matched | undefined {
  let last: readonly Spelling[] | undefined;
  let found: Matched | undefined;
  return (record) => {
    const own = spellings.own(record);
    if (own !== last) {
      found = search(record);
      last = own;
    }
    return found;
  };
}

/** The first spelling that passes. */
function firstOf(spellings: readonly Spelling[], accepts: (spelling: Spelling) => boolean): Spelling | undefined {
  for (const spelling of spellings) if (accepts(spelling)) return spelling;
  return undefined;
}

/** Whether a pattern has literal text with such a character in it. */
function hasText(parts: readonly PatternPart[], character: RegExp): boolean {
  return parts.some((part) => part.kind === 'text' && character.test(part.text));
}

/** Whether a test can only be passed by some text, rather than by any. */
function asksForText(test: TextTest): boolean {
  if (test.kind === 'pattern') return hasText(test.parts, /[^]/);
  return test.kind === 'regex' && regexClauses(test.source, { shortest: 1, most: 1_000 }).length > 0;
}

/** Whether a test is of a field's being there or not, rather than of what it holds. */
function asksForPresence(test: ValueTest): boolean {
  if (test.kind === 'pattern') return !hasText(test.parts, /[^]/);
  return test.kind === 'null' || test.kind === 'exists';
}

const KEYS = new WeakMap<ValueTest, string>();

/** The same for all that ask the same of a field. */
function keyOf(field: string, test: ValueTest): string {
  if (test.kind === 'listed') return `${field}\nlisted ${test.listed.key}`;
  const asked = KEYS.get(test) ?? JSON.stringify(test);
  KEYS.set(test, asked);
  return `${field}\n${asked}`;
}

/** The fields that a condition names, each once, in its order. */
export function fieldsOf(condition: Expression): string[] {
  const fields = new Set<string>();
  const seen = new Set<Expression>();
  const collect = (expression: Expression): void => {
    if (seen.has(expression)) return;
    seen.add(expression);
    if (expression.kind === 'and' || expression.kind === 'or') for (const part of expression.parts) collect(part);
    else if (expression.kind === 'not') collect(expression.part);
    else if (expression.kind === 'field') {
      fields.add(expression.field);
      if (expression.test.kind === 'field-reference') fields.add(expression.test.field);
    }
  };
  collect(condition);
  return [...fields];
}

type TextTest = Extract<ValueTest, { readonly accepts: (spelling: Spelling) => boolean }>;

/** Two tests of a rule that one value passes are one piece of evidence. */
function distinct(matched: readonly Matched[]): Matched[] {
  return [...new Map(matched.map((each) => [JSON.stringify([each.field, each.view, each.value]), each] as const)).values()];
}
