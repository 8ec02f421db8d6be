import type { Matched } from '../model/finding.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { Expression, Rule, Spelling, ValueTest } from '../model/rule.ts';
import type { Schema } from '../model/schema.ts';
import { mapText } from '../sigma/pattern.ts';
import { patternTest } from '../sigma/value.ts';
import { KeywordSpellings } from './keyword-spellings.ts';
import { createSpellings, isUserAgent, normalisedUserAgent, normaliseUserAgent, type FieldSpellings } from './spellings.ts';

/** A rule tied to the columns of one header. Made once per header, not per record. */
export interface BoundRule {
  readonly rule: Rule;
  readonly matches: (record: LogRecord) => boolean;
  /** Why; only to be asked of a record that matches. */
  readonly matched: (record: LogRecord) => Matched[];
  /** Fields that the rule names and the log lacks. */
  readonly missing: readonly string[];
  /** Without them the rule can never match. */
  readonly isBlind: boolean;
}

/**
 * A part of a condition. It can be neither true nor false: whether a header field is empty cannot be said of a log that does not write
 * that field, and then the rule must not match, however the question is negated.
 */
interface Node {
  readonly isTrue: (record: LogRecord) => boolean;
  readonly isFalse: (record: LogRecord) => boolean;
  readonly canBeTrue: boolean;
  readonly canBeFalse: boolean;
  readonly matched: (record: LogRecord) => Matched[];
  /** How long an answer takes, roughly: what is cheap to ask is asked first. */
  readonly cost: number;
}

const NEVER: Node = { isTrue: () => false, isFalse: () => true, canBeTrue: false, canBeFalse: true, matched: () => [], cost: 0 };
/** Against one comparison of text; measured on IIS and HttpProxy records. */
const REGEX_COST = 10;
const KEYWORD_COST = 100;

const UNKNOWN: Node = { ...NEVER, isFalse: () => false, canBeFalse: false };

/** Ties rules to one header; the rules share the spellings of the fields that they have in common. */
export class Binder {
  readonly #schema: Schema;
  readonly #spellings = new Map<string, FieldSpellings | undefined>();
  readonly #keywords: KeywordSpellings;
  readonly #leaves = new Map<string, Node>();

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#keywords = new KeywordSpellings(schema.columns.flatMap((column) => this.#spellingsOf(column) ?? []));
  }

  bind(rule: Rule): BoundRule {
    const missing = new Set<string>();
    const node = this.#node(rule.condition, missing);
    return {
      rule,
      matches: node.isTrue,
      matched: (record) => distinct(node.matched(record)),
      missing: [...missing],
      isBlind: !node.canBeTrue,
    };
  }

  #node(expression: Expression, missing: Set<string>): Node {
    switch (expression.kind) {
      case 'and':
        return all(expression.parts.map((part) => this.#node(part, missing)));
      case 'or':
        return any(expression.parts.map((part) => this.#node(part, missing)));
      case 'not':
        return not(this.#node(expression.part, missing));
      case 'keyword':
        return this.#shared(JSON.stringify(expression), () => this.#keyword(expression.test));
      case 'field':
        return this.#field(expression.field, expression.test, missing);
    }
  }

  /** Rules ask the same of a field again and again (is it a POST? did it fail?): one node answers them all, once per record. */
  #shared(key: string, create: () => Node): Node {
    const node = this.#leaves.get(key) ?? create();
    this.#leaves.set(key, node);
    return node;
  }

  #field(field: string, test: ValueTest, missing: Set<string>): Node {
    const spellings = this.#spellingsOf(field);
    if (spellings === undefined) {
      missing.add(field);
      // The field may have been empty or not: this log does not say.
      return test.kind === 'null' || (test.kind === 'exists' && !test.isWanted) ? UNKNOWN : NEVER;
    }
    if (test.kind === 'field-reference') return this.#fieldReference(spellings, test, missing);
    return this.#shared(JSON.stringify([field, test]), () => this.#leaf(spellings, test));
  }

  #leaf(spellings: FieldSpellings, test: Exclude<ValueTest, { kind: 'field-reference' }>): Node {
    const { field } = spellings;
    switch (test.kind) {
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
    const find = (record: LogRecord): Spelling | undefined => spellings.of(record).find(test.accepts);
    const cost = test.kind === 'regex' ? REGEX_COST : 1;
    if (!isUserAgent(spellings.field) || test.kind !== 'pattern') return leaf((record) => asMatched(spellings.field, find(record)), cost);
    const normal = this.#remember(`${spellings.field} normalised`, () => normalisedUserAgent(spellings));
    const { accepts } = patternTest(mapText(test.parts, normaliseUserAgent), test.isCased);
    return leaf((record) => asMatched(spellings.field, find(record) ?? normal?.of(record).find(accepts)));
  }

  #fieldReference(own: FieldSpellings, test: Extract<ValueTest, { kind: 'field-reference' }>, missing: Set<string>): Node {
    const other = this.#spellingsOf(test.field);
    if (other === undefined) {
      missing.add(test.field);
      return NEVER;
    }
    return leaf((record) => {
      const others = other.of(record);
      return asMatched(
        own.field,
        own.of(record).find((spelled) => others.some((each) => test.accepts(spelled, each))),
      );
    });
  }

  #keyword(test: ValueTest): Node {
    return 'accepts' in test && test.kind !== 'field-reference'
      ? leaf((record) => this.#keywords.find(record, test.accepts), KEYWORD_COST)
      : NEVER;
  }

  #spellingsOf(field: string): FieldSpellings | undefined {
    return this.#remember(field, () => createSpellings(field, this.#schema));
  }

  #remember(key: string, create: () => FieldSpellings | undefined): FieldSpellings | undefined {
    if (!this.#spellings.has(key)) this.#spellings.set(key, create());
    return this.#spellings.get(key);
  }
}

type TextTest = Extract<ValueTest, { readonly accepts: (spelling: Spelling) => boolean }>;

function leaf(search: (record: LogRecord) => Matched | undefined, cost = 1): Node {
  let last: LogRecord | undefined;
  let found: Matched | undefined;
  const find = (record: LogRecord): Matched | undefined => {
    if (record !== last) {
      last = record;
      found = search(record);
    }
    return found;
  };
  return {
    cost,
    isTrue: (record) => find(record) !== undefined,
    isFalse: (record) => find(record) === undefined,
    canBeTrue: true,
    canBeFalse: true,
    matched: (record) => [find(record)].flatMap((matched) => matched ?? []),
  };
}

function all(nodes: readonly Node[]): Node {
  const cheapFirst = nodes.toSorted((a, b) => a.cost - b.cost);
  return {
    cost: sum(nodes),
    isTrue: (record) => cheapFirst.every((node) => node.isTrue(record)),
    isFalse: (record) => cheapFirst.some((node) => node.isFalse(record)),
    canBeTrue: nodes.every((node) => node.canBeTrue),
    canBeFalse: nodes.some((node) => node.canBeFalse),
    matched: (record) => nodes.flatMap((node) => node.matched(record)),
  };
}

function any(nodes: readonly Node[]): Node {
  const cheapFirst = nodes.toSorted((a, b) => a.cost - b.cost);
  return {
    cost: sum(nodes),
    isTrue: (record) => cheapFirst.some((node) => node.isTrue(record)),
    isFalse: (record) => cheapFirst.every((node) => node.isFalse(record)),
    canBeTrue: nodes.some((node) => node.canBeTrue),
    canBeFalse: nodes.every((node) => node.canBeFalse),
    matched: (record) => nodes.filter((node) => node.isTrue(record)).flatMap((node) => node.matched(record)),
  };
}

/** What is not there explains nothing: a negated part adds no evidence. */
function not(node: Node): Node {
  return { ...node, isTrue: node.isFalse, isFalse: node.isTrue, canBeTrue: node.canBeFalse, canBeFalse: node.canBeTrue, matched: () => [] };
}

function sum(nodes: readonly Node[]): number {
  return nodes.reduce((total, { cost }) => total + cost, 0);
}

function asMatched(field: string, spelled: Spelling | undefined): Matched | undefined {
  return spelled && { field, value: spelled.text, view: spelled.view };
}

/** Two tests of a rule that one value passes are one piece of evidence. */
function distinct(matched: readonly Matched[]): Matched[] {
  return [...new Map(matched.map((each) => [JSON.stringify([each.field, each.view, each.value]), each] as const)).values()];
}
