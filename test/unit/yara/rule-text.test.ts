import { describe, expect, test } from '@jest/globals';
import { rulesIn, withoutRules } from '../../../src/yara/rule-text.ts';
import { yaraRulesOf } from '../../../src/yara/rules.ts';

const TRICKY = `import "pe"
// rule not_one { condition: true }
/* rule nor_this { } */
private rule first : tag_a tag_b
{
  meta:
    title = "It says \\"}\\" and is one"
    score = 80
    reference = "https://example.com/CVE-2021-27065"
  strings:
    $text = "rule inner { condition: true }"
    $hex = { 4D 5A [2-4] ( 00 | 01 ) }
    $regex = /a\\/b}{[}"]{1,3}/ nocase // "
  condition:
    $text or $hex or $regex matches /}/ or 4 / 2 == 2
}
global rule second { condition: filesize > 0 }
rule third{condition:"}" == "}"}`;

describe('the rules of a text', () => {
  test('whatever stands in their strings, comments and expressions', () => {
    const rules = rulesIn(TRICKY);
    expect(rules.map(({ name, lineNumber, isPrivate, tags }) => [name, lineNumber, isPrivate, tags])).toEqual([
      ['first', 4, true, ['tag_a', 'tag_b']],
      ['second', 17, false, []],
      ['third', 18, false, []],
    ]);
    expect(rules.map(({ to }) => TRICKY[to - 1])).toEqual(['}', '}', '}']);
    expect(rules[0]?.meta.get('title')).toBe('It says "}" and is one');
  });

  test('one is taken out, and the lines of the others stay', () => {
    const rules = rulesIn(TRICKY);
    const left = withoutRules(TRICKY, rules.slice(0, 1));
    expect(rulesIn(left).map(({ name, lineNumber }) => [name, lineNumber])).toEqual([
      ['second', 17],
      ['third', 18],
    ]);
    expect(left.length).toBe(TRICKY.length);
  });

  test.each(['', 'rule', 'rule x', 'rule x {', '"', '/*', 'rule x { strings: $a = "', 'rule x { condition: /'])(
    'of %j nothing goes wrong',
    (text) => {
      expect(rulesIn(text).length).toBeLessThan(2);
    },
  );

  test('a megabyte of braces takes no time', () => {
    expect(rulesIn(`rule x {${'{ "a" /b/ '.repeat(100_000)}`).length).toBe(1);
  });
});

describe('what a rule says of itself', () => {
  const ruleOf = (meta: string, head = 'rule x') => yaraRulesOf({ file: 'a/b.yar', text: `${head} { meta: ${meta} condition: true }` })[0];

  test('as the bundled ones do', () => {
    const uuid = '1F90FE4D-954E-45AE-ACB7-0D04F8841344';
    expect(
      ruleOf(
        `id = "${uuid}"\n title = "T"\n level = "critical"\n stage = "webshell"\n attack = "T1505.003, T1036"\n cve = "CVE-2021-27065"`,
      ),
    ).toMatchObject({
      id: uuid.toLowerCase(),
      title: 'T',
      level: 'critical',
      stage: 'webshell',
      tags: ['attack.t1505.003', 'attack.t1036', 'cve.2021-27065'],
    });
  });

  test.each([
    ['score = 90', 'high'],
    ['score = 60', 'medium'],
    ['score = 40', 'low'],
    ['a = 1', 'medium'],
  ])('with %s it is %s', (meta, level) => {
    expect(ruleOf(meta)).toMatchObject({ id: 'yara/b.yar/x', title: 'x', level });
  });

  test('one that calls itself a rule for web shells is one', () => {
    expect(ruleOf('a = 1', 'rule WEBSHELL_asp')?.stage).toBe('webshell');
    expect(ruleOf('a = 1', 'rule tool')?.stage).toBeUndefined();
  });

  test('private rules are none of their own', () => {
    expect(ruleOf('a = 1', 'private rule x')).toBeUndefined();
  });
});
