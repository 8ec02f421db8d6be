import type { Expression, ValueTest } from '../model/rule.ts';
import { applyModifiers } from './modifiers.ts';
import { parsePattern, widen } from './pattern.ts';
import { RuleError, type Position } from './rule-error.ts';
import { patternTest, testsOf, type Value } from './value.ts';
import type { ListTree, MapTree, ScalarTree, Tree } from './yaml-tree.ts';

/**
 * Reads one search identifier: the items of a map are all wanted; of a list any entry, be it a map or a keyword; a scalar is a keyword.
 *
 * @throws {RuleError}
 */
export function readSearch(name: string, tree: Tree): Expression {
  if (tree.kind === 'map') return readMap(name, tree);
  if (tree.kind === 'scalar') return keyword(name, tree);
  if (tree.items.length === 0) throw new RuleError({ code: 'RULE_IDENTIFIER_EMPTY', name }, tree.at);
  return join(
    'or',
    tree.items.map((item) => {
      if (item.kind === 'list') throw new RuleError({ code: 'RULE_KEY_VALUE', key: name, wanted: 'maps or keywords' }, item.at);
      return item.kind === 'map' ? readMap(name, item) : keyword(name, item);
    }),
  );
}

/** One part alone needs no joining. */
export function join(kind: 'and' | 'or', parts: readonly Expression[]): Expression {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, parts };
}

function readMap(name: string, tree: MapTree): Expression {
  if (tree.entries.length === 0) throw new RuleError({ code: 'RULE_IDENTIFIER_EMPTY', name }, tree.at);
  return join(
    'and',
    tree.entries.map(({ key, at, value }) => readItem(key, at, value)),
  );
}

/** `field|modifier|modifier: value or values`; without a field the item is a keyword. */
function readItem(key: string, at: Position, tree: Tree): Expression {
  const [field = '', ...modifiers] = key.split('|');
  if (tree.kind === 'map') throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'a value or a list of values' }, tree.at);
  const scalars = tree.kind === 'scalar' ? [tree] : scalarsOf(key, tree);
  const isKeyword = field === '';
  if (isKeyword && scalars.length === 0) throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'at least one keyword' }, tree.at);
  const values = scalars.length === 0 ? [NULL] : scalars.map((each) => readValue(each, modifiers));
  const item = applyModifiers(values, modifiers, at);
  const alternatives = item.values.map((value) => {
    const tests = testsOf(value, item.isCased, at).map((test) => (isKeyword && !item.isPlaced ? anywhere(test) : test));
    if (isKeyword && tests.some((test) => !isTextTest(test)))
      throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'text or numbers' }, tree.at);
    return join(
      'or',
      tests.map((test): Expression => (isKeyword ? { kind: 'keyword', test } : { kind: 'field', field, test })),
    );
  });
  const expression = join(item.isAll ? 'and' : 'or', alternatives);
  return item.isNegated ? { kind: 'not', part: expression } : expression;
}

const NULL: Value = { kind: 'null' };

function scalarsOf(key: string, tree: ListTree): ScalarTree[] {
  return tree.items.map((item) => {
    if (item.kind !== 'scalar') throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'single values in the list' }, item.at);
    return item;
  });
}

function readValue({ value, text }: ScalarTree, modifiers: readonly string[]): Value {
  if (value === null) return NULL;
  if (typeof value === 'number') return { kind: 'number', value, text };
  if (typeof value === 'boolean') return { kind: 'boolean', value, text };
  // An expression's backslashes and stars are its own.
  if (modifiers[0] === 're') return { kind: 'regex', source: value, flags: new Set() };
  return { kind: 'text', parts: parsePattern(value), isEncoded: false };
}

function keyword(name: string, tree: ScalarTree): Expression {
  const value = readValue(tree, []);
  if (value.kind === 'null') throw new RuleError({ code: 'RULE_IDENTIFIER_EMPTY', name }, tree.at);
  return join(
    'or',
    testsOf(value, false, tree.at).map((test): Expression => ({ kind: 'keyword', test: anywhere(test) })),
  );
}

/** A keyword stands anywhere in a message, a number too: as its text. */
function anywhere(test: ValueTest): ValueTest {
  if (test.kind === 'pattern') return patternTest(widen(test.parts, { start: true, end: true }), test.isCased);
  if (test.kind === 'number') return patternTest(widen([{ kind: 'text', text: test.text }], { start: true, end: true }), false);
  return test;
}

function isTextTest(test: ValueTest): boolean {
  return test.kind === 'pattern' || test.kind === 'regex' || test.kind === 'number';
}
