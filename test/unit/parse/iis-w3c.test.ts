import { describe, expect, test } from '@jest/globals';
import { parseText, valuesOf } from '../../parse-text.ts';

const FIELDS =
  '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken';
const ROW = '2021-03-03 06:59:13 10.1.2.11 POST /ecp/y.js a=1 443 - 203.0.113.77 python-requests/2.25.1 - 241 0 0 118';

describe('columns', () => {
  test('are bound by name, in whatever order the header has them', () => {
    const parsed = parseText(
      'iis-w3c',
      '#Fields: sc-status cs-uri-stem time date cs(User-Agent)\n200 /owa/ 06:00:01 2021-03-03 Mozilla/5.0\n',
    );
    expect(valuesOf(parsed, 'cs-uri-stem')).toEqual(['/owa/']);
    expect(valuesOf(parsed, 'cs-user-agent')).toEqual(['Mozilla/5.0']);
    expect(parsed.records[0]?.time).toBe(Date.UTC(2021, 2, 3, 6, 0, 1));
  });

  test('are bound again whenever the header changes, which is worth a note', () => {
    const parsed = parseText('iis-w3c', `${FIELDS}\n${ROW}\n#Fields: date time cs-uri-stem sc-status\n2021-03-03 07:00:00 /x 404\n`);
    expect(valuesOf(parsed, 'sc-status')).toEqual(['241', '404']);
    expect(parsed.problems).toEqual(['FILE_FIELDS_CHANGED:3']);
  });

  test('stay as they are when the same header comes again', () => {
    const parsed = parseText('iis-w3c', `${FIELDS}\n${ROW}\n#Software: x\n#Version: 1.0\n#Date: 2021-03-03 08:00:00\n${FIELDS}\n${ROW}\n`);
    expect(parsed.counts).toEqual({ lines: 7, records: 2, headers: 5, rejected: 0 });
    expect(parsed.problems).toEqual([]);
  });

  test('answer to the names of the Sigma taxonomy', () => {
    const parsed = parseText(
      'iis-w3c',
      '#Fields: date time cs(Referer) cs(Cookie) sc-win32-status\n2021-03-03 06:00:01 http://a/ b=c 64\n',
    );
    expect(valuesOf(parsed, 'cs-referer')).toEqual(['http://a/']);
    expect(valuesOf(parsed, 'cs-cookie')).toEqual(['b=c']);
    expect(valuesOf(parsed, 'c-win32-status')).toEqual(['64']);
    expect(valuesOf(parsed, 'CS-REFERER')).toEqual(['http://a/']);
  });

  test('that the header lacks have no reader', () => {
    const [record] = parseText('iis-w3c', `${FIELDS}\n${ROW}`).records;
    expect(record?.schema.reader('cs-cookie')).toBeUndefined();
  });
});

describe('values', () => {
  test('that are - are absent', () => {
    const parsed = parseText('iis-w3c', `${FIELDS}\n${ROW}\n`);
    expect(valuesOf(parsed, 'cs-username')).toEqual([undefined]);
  });

  test('may be parted by a double blank where one got lost', () => {
    const lost = ROW.replace('443 - 203', '443  203');
    const extra = ROW.replace('443 - 203', '443  CONTOSO\\kim 203');
    const parsed = parseText('iis-w3c', `${FIELDS}\n${lost}\n${extra}\n`);
    expect(valuesOf(parsed, 'c-ip')).toEqual(['203.0.113.77', '203.0.113.77']);
    expect(valuesOf(parsed, 'cs-username')).toEqual([undefined, 'CONTOSO\\kim']);
    expect(parsed.problems).toEqual([]);
  });

  test('are not spoiled by blanks behind the header or the row', () => {
    const parsed = parseText('iis-w3c', `${FIELDS}  \n${ROW} \n`);
    expect(valuesOf(parsed, 'time-taken')).toEqual(['118']);
    expect(parsed.problems).toEqual([]);
  });

  test('of Advanced Logging are quoted and may hold blanks and quotes', () => {
    const parsed = parseText(
      'iis-w3c',
      '#Software: IIS Advanced Logging Module\n#Fields:  date-local time-local cs-uri-stem  cs(User-Agent) sc-status TimeTakenMS\n' +
        '2012-08-15 17:00:00.363 /a "Mozilla/5.0 (X; ""quoted"")" 200 109\n',
    );
    expect(valuesOf(parsed, 'cs-user-agent')).toEqual(['Mozilla/5.0 (X; "quoted")']);
    expect(valuesOf(parsed, 'time-taken')).toEqual(['109']);
    expect(parsed.problems).toEqual(['FILE_LOCAL_TIME:2']);
    expect(parsed.records[0]?.time).toBe(Date.UTC(2012, 7, 15, 17, 0, 0, 363));
  });

  test('of ordinary logs keep their quotes', () => {
    const parsed = parseText('iis-w3c', '#Fields: date time cs(Cookie) sc-status\n2021-03-03 06:00:00 OutlookSession="{A}" 200\n');
    expect(valuesOf(parsed, 'cs-cookie')).toEqual(['OutlookSession="{A}"']);
  });
});

describe('times', () => {
  test('without a date take it from #Date and roll over at midnight', () => {
    const parsed = parseText(
      'iis-w3c',
      '#Date: 2013-07-30 23:50:00\n#Fields: time cs-uri-stem sc-status\n23:59:58 /a 200\n00:00:03 /b 200\n',
    );
    expect(parsed.records.map(({ time }) => time)).toEqual([Date.UTC(2013, 6, 30, 23, 59, 58), Date.UTC(2013, 6, 31, 0, 0, 3)]);
  });

  test('that come late around midnight stay in their day', () => {
    const times = ['23:59:58', '00:00:01', '23:59:59', '00:00:02', '05:00:00'];
    const text = [
      '#Date: 2021-03-03 23:00:00',
      '#Fields: time cs-method cs-uri-stem sc-status',
      ...times.map((time) => `${time} GET /x 200`),
      '',
    ];
    expect(parseText('iis-w3c', text.join('\n')).records.map(({ time }) => new Date(time ?? 0).toISOString().slice(0, 10))).toEqual([
      '2021-03-03',
      '2021-03-04',
      '2021-03-03',
      '2021-03-04',
      '2021-03-04',
    ]);
  });

  test('a little out of order are no midnight', () => {
    const parsed = parseText(
      'iis-w3c',
      '#Date: 2013-07-30 00:00:00\n#Fields: time cs-uri-stem sc-status\n10:00:05 /a 200\n10:00:03 /b 200\n',
    );
    expect(parsed.records[1]?.time).toBe(Date.UTC(2013, 6, 30, 10, 0, 3));
  });

  test('that cannot be read leave the record without one, and are told', () => {
    const parsed = parseText('iis-w3c', `${FIELDS}\n${ROW.replace('06:59:13', '06:xx:13')}\n`);
    expect(parsed.records[0]?.time).toBeUndefined();
    expect(parsed.problems).toEqual(['RECORD_TIME:2']);
  });
});

describe('lines that are no records', () => {
  test("are counted as headers: analysts' comments and blank lines", () => {
    const parsed = parseText('iis-w3c', `${FIELDS}\n# Default traces of the exploit\n\n#note\n${ROW}\n`);
    expect(parsed.counts).toEqual({ lines: 5, records: 1, headers: 4, rejected: 0 });
    expect(parsed.problems).toEqual([]);
  });

  test('do not become a header by beginning like one', () => {
    const parsed = parseText('iis-w3c', `${FIELDS}\n#Fields of interest follow\n#Date unknown\n${ROW}\n`);
    expect(valuesOf(parsed, 'sc-status')).toEqual(['241']);
  });

  test('are rejected when neither time nor cells are in place', () => {
    const parsed = parseText('iis-w3c', `${FIELDS}\n-----\nfoo bar\n${ROW}\n`);
    expect(parsed.counts).toEqual({ lines: 4, records: 1, headers: 1, rejected: 2 });
    expect(parsed.problems).toEqual(['RECORD_UNREADABLE:2', 'RECORD_UNREADABLE:3']);
  });
});

describe('an excerpt without a header', () => {
  test('is fitted to the default columns, and that is said', () => {
    const parsed = parseText('iis-w3c', `${ROW}\n${ROW.replace('241', '200')}\n`);
    expect(valuesOf(parsed, 'sc-status')).toEqual(['241', '200']);
    expect(parsed.problems).toEqual(['FILE_NO_HEADER:1']);
  });

  test('may have lost addresses to anonymisation', () => {
    const parsed = parseText('iis-w3c', `${ROW.replace('10.1.2.11', 'xxx')}\n`);
    expect(valuesOf(parsed, 'cs-uri-stem')).toEqual(['/ecp/y.js']);
  });

  test('may have custom columns behind the known ones', () => {
    const parsed = parseText('iis-w3c', `${ROW} 198.51.100.4\n${ROW} 198.51.100.5\n`);
    expect(valuesOf(parsed, 'time-taken')).toEqual(['118', '118']);
    expect(parsed.problems).toEqual(['FILE_NO_HEADER:1']);
  });

  test('may be of IIS 6 or of all fields', () => {
    const iis6 = '2013-07-30 00:00:03 W3SVC1 10.10.10.100 GET /a.htm - 80 - 22.22.22.200 Mozilla/4.0 404 0 0';
    const all =
      '2021-03-03 06:59:13 W3SVC1 EX01 10.1.2.11 GET /b - 443 - 203.0.113.7 HTTP/1.1 curl/7 - - mail.contoso.example 302 0 0 300 200 5';
    expect(valuesOf(parseText('iis-w3c', iis6), 'sc-status')).toEqual(['404']);
    expect(valuesOf(parseText('iis-w3c', all), 'sc-status')).toEqual(['302']);
  });

  test('whose lines look like nothing known is rejected line by line', () => {
    const parsed = parseText('iis-w3c', 'one two three\nfour\n');
    expect(parsed.counts.rejected).toBe(2);
    expect(parsed.problems).toEqual(['RECORD_BEFORE_HEADER:1', 'RECORD_BEFORE_HEADER:2']);
  });
});

describe('damage', () => {
  test('a torn last line is read as far as it goes', () => {
    const parsed = parseText('iis-w3c', `${FIELDS}\n${ROW}\n${ROW.slice(0, 60)}`);
    expect(valuesOf(parsed, 'cs-uri-stem')).toEqual(['/ecp/y.js', '/ecp/y.js']);
    expect(parsed.problems).toEqual(['RECORD_TORN:3']);
  });

  test('a line torn in the middle of a file is a wrong count of values', () => {
    const parsed = parseText('iis-w3c', `${FIELDS}\n${ROW.slice(0, 60)}\n${ROW}\n`);
    expect(parsed.problems).toEqual(['RECORD_COLUMN_COUNT:2']);
    expect(parsed.counts.records).toBe(2);
  });

  test('NUL runs are counted, and the record behind them is read', () => {
    const parsed = parseText(
      'iis-w3c',
      `${FIELDS}\n${'\u0000'.repeat(512)}${ROW}\n${'\u0000'.repeat(64)}\n${ROW.slice(0, 30)}\u0000\u0000${ROW}\n`,
    );
    expect(valuesOf(parsed, 'sc-status')).toEqual(['241', undefined, '241']);
    expect(parsed.counts).toEqual({ lines: 4, records: 2, headers: 1, rejected: 1 });
    expect(parsed.problems).toEqual(['RECORD_NUL:2', 'RECORD_NUL:3', 'RECORD_UNREADABLE:3', 'RECORD_NUL:4', 'RECORD_COLUMN_COUNT:4']);
  });

  test('space that was kept for lines to come is no lost line, a file of nothing else is', () => {
    const header = '#Fields: date time cs-method cs-uri-stem sc-status';
    const ended = parseText('iis-w3c', `${header}\n${'\u0000'.repeat(300)}`);
    expect([ended.counts, ended.problems]).toEqual([{ lines: 2, records: 0, headers: 2, rejected: 0 }, ['RECORD_NUL:2']]);
    expect(parseText('iis-w3c', '\u0000'.repeat(300)).problems).toEqual(['RECORD_NUL:1', 'RECORD_UNREADABLE:1']);
  });

  test('NULs within a value are taken out, between records they part them, and what is left of a record is told', () => {
    const within = parseText('iis-w3c', `${FIELDS}\n${ROW.replace('/ecp/y.js', '/ecp/\u0000y.js')}\n`);
    expect(valuesOf(within, 'cs-uri-stem')).toEqual(['/ecp/y.js']);
    const between = parseText('iis-w3c', `${FIELDS}\n${ROW}\u0000\u0000${ROW}\n`);
    expect(valuesOf(between, 'cs-uri-stem')).toEqual(['/ecp/y.js', '/ecp/y.js']);
    const rest = parseText('iis-w3c', `${FIELDS}\n${ROW.slice(30)}\u0000${ROW}\n`);
    expect(valuesOf(rest, 'cs-uri-stem')).toEqual(['/ecp/y.js']);
    expect(rest.problems).toEqual(['RECORD_NUL:2', 'RECORD_UNREADABLE:2']);
    const header = parseText(
      'iis-w3c',
      `${FIELDS}\n${ROW.slice(0, 30)}\u0000\u0000#Fields: date time cs-method\n2021-03-03 06:59:13 GET\n`,
    );
    expect(valuesOf(header, 'cs-method')).toEqual([undefined, 'GET']);
  });

  test('a header that was cut is replaced by a known one that fits', () => {
    const parsed = parseText('iis-w3c', `${FIELDS.slice(0, 60)}\n${ROW}\n`);
    expect(valuesOf(parsed, 'sc-status')).toEqual(['241']);
    expect(parsed.problems).toEqual(['RECORD_REFITTED:2']);
  });

  test('a byte order mark in the middle of a file is no part of a value', () => {
    const parsed = parseText('iis-w3c', `${FIELDS}\n${ROW}\n\uFEFF${FIELDS}\n${ROW}\n`);
    expect(parsed.counts).toEqual({ lines: 4, records: 2, headers: 2, rejected: 0 });
  });
});

test('a re-export as CSV is read by its header row', () => {
  const parsed = parseText(
    'iis-w3c',
    '"date","time","cs-method","cs-uri-stem","sc-status"\n"2021-03-03","06:59:13","POST","/ecp/y.js","241"\n',
  );
  expect(valuesOf(parsed, 'cs-uri-stem')).toEqual(['/ecp/y.js']);
  expect(parsed.records[0]?.time).toBe(Date.UTC(2021, 2, 3, 6, 59, 13));
});

test('a header row that lost its #Fields: is a header', () => {
  const parsed = parseText('iis-w3c', `date time cs-method cs-uri-stem sc-status\n2021-03-03 06:59:13 GET /x 200\n`);
  expect(valuesOf(parsed, 'sc-status')).toEqual(['200']);
  expect(parsed.counts).toEqual({ lines: 2, records: 1, headers: 1, rejected: 0 });
});

test('fields answer to the names that Sigma has for those of a proxy, unless the log has such a column', () => {
  const row = '2021-03-03 06:59:13 POST /ecp/y.js a=1 curl/7';
  const usual = parseText('iis-w3c', `#Fields: date time cs-method cs-uri-stem cs-uri-query cs(User-Agent)\n${row}\n`);
  expect(['c-uri', 'c-uri-stem', 'c-useragent', 'cs-uri'].map((field) => valuesOf(usual, field)[0])).toEqual([
    'a=1',
    '/ecp/y.js',
    'curl/7',
    'a=1',
  ]);
  const own = parseText('iis-w3c', `#Fields: date time cs-method cs-uri cs-uri-query cs(User-Agent)\n${row}\n`);
  expect(valuesOf(own, 'cs-uri')).toEqual(['/ecp/y.js']);
});
