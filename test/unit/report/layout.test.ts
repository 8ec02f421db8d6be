import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { diagnostic } from '../../../src/model/diagnostic.ts';
import type { Coverage, Summary } from '../../../src/model/coverage.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { Level } from '../../../src/model/rule.ts';
import type { HostVerdict } from '../../../src/model/verdict.ts';
import { createTextReporter } from '../../../src/report/text.ts';
import { layOut, layTable } from '../../../src/report/table.ts';
import { fitToTerminal, pad, widthOf, wrapWords } from '../../../src/report/width.ts';
import { SUMMARY as ORDINARY } from '../../report-content.ts';

const SUMMARY: Summary = { ...ORDINARY, findings: 2, byLevel: { ...ORDINARY.byLevel, critical: 1 } };

interface Facts {
  readonly level?: Level;
  readonly name?: string;
  readonly host?: string;
  readonly ip?: string;
  readonly time?: string;
  readonly status?: number;
}

function finding({ level = 'high', name = 'A rule', host = 'EX01', ip = '203.0.113.9', time = '2021-03-03', status }: Facts): Finding {
  return {
    id: 'abc',
    '@timestamp': `${time}T06:59:13.030Z`,
    rule: { id: name, name, level },
    message: name,
    host: { name: host },
    source: { ip },
    ...(status !== undefined && { http: { response: { status_code: status } } }),
    log: { type: 'iis-w3c', file: { path: 'C/u_ex.log' }, line: 7, offset: 700 },
    event: {},
    matched: [],
  };
}

const VERDICT: HostVerdict = {
  host: { name: 'EX01' },
  verdict: 'exploited',
  reason: 'A reason of several words, long enough for any narrow terminal to have to break it somewhere.',
  findings: [],
  missing: [],
  cve: [],
};

const COVERAGE: Coverage = {
  host: { name: 'EX01' },
  log: { type: 'iis-w3c' },
  files: 12,
  bytes: 1,
  lines: 1_234_567,
  records: 1_234_000,
  rejected: 3,
  first: '2021-03-01T00:00:00.000Z',
  last: '2021-03-04T00:00:00.000Z',
  unreadable: [],
  blind: [],
};

function text(findings: readonly Finding[], columns?: number): string {
  const reporter = createTextReporter({ hasColour: false, isTerminal: columns !== undefined, ...(columns !== undefined && { columns }) });
  for (const each of findings) reporter.finding(each);
  reporter.verdict(VERDICT);
  reporter.coverage(COVERAGE);
  reporter.diagnostic({ diagnostic: diagnostic({ code: 'FILE_VANISHED' }, { path: 'C/old.log' }), more: 0 });
  return reporter.end(SUMMARY);
}

describe('the width of a text', () => {
  test.each([
    ['plain', 5],
    ['攻撃者', 6],
    ['한국', 4],
    ['😀', 2],
    ['👩‍💻', 2],
    ['🇩🇪', 2],
    ['e\u0301', 1],
    ['\u001b[31mred\u001b[39m', 3],
  ])('of %j is %i columns', (shown, width) => {
    expect(widthOf(shown)).toBe(width);
    expect(widthOf(pad(shown, 10))).toBe(10);
    expect(widthOf(pad(shown, 10, 'start'))).toBe(10);
  });
});

describe('lines', () => {
  test('are broken between words, and never through a character that takes two columns', () => {
    expect(wrapWords('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapWords('攻撃者', 5)).toEqual(['攻撃', '者']);
  });

  test('are indented further where they go on', () => {
    expect(fitToTerminal(`  ${'word '.repeat(12).trim()}`, 34)).toBe('  word word word word word word\n    word word word word word word');
  });

  test('with a place in a file stay whole, so that it can be copied', () => {
    const place = `      C/Program Files/${'deep/'.repeat(10)}HttpProxy 1.LOG:16`;
    expect(fitToTerminal(place, 40)).toBe(place);
    expect(fitToTerminal(`\u001b[36m${place}\u001b[39m`, 40)).toContain('HttpProxy 1.LOG:16');
  });
});

describe('a table', () => {
  const columns = [
    { name: 'name', isTitle: true, least: 10 },
    { name: 'count', isNumber: true },
  ] as const;

  test('has its columns under each other whatever its cells hold', () => {
    const rows = ['plain', '攻撃者', '👩‍💻 x'].map((name) => [{ text: name }, { text: '12' }]);
    expect(layTable(columns, rows, 40)?.map((line) => stringWidth(line))).toEqual([13, 13, 13, 13]);
  });

  test('breaks the cells that may be broken, and none is lost', () => {
    const rows = [[{ text: 'one two three four' }, { text: '12' }]];
    expect(layTable(columns, rows, 18)).toEqual(['name         count', 'one two         12', 'three four']);
  });

  test('becomes cards where it has no room', () => {
    const rows = [[{ text: 'one two three four' }, { text: '12' }]];
    expect(layTable(columns, rows, 14)).toBeUndefined();
    expect(layOut(columns, rows, 14)).toEqual(['  one two', '  three four', '    count 12']);
  });
});

test('colours are on words, not on what stands beside and below them', () => {
  const columns = [{ name: 'level' }, { name: 'rule', least: 4 }] as const;
  const rows = [[{ text: 'low', paint: (word: string) => `\u001b[34m${word}\u001b[39m` }, { text: 'some words' }]];
  expect(layTable(columns, rows, 12)).toEqual(['level  rule', '\u001b[34mlow\u001b[39m    some', '       words']);
});

describe('the text report', () => {
  const some = [
    finding({ status: 200, host: 'メール01', ip: 'fe80::1d2c:3b4a:5968:7786' }),
    finding({ status: 404, name: 'A rule whose name is longer than most of them are, 攻撃者 and 👩‍💻', level: 'informational' }),
    finding({ time: '2021-03-04', level: 'critical', name: 'Chain: 検出', status: 200, ip: '198.51.100.202' }),
  ];

  test('is never wider than the terminal, but for words and places that are', () => {
    for (let columns = 40; columns <= 160; columns += 1)
      for (const line of text(some, columns).split('\n'))
        expect([columns, line, stringWidth(line) <= columns]).toEqual([columns, line, true]);
  });

  test('of any content has no table that is wider than the terminal', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 60 });
    const level = fc.constantFrom<Level>('informational', 'high', 'critical');
    fc.assert(
      fc.property(
        fc.array(fc.record({ level, name: word, host: word, ip: word }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 40, max: 160 }),
        (facts, columns) => {
          const report = text(facts.map(finding), columns);
          const table = report.slice(report.indexOf('\nWho: '), report.search(/\n(?:INFORMATIONAL|HIGH|CRITICAL) /));
          expect(table).toContain('Findings by rule');
          for (const line of table.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });

  test('of a file is laid out alike on every machine', () => {
    const lines = text(some).split('\n');
    expect(lines.some((line) => line.includes('long enough for any narrow terminal'))).toBe(true);
    const at = lines.indexOf('Findings by rule, 2021');
    expect(lines.slice(at + 1, at + 4)).toEqual([
      '  level          rule                                  count  hosts     addresses       first  last',
      '  critical       Chain: 検出                               1  EX01      198.51.100.202  03-04  03-04',
      '  high           A rule                                    1  メール01  1               03-03  03-03',
    ]);
  });

  test('says who it was, and what the server answered', () => {
    const many = [...Array.from({ length: 31 }, () => finding({ status: 200 })), finding({ status: 404 }), finding({ ip: '198.51.100.1' })];
    const report = text(many, 160);
    expect(report).toMatch(/203\.0\.113\.9 +high +32 +1 +EX01 +200×31, 404 +2021-03-03 06:59 /);
    expect(report).toContain('; answered 200×31, 404\n');
  });

  test('shows the worst addresses, however many there are, and counts the others', () => {
    const flood = Array.from({ length: 12_000 }, (_, index) => finding({ level: 'low', ip: `10.0.${index >> 8}.${index & 255}` }));
    const report = text([...flood, finding({ level: 'critical', ip: '198.51.100.7' })], 120);
    const who = report.slice(report.indexOf('Who: addresses')).split('\n');
    expect(who[2]).toMatch(/^ {2}198\.51\.100\.7 +critical/);
    expect(who[12]).toBe('  and at least 9,991 more addresses; -o csv=FILE or -o jsonl=FILE writes all findings');
  });

  test('writes the years where there are several', () => {
    const report = text([finding({}), finding({ time: '2022-01-09', name: 'Another' })], 120);
    expect(report).toContain('Findings by rule\n');
    expect(report).toContain('2022-01-09');
  });

  test('ends with the verdict, which stood far above', () => {
    expect(text(some, 80).trimEnd().split('\n').at(-2)).toMatch(/^EX01: EXPLOITED\. 2 findings: 1 critical, 1 high\./);
  });
});
