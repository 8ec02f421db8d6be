import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import type { Expression, ValueTest } from '../../../src/model/rule.ts';
import { loadRuleSet } from '../../../src/rule-set.ts';
import { RegexAutomaton } from '../../../src/sigma/regex-automaton.ts';

type RegexTest = Extract<ValueTest, { kind: 'regex' }>;

const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });
const expressions = [...new Map(rules.flatMap(({ condition }) => testsOf(condition)).map((each) => [each.source, each])).values()];

function testsOf(expression: Expression): RegexTest[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap(testsOf);
    case 'not':
      return testsOf(expression.part);
    default:
      return expression.test.kind === 'regex' ? [expression.test] : [];
  }
}

function re2(source: string, flags: string): RE2JS {
  const bits = (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('s') ? RE2JS.DOTALL : 0);
  return RE2JS.compile(source, bits);
}

test('says of the expressions of the bundled rules what RE2 says', () => {
  const pairs = expressions.flatMap((each) => {
    const automaton = RegexAutomaton.of(each.source, new Set(each.flags));
    return automaton === undefined ? [] : [{ ...each, automaton, regex: re2(each.source, each.flags) }];
  });
  expect([expressions.length > 50, pairs.length / expressions.length]).toEqual([true, 1]);
  let matches = 0;
  const piece = fc.oneof(
    fc.constantFrom('/', '.', '?', '&', '=', ' ', "'", '<', 'a', 'Z', '_', '0', '\n', '%2F'),
    fc.string({ maxLength: 3 }),
  );
  const texts = fc.constantFrom(...pairs).chain((pair) => {
    // What the expression is made of is what it looks for.
    const own = pair.source.split(/[^\w./:=@~-]+|\\/).filter((word) => word !== '');
    const word = fc.oneof(
      fc.constantFrom(...own),
      fc.constantFrom(...own).map((each) => each.toUpperCase()),
      piece,
    );
    return fc.tuple(
      fc.constant(pair),
      fc.array(word, { maxLength: 9 }).map((words) => words.join('')),
    );
  });
  fc.assert(
    fc.property(texts, ([{ source, automaton, regex }, text]) => {
      const said = automaton.test(text);
      if (said === true) matches += 1;
      // oxlint-disable-next-line no-control-regex -- all of ASCII
      if (said !== undefined || !/[^\u0000-\u007f]/.test(text))
        expect({ source, text, said }).toEqual({ source, text, said: regex.test(text) });
    }),
    { numRuns: 20_000, seed: 26_855 },
  );
  expect(matches).toBeGreaterThan(500);
});

test.each([
  ['(?i)abc', 'xABCx', true],
  ['^abc$', 'abc', true],
  ['^abc$', 'abc\n', false],
  ['^abc', 'xabc', false],
  ['a.c', 'a\nc', false],
  ['(?s)a.c', 'a\nc', true],
  ['\\bab\\b', 'x ab.', true],
  ['\\bab\\b', 'xab', false],
  ['a{2,3}b', 'aab', true],
  ['^a{2,3}b', 'aaaab', false],
  ['[^a-c]', 'abc', false],
  ['(?i)[^k]', 'K', false],
  ['x*', '', true],
  ['$^', '', true],
  ['$^', 'a', false],
  ['a{', 'a{', true],
  ['', 'anything', true],
])('%s in %j: %s', (source, text, expected) => {
  expect(RegexAutomaton.of(source, new Set())?.test(text)).toBe(expected);
  expect(re2(source, '').test(text)).toBe(expected);
});

test.each(['(?m)^a$', '\\pL', 'é', '(?P<name>a)', '(?:a{500}){500}', '[[:alpha:]]', '\\Qa.b\\E'])('%s is left to RE2', (source) => {
  expect(RegexAutomaton.of(source, new Set())).toBeUndefined();
});

test('cannot say what a text beyond ASCII is, unless it matched before that', () => {
  const automaton = RegexAutomaton.of('(?i)k$', new Set());
  expect([automaton?.test('\u212A'), automaton?.test('k'), automaton?.test('ké')]).toEqual([undefined, true, undefined]);
});

test('gives up where it would take too many states, and says so every time', () => {
  const automaton = RegexAutomaton.of('a.{12}b', new Set());
  let seed = 1;
  const next = (): string => ((seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) & 0x10000 ? 'a' : 'c');
  const random = Array.from({ length: 20_000 }, next).join('');
  expect([automaton?.test('a'), automaton?.test(random), automaton?.test('a')]).toEqual([false, undefined, undefined]);
});
