import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readIndicators } from '../../../src/indicators/read-list.ts';
import { parseSeen } from '../../../src/indicators/seen.ts';
import type { Problem } from '../../../src/model/diagnostic.ts';
import type { Indicator } from '../../../src/model/indicator.ts';

function read(text: string) {
  const problems: (readonly [line: number | undefined, problem: Problem])[] = [];
  const { indicators, account } = readIndicators(text, (problem, lineNumber) => void problems.push([lineNumber, problem]));
  return { indicators, account, problems, values: indicators.map(({ value }) => value) };
}

const HASH = 'b75f163ca9b9240bf4b37ad92bc7556b40a17e27c2b8ed5c8991385fe07d17d0';

describe('one entry a line', () => {
  test('with comments, blank lines, words behind the entry and any line end', () => {
    const { indicators, account } = read(
      `\uFEFF# a list\r\n203.0.113.5\r\n\r\n198.51.100.7 # first step\n203.0.113.9;second\r// or so\r2001:db8::7, third\n${HASH}  x.aspx\n"x.aspx","fourth, too"`,
    );
    expect(indicators.map(({ value, lineNumber, description }) => [lineNumber, value, description])).toEqual([
      [2, '203.0.113.5', undefined],
      [4, '198.51.100.7', 'first step'],
      [5, '203.0.113.9', 'second'],
      [7, '2001:db8::7', 'third'],
      [8, HASH, 'x.aspx'],
      [9, 'x.aspx', 'fourth, too"'],
    ]);
    expect(account).toEqual({ kinds: { address: 4, hash: 1, 'file-name': 1 }, duplicates: 0, notApplicable: {}, broken: 0 });
  });

  test('a list may begin with a bracket', () => {
    expect(read('[2001:db8::7]:443\n203.0.113.5').values).toEqual(['2001:db8::7', '203.0.113.5']);
  });

  test('a bad entry is told with its line, and the others stand', () => {
    const { values, problems, account } = read('203.0.113.5\nnot an entry\n203.0.113.999\nevil.example');
    expect(values).toEqual(['203.0.113.5']);
    expect(problems).toEqual([
      [2, { code: 'INDICATOR_INVALID', text: 'not an entry', reason: 'is no address, network, user agent, URL, path, file name or hash' }],
      [3, { code: 'INDICATOR_INVALID', text: '203.0.113.999', reason: 'is no address' }],
    ]);
    expect(account).toMatchObject({ broken: 2, notApplicable: { domain: 1 } });
  });
});

describe('CSV', () => {
  test.each([
    ['Indicator,IndicatorType,FirstSeen\n203.0.113.5,ip,2021-03-01', ['203.0.113.5']],
    ['Type, Data, Note\nIP,203.0.113.5,a\nFULLPATH,C:\\inetpub\\wwwroot\\x.aspx,b', ['203.0.113.5', '/x.aspx']],
    ['ip\n203.0.113.5', ['203.0.113.5']],
    ['value;comment\n203.0.113.5;"a; b"', ['203.0.113.5']],
    ['Address\tWhat\n203.0.113.5\tb', ['203.0.113.5']],
    ['# "first_seen_utc","ioc_value","ioc_type"\n"2021-03-01 10:00:00", "203.0.113.5:443", "ip:port"', ['203.0.113.5']],
    [
      'NetworkIP,Url,FileHashValue,FileName,DomainName\n203.0.113.5,,,,\n,http://a.example/x.aspx,,,\n,,,y.aspx,',
      ['203.0.113.5', '/x.aspx', 'y.aspx'],
    ],
  ])('%j', (text, values) => {
    expect(read(text)).toMatchObject({ values, problems: [] });
  });

  test('says when it was seen, what it is and who says so', () => {
    const { indicators } = read(
      'ioc,valid_from,valid_until,description,reference,severity\r\n203.0.113.5,2021-03-01,2021-03-05T10:00Z,"a ""quoted"" word,\r\nover two lines",report,critical\r\n203.0.113.6,,,,,\r\n',
    );
    expect(indicators).toEqual([
      {
        kind: 'address',
        value: '203.0.113.5',
        level: 'critical',
        lineNumber: 2,
        firstSeen: Date.UTC(2021, 2, 1),
        lastSeen: Date.UTC(2021, 2, 5, 10, 0, 59, 999),
        description: 'a "quoted" word,\nover two lines',
        source: 'report',
      },
      { kind: 'address', value: '203.0.113.6', level: 'medium', lineNumber: 4 },
    ]);
  });

  test('what is amiss in a row is told with its line, and costs no other', () => {
    const { values, problems } = read(
      'value,first_seen,last_seen,level\n"203.0.113.5\n203.0.113.6,03/04/2021,,loud\n203.0.113.7,2021-03-05,2021-03-01,\n,,,',
    );
    expect(values).toEqual(['203.0.113.6', '203.0.113.7']);
    expect(problems.map(([line, { code }]) => [line, code])).toEqual([
      [2, 'INDICATOR_INVALID'],
      [3, 'INDICATOR_LEVEL'],
      [3, 'INDICATOR_DATE'],
      [4, 'INDICATOR_DATE'],
      [5, 'INDICATOR_INVALID'],
    ]);
  });
});

describe('JSON', () => {
  test('a list of texts, of objects, or packed into an object', () => {
    expect(read('["203.0.113.5", "x.aspx"]').values).toEqual(['203.0.113.5', 'x.aspx']);
    expect(read('[{"Indicator": "203.0.113.5", "IndicatorType": "ip", "AdditionalMetadata": {"FileMd5": "x"}}]').values).toEqual([
      '203.0.113.5',
    ]);
    expect(read('{"meta": 1, "indicators": [{"ip": "203.0.113.5", "tags": ["a", "b"]}]}').indicators).toMatchObject([
      { description: 'a, b' },
    ]);
  });

  test('one object a line, each with its line', () => {
    const { indicators, problems } = read(
      '{"value": "203.0.113.5"}\nno JSON\n\n{"value": "203.0.113.6", "last_seen": 1614556800}\n{"colour": "red"}',
    );
    expect(indicators.map(({ value, lineNumber, lastSeen }) => [value, lineNumber, lastSeen])).toEqual([
      ['203.0.113.5', 1, undefined],
      ['203.0.113.6', 4, Date.UTC(2021, 2, 1)],
    ]);
    expect(problems.map(([line]) => line)).toEqual([2, 5]);
  });

  test.each([
    ['', 'it is empty'],
    [' \r\n\t', 'it is empty'],
    ['MZ\u0000\u0001', 'it is not text'],
    ['<?xml version="1.0"?><stix:STIX_Package/>', 'it is XML or HTML; of STIX, version 2.1 is read, which is JSON'],
  ])('%j is no list at all', (text, reason) => {
    expect(read(text)).toMatchObject({ values: [], problems: [[undefined, { code: 'INDICATORS_FORMAT', reason }]] });
  });

  test('JSON that breaks off is told as such, and is no list of lines', () => {
    expect(read('{\n  "objects": [\n').problems).toMatchObject([[undefined, { code: 'INDICATORS_FORMAT' }]]);
    expect(read('[{"value": "203.0.113.5"}').problems).toMatchObject([[undefined, { code: 'INDICATORS_FORMAT' }]]);
  });

  test('JSON that is nested without end is broken', () => {
    const text = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(read(text)).toMatchObject({ values: [], account: { broken: 1 } });
  });
});

describe('the same value twice', () => {
  test('is one indicator, with the dates, the words and the higher level of both', () => {
    const { indicators, account } = read(
      'value,first_seen,last_seen,comment,level\n203.0.113.5,2021-03-01,2021-03-02,a,low\n203[.]0[.]113[.]5,2021-02-01,2021-02-20,b,high\n::ffff:203.0.113.5,,,a,',
    );
    expect(indicators).toMatchObject([
      {
        value: '203.0.113.5',
        lineNumber: 2,
        firstSeen: Date.UTC(2021, 1, 1),
        lastSeen: Date.UTC(2021, 2, 3) - 1,
        description: 'a; b',
        level: 'high',
      },
    ]);
    expect(account).toMatchObject({ duplicates: 2 });
  });

  test('paths, names and user agents have no case', () => {
    expect(read('/OWA/auth/x.aspx\n/owa/Auth/X.ASPX\nX.aspx\nx.aspx').values).toEqual(['/OWA/auth/x.aspx', 'X.aspx']);
  });
});

test.each<readonly [string, 'first' | 'last', string | undefined]>([
  ['2021-03-01', 'first', '2021-03-01T00:00:00.000Z'],
  ['2021-03-01', 'last', '2021-03-01T23:59:59.999Z'],
  ['2021/03/01 10:00', 'last', '2021-03-01T10:00:59.999Z'],
  ['2021-03-01T10:00:00.1234567Z', 'last', '2021-03-01T10:00:00.123Z'],
  ['2021-03-01T10:00:00+02:00', 'first', '2021-03-01T08:00:00.000Z'],
  ['2021-03-01 10:00:00 UTC', 'last', '2021-03-01T10:00:00.999Z'],
  ['1614556800', 'first', '2021-03-01T00:00:00.000Z'],
  ['1614556800123', 'first', '2021-03-01T00:00:00.123Z'],
  ['2021-02-30', 'first', undefined],
  ['2021-03-01T25:00', 'first', undefined],
  ['03/04/2021', 'first', undefined],
  ['soon', 'last', undefined],
])('%s as %s seen', (text, end, expected) => {
  const time = parseSeen(text, end);
  expect(time === undefined ? undefined : new Date(time).toISOString()).toBe(expected);
});

test('no text makes a reader throw, and each entry is an indicator, not applicable, a duplicate or broken', () => {
  const words =
    '203.0.113.5 , ; " [ ] { } : value ip # \\ / x.aspx \' \u0000 é hxxp % "objects" "type":"bundle" "Attribute" "value": null 1e9'.split(
      ' ',
    );
  const pieces = fc.constantFrom(...words, ' ', '\n', '\r\n', '"pattern":"[ipv4-addr:value = \'203.0.113.5\']"');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const { indicators, account } = read(parts.join(''));
      const total = Object.values(account.kinds).reduce((sum, count) => sum + count, 0);
      expect(total).toBe(indicators.length);
      expect(new Set(indicators.map(({ kind, value }: Indicator) => `${kind} ${value}`)).size).toBe(indicators.length);
    }),
    { numRuns: 3_000, seed: 26_855 },
  );
});
