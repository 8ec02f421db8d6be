import { describe, expect, test } from '@jest/globals';
import { Matcher } from '../../../src/match/matcher.ts';
import { classify } from '../../../src/parse/classify.ts';
import { loadRuleSet } from '../../../src/rule-set.ts';
import { parseText, valuesOf } from '../../parse-text.ts';

describe("IIS's own format", () => {
  const row = (rest: string): string => `203.0.113.77, -, 3/2/2021, 7:19:08, W3SVC1, EX01, 10.1.2.11, 15, 312, 1024, 200, 0, ${rest}`;

  test('is told by its lines, and has no header to miss', () => {
    expect(classify(`${row('GET, /owa/, a=b,')}\r\n`, 'x')).toEqual({ kind: 'log', logType: 'iis-native', host: 'EX01' });
    expect(classify('::1, kim, 3/2/21, 7:19:08, W3SVC1, EX01, ::1, 15, 312, 1024, 200, 0, GET, /, -,\r\n', 'x')).toMatchObject({
      logType: 'iis-native',
    });
    const parsed = parseText('iis-native', `${row('POST, /aspnet_client/x.aspx, cmd=1,')}\r\n${row('GET, /a.aspx, b=1,2, 3,')}\r\n`);
    const fields = ['cs-method', 'cs-uri-stem', 'cs-uri-query', 'sc-status', 'c-ip', 's-computername', 'time'];
    expect(fields.map((field) => valuesOf(parsed, field))).toEqual([
      ['POST', 'GET'],
      ['/aspnet_client/x.aspx', '/a.aspx'],
      ['cmd=1', 'b=1,2, 3'],
      ['200', '200'],
      ['203.0.113.77', '203.0.113.77'],
      ['EX01', 'EX01'],
      ['07:19:08', '07:19:08'],
    ]);
    expect(parsed.records.map(({ time }) => time)).toEqual([Date.UTC(2021, 2, 2, 7, 19, 8), Date.UTC(2021, 2, 2, 7, 19, 8)]);
    expect(parsed.problems).toEqual(['FILE_LOCAL_TIME:1']);
    expect(parsed.counts).toEqual({ lines: 2, records: 2, headers: 0, rejected: 0 });
  });

  test('may be torn', () => {
    const parsed = parseText('iis-native', `${row('GET, /owa/, a=b,')}\r\n${row('POST, /owa/au')}`);
    expect(valuesOf(parsed, 'cs-uri-stem')).toEqual(['/owa/', '/owa/au']);
    expect(parsed.problems).toEqual(['FILE_LOCAL_TIME:1', 'RECORD_TORN:2']);
  });
});

describe("NCSA's format", () => {
  const row = (request: string, rest = '200 3401'): string =>
    String.raw`203.0.113.77 - CONTOSO\kim [02/Mar/2021:23:39:04 -0800] "${request}" ${rest}`;

  test('is told by its lines, with times in UTC', () => {
    expect(classify(`${row('GET / HTTP/1.1')}\n`, 'access.log')).toMatchObject({ logType: 'ncsa' });
    const lines = [row('GET /a b?c=d HTTP/1.0'), row('POST /x"y?', '- -'), row('GET / HTTP/1.1', String.raw`404 0 "-" "curl \"7\""`)];
    const parsed = parseText('ncsa', `${lines.join('\n')}\n`);
    const fields = ['cs-method', 'cs-uri-stem', 'cs-uri-query', 'sc-status', 'cs-username', 'cs-user-agent'];
    expect(fields.map((field) => valuesOf(parsed, field))).toEqual([
      ['GET', 'POST', 'GET'],
      ['/a b', '/x"y', '/'],
      ['c=d', undefined, undefined],
      ['200', undefined, '404'],
      [String.raw`CONTOSO\kim`, String.raw`CONTOSO\kim`, String.raw`CONTOSO\kim`],
      [undefined, undefined, String.raw`curl \"7\"`],
    ]);
    expect(parsed.records[0]?.time).toBe(Date.UTC(2021, 2, 3, 7, 39, 4));
    expect(parsed.counts.rejected).toBe(0);
  });

  test('may be torn, and stand behind another log', () => {
    const torn = '203.0.113.77 - - [02/Mar/2021:23:39:04 -0800] "POST /owa/au';
    expect(valuesOf(parseText('ncsa', `${row('GET / HTTP/1.1')}\n${torn}`), 'cs-uri-stem')).toEqual(['/', '/owa/au']);
    const iis = '#Fields: date time cs-method cs-uri-stem sc-status\n2021-03-03 06:59:13 GET /x 200\n';
    const both = parseText('iis-w3c', `${iis}${row('GET /y HTTP/1.1')}\n${iis}`);
    expect(both.records.map(({ schema }) => schema.logType)).toEqual(['iis-w3c', 'ncsa', 'iis-w3c']);
  });

  test('is read in time, whatever it holds', () => {
    for (const piece of ['" 200 1 "x" "y', ' HTTP/1 ', '" 200', '[02/Mar', ', '])
      expect(parseText('ncsa', `${row(piece.repeat(60_000))}\n`).counts.lines).toBe(1);
  });
});

test('rules for IIS apply to both', async () => {
  const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });
  const [native] = parseText(
    'iis-native',
    '203.0.113.77, -, 3/2/2021, 7:19:08, W3SVC1, EX01, 10.1.2.11, 15, 312, 1024, 200, 0, POST, /aspnet_client/x.aspx, -,\n',
  ).records;
  const [common] = parseText('ncsa', '203.0.113.77 - - [02/Mar/2021:23:39:04 -0800] "POST /aspnet_client/x.aspx HTTP/1.1" 200 1\n').records;
  for (const record of [native, common])
    expect(record && new Matcher(rules).match(record).map(({ rule }) => rule.level)).toEqual(['critical']);
});
