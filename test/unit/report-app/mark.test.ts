import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { markMatched } from '../../../report-app/mark.ts';

function marked(line: string, value: string, view = 'raw'): string {
  return markMatched(line, [{ field: 'cs-uri-query', value, view }]).reduceRight(
    (text, { from, to }) => `${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)}`,
    line,
  );
}

describe('a matched value is marked in its line', () => {
  test.each([
    ['as it is', 'GET /x.aspx cmd=whoami 200', 'cmd=whoami', 'GET /x.aspx [cmd=whoami] 200'],
    ['in any case', 'GET /X.ASPX 200', '/x.aspx', 'GET [/X.ASPX] 200'],
    ['percent-encoded', 'GET /x cmd=%77hoami%20/all 200', 'cmd=whoami /all', 'GET /x [cmd=%77hoami%20/all] 200'],
    ['percent-encoded twice', 'GET /x cmd=who%2561mi 200', 'whoami', 'GET /x cmd=[who%2561mi] 200'],
    ['with + for blanks', 'curl Mozilla/5.0+(Windows+NT) 200', 'Mozilla/5.0 (Windows NT)', 'curl [Mozilla/5.0+(Windows+NT)] 200'],
    ['in quotes of CSV', 'a,"say ""hello"" now",b', 'say "hello" now', 'a,"[say ""hello"" now]",b'],
    ['as UTF-8 of several bytes', 'GET /%C3%BCber 200', '/über', 'GET [/%C3%BCber] 200'],
    ['alone when it is short', '2021 1200 200 1 200', '200', '2021 1200 [200] 1 [200]'],
    ['not where it is nowhere', 'GET /x 200', 'whoami', 'GET /x 200'],
  ])('%s', (_, line, value, expected) => {
    expect(marked(line, value)).toBe(expected);
  });

  test('a path and its query apart, where the log has them in two cells', () => {
    expect(marked('GET /shell.aspx cmd=whoami 200', '/shell.aspx?cmd=whoami', 'joined')).toBe('GET [/shell.aspx] [cmd=whoami] 200');
  });

  test('one mark where several overlap', () => {
    const matched = ['abcdef', 'defghi'].map((value) => ({ field: 'x', value, view: 'raw' }));
    expect(markMatched('..abcdefghi..', matched)).toEqual([{ from: 2, to: 11 }]);
  });

  test('in order, within the line and none over another, whatever both hold', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'B', '%', '2', '5', '+', '"', 'é', 'İ', '%C3', '%BC', ' ') });
    fc.assert(
      fc.property(piece, fc.array(piece, { maxLength: 3 }), (line, values) => {
        const spans = markMatched(
          line,
          values.map((value) => ({ field: 'x', value, view: 'joined' })),
        );
        let last = -1;
        for (const { from, to } of spans) {
          expect(from).toBeGreaterThan(last);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(line.length);
          last = to;
        }
      }),
    );
  });
});
