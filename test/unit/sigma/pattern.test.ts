import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { fold } from '../../../src/sigma/fold.ts';
import { appliesTo } from '../../../src/sigma/log-source.ts';
import { compilePattern, parsePattern } from '../../../src/sigma/pattern.ts';
import { compileRegex } from '../../../src/sigma/regex.ts';
import { regexClauses, regexLiterals } from '../../../src/sigma/regex-literals.ts';

function matches(pattern: string, text: string, isCased = false): boolean {
  return compilePattern(parsePattern(pattern), isCased)({ view: 'raw', text, folded: fold(text) });
}

test('a pattern matches what its translation into a regular expression matches', () => {
  const pieces = fc.array(fc.constantFrom('a', 'b', 'ab', '*', '?', 'A'), { maxLength: 9 }).map((parts) => parts.join(''));
  const texts = fc.array(fc.constantFrom('a', 'b', 'B', 'c'), { maxLength: 9 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(pieces, texts, (pattern, text) => {
      const source = pattern.replaceAll('*', '[^]*').replaceAll('?', '[^]');
      expect(matches(pattern, text)).toBe(new RegExp(`^${source}$`, 'iu').test(text));
    }),
    { numRuns: 5_000 },
  );
});

test('a pattern that makes other matchers try everything is answered at once', () => {
  expect(matches(`${'*a'.repeat(200)}*c`, 'a'.repeat(20_000))).toBe(false);
});

describe('folding case', () => {
  test('never makes an ASCII letter of another one', () => {
    // U+212A is the Kelvin sign, U+0130 the capital I with a dot.
    expect(fold('\u212A\u0130K')).toBe('\u212A\u0130k');
    expect(matches('k', '\u212A')).toBe(false);
  });

  test('joins the letters of other scripts', () => {
    expect(matches('ÄΣЖ', 'äσж')).toBe(true);
  });
});

describe('the literals of a regular expression', () => {
  test.each([
    ['(?i)^ServerInfo~[^/]+/', ['serverinfo~']],
    ['^/owa/auth/(a|b)', ['/owa/auth/a', '/owa/auth/b']],
    ['(abcd|efgh)x', ['abcd', 'efgh']],
    ['abc+d', ['abc']],
    ['a?bcd*e', ['bc']],
    ['(abc)?', undefined],
    ['abc|d', ['abc', 'd']],
    ['abc|d?', undefined],
    ['a.bc', ['bc']],
    ['(?P<n>abcd)', undefined],
    ['[[:alpha:]]abcd', undefined],
    ['\\pLabcd', undefined],
    ['abcd(', undefined],
  ])('%s', (source, expected) => {
    expect(regexLiterals(source)).toEqual(expected);
  });

  test('go over the border of a group', () => {
    const limits = { shortest: 2, most: 20 };
    expect(regexClauses('/(x|yz)\\.(as[pm]x|js)$', limits)).toEqual([
      ['/x', '/yz'],
      ['as', 'js'],
      ['.as', '.js'],
    ]);
    expect(regexClauses('\\.(as|[bc])', limits)).toEqual([]);
    expect(regexClauses('ab+(cd|ef)', limits)).toEqual([['ab'], ['cd', 'ef']]);
  });

  test('stand in everything that the expression matches', () => {
    const atom = fc.constantFrom(
      'a',
      'B',
      'k',
      's',
      'abc',
      'Kelvin',
      '.',
      '[ab]',
      '[^a]',
      '\\.',
      '\\d',
      '(?:ab|cde)',
      '(k|ss)',
      '(a|(b|c)d)',
      '(?:a[bc]|s)',
      '^',
      '$',
      '\\b',
      '\\B',
      '[\\W_k]',
      '[^\\sA-C]',
      '\\x41',
      '()',
    );
    const piece = fc
      .tuple(atom, fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{0,2}', '+?'))
      .map(([part, repeat]) => (/[$^]/.test(part) && part.length === 1 ? part : part + repeat));
    const branch = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
    const source = fc.array(branch, { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|'));
    const text = fc
      .array(fc.constantFrom('a', 'b', 'B', 'k', 'K', '\u212A', 's', 'S', '\u017F', 'abc', 'Kelvin', 'cde', '.', '1', 'é'), {
        maxLength: 8,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(source, text, fc.boolean(), (expression, value, isCaseInsensitive) => {
        const isMatch = RE2JS.compile(expression, isCaseInsensitive ? RE2JS.CASE_INSENSITIVE : 0).test(value);
        // Looking for them first changes nothing, whatever letters stand for others.
        const accepts = compileRegex(expression, new Set(isCaseInsensitive ? (['i'] as const) : []), { lineNumber: 1, column: 1 });
        expect(accepts({ view: 'raw', text: value, folded: fold(value) })).toBe(isMatch);
        const clauses = regexClauses(expression, { shortest: 1, most: 20 });
        fc.pre(clauses.length > 0 && /^[\u0020-\u007e]*$/.test(value));
        if (isMatch) expect(clauses.filter((clause) => !clause.some((literal) => fold(value).includes(literal)))).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('a log source', () => {
  const iis = { category: 'webserver', product: 'windows', service: 'iis' };

  test.each([
    [{ category: 'webserver' }, true],
    [{ product: 'windows', service: 'iis' }, true],
    [{ category: 'webserver', product: 'windows', service: 'iis' }, true],
    [{ category: 'proxy' }, false],
    [{ product: 'windows', service: 'security' }, false],
    [{ category: 'webserver', product: 'apache' }, false],
    [{ category: 'process_creation', product: 'windows' }, false],
    [{ category: 'webserver', product: 'exchange' }, false],
  ])('%j applies to IIS: %s', (rule, expected) => {
    expect(appliesTo(rule, [{ product: 'exchange' }, iis])).toBe(expected);
  });

  test('that shares nothing with a log does not apply to it', () => {
    expect(appliesTo({ category: 'process_creation' }, [{ product: 'exchange', service: 'ecp-server' }])).toBe(false);
  });
});
