import type { Expression, ValueTest } from '../model/rule.ts';
import { applyModifiers, isNegatedBy } from './modifiers.ts';
import { parsePattern, textLength, widen } from './pattern.ts';
import { RuleError, type Position } from './rule-error.ts';
import { patternTest, testsOf, type Value } from './value.ts';
import type { ListTree, MapTree, ScalarTree, Tree } from './yaml-tree.ts';

/** What is left of the characters that the values of a file may become. */
export interface Budget {
  characters: number;
}

/** Loose dashes under an encoding make hundreds of spellings of one value; the public rule set needs a thousandth of this. */
export const SPELLED_CHARACTERS = 8_000_000;
/** What a test takes beside its text. */
const TEST_CHARACTERS = 100;

/** @throws {RuleError} when the values of a file become more than memory should hold */
function spend(budget: Budget, tests: readonly ValueTest[], at: Position): void {
  for (const test of tests) budget.characters -= TEST_CHARACTERS + (test.kind === 'pattern' ? textLength(test.parts) : 0);
  if (budget.characters < 0)
    throw new RuleError(
      { code: 'RULE_TOO_COSTLY', what: 'characters in all spellings of the values of a file', limit: SPELLED_CHARACTERS },
      at,
    );
}

/**
 * Reads one search identifier: the items of a map are all wanted; of a list any entry, be it a map or a keyword; a scalar is a keyword.
 *
 * @throws {RuleError}
 */
export function readSearch(name: string, tree: Tree, budget: Budget): Expression {
  if (tree.kind === 'map') return readMap(name, tree, budget);
  if (tree.kind === 'scalar') return keyword(name, tree);
  if (tree.items.length === 0) throw new RuleError({ code: 'RULE_IDENTIFIER_EMPTY', name }, tree.at);
  return join(
    'or',
    tree.items.map((item) => {
      if (item.kind === 'list') throw new RuleError({ code: 'RULE_KEY_VALUE', key: name, wanted: 'maps or keywords' }, item.at);
      return item.kind === 'map' ? readMap(name, item, budget) : keyword(name, item);
    }),
  );
}

/** One part alone needs no joining. */
export function join(kind: 'and' | 'or', parts: readonly Expression[]): Expression {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, parts };
}

function readMap(name: string, tree: MapTree, budget: Budget): Expression {
  if (tree.entries.length === 0) throw new RuleError({ code: 'RULE_IDENTIFIER_EMPTY', name }, tree.at);
  return join(
    'and',
    tree.entries.map(({ key, at, value }) => readItem(key, at, value, budget)),
  );
}

/** `field|modifier|modifier: value or values`; without a field the item is a keyword. */
function readItem(key: string, at: Position, tree: Tree, budget: Budget): Expression {
  // Nothing more is spelled out once the budget is spent.
  spend(budget, [], at);
  const [field = '', ...modifiers] = key.split('|');
  if (tree.kind === 'map') throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'a value or a list of values' }, tree.at);
  const scalars = tree.kind === 'scalar' ? [tree] : scalarsOf(key, tree);
  const isKeyword = field === '';
  if (isKeyword && scalars.length === 0) throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'at least one keyword' }, tree.at);
  const values = scalars.map((scalar) => [readValue(scalar, modifiers), scalar.at] as const);
  if (values.length === 0) {
    const absent: Expression = { kind: 'field', field, test: { kind: 'null' } };
    return isNegatedBy(modifiers, at) ? { kind: 'not', part: absent, isOfValue: true } : absent;
  }
  const items = values.map(([value, valueAt]) => {
    const modified = applyModifiers(value, modifiers, { key: at, value: valueAt });
    const tests = testsOf(modified.value, modified.isCased, valueAt);
    spend(budget, tests, valueAt);
    return { ...modified, tests, valueAt };
  });
  const alternatives = items.map(({ tests, isPlaced, valueAt }) => {
    if (isKeyword) return keywords(isPlaced ? tests : tests.map(anywhere), key, valueAt);
    return join(
      'or',
      tests.map((test): Expression => ({ kind: 'field', field, test })),
    );
  });
  const { isAll, isNegated } = items[0] ?? { isAll: false, isNegated: false };
  const expression = join(isAll ? 'and' : 'or', alternatives);
  return isNegated ? { kind: 'not', part: expression, isOfValue: true } : expression;
}

function keywords(tests: readonly ValueTest[], key: string, at: Position): Expression {
  if (!tests.every(isTextTest)) throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'text or numbers' }, at);
  return join(
    'or',
    tests.map((test): Expression => ({ kind: 'keyword', test })),
  );
}

const NULL: Value = { kind: 'null' };

function scalarsOf(key: string, tree: ListTree): ScalarTree[] {
  return tree.items.map((item) => {
    if (item.kind !== 'scalar') throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'single values in the list' }, item.at);
    return item;
  });
}

function readValue({ value, text, at }: ScalarTree, modifiers: readonly string[]): Value {
  if (value === null) return NULL;
  if (typeof value === 'number') return readNumber(value, text, at);
  if (typeof value === 'boolean') return { kind: 'boolean', value, text };
  // An expression's backslashes and stars are its own.
  if (modifiers[0] === 're') return { kind: 'regex', source: value, flags: new Set() };
  return { kind: 'text', parts: parsePattern(value), isEncoded: false };
}

function readNumber(value: number, text: string, at: Position): Value {
  if (!Number.isFinite(value)) throw new RuleError({ code: 'RULE_KEY_VALUE', key: text, wanted: 'a finite number' }, at);
  return { kind: 'number', value, text };
}

function keyword(name: string, tree: ScalarTree): Expression {
  // The empty text stands in every line.
  if (tree.text === '') throw new RuleError({ code: 'RULE_IDENTIFIER_EMPTY', name }, tree.at);
  return keywords(testsOf(readValue(tree, []), false, tree.at).map(anywhere), name, tree.at);
}

/** A keyword stands anywhere in a message, a number too: as its text. */
function anywhere(test: ValueTest): ValueTest {
  if (test.kind === 'pattern') return patternTest(widen(test.parts, { start: true, end: true }), test.isCased);
  if (test.kind === 'number') return patternTest(widen([{ kind: 'text', text: test.text }], { start: true, end: true }), false);
  return test;
}

/** Whether something can be asked of any text, and is asked: `''` stands in every line. */
function isTextTest(test: ValueTest): boolean {
  if (test.kind === 'pattern') return test.parts.some((part) => part.kind !== 'any');
  return test.kind === 'regex' || test.kind === 'number';
}
