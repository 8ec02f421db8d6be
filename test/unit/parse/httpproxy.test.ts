import { describe, expect, test } from '@jest/globals';
import { logTypeById } from '../../../src/parse/log-types.ts';
import { parseText, valuesOf } from '../../parse-text.ts';

const COLUMNS = logTypeById('httpproxy').layouts[0] ?? [];
const PREAMBLE = [
  '#Software: Microsoft Exchange Server',
  '#Version: 15.01.2176.002',
  '#Log-type: HttpProxy Logs',
  '#Date: 2021-03-03T06:00:00.130Z',
];

function row(values: Readonly<Record<string, string>>): string {
  const all: Readonly<Record<string, string>> = {
    DateTime: '2021-03-03T06:59:13.030Z',
    RequestId: '5e58f5e5-1ddc-48d3-82c6-0199bc121640',
    MajorVersion: '15',
    Protocol: 'Ecp',
    UrlStem: '/ecp/y.js',
    ServerHostName: 'EX01',
    HttpStatus: '241',
    ...values,
  };
  return COLUMNS.map((column) => all[column] ?? '').join(',');
}

const HEADER_ROW = COLUMNS.join(',');
const FIELDS = `#Fields: ${HEADER_ROW}`;

describe('the preamble', () => {
  test('is a CSV header row and then lines with #, or those lines alone', () => {
    const both = parseText('httpproxy', [HEADER_ROW, ...PREAMBLE, FIELDS, row({}), ''].join('\r\n'));
    const one = parseText('httpproxy', [...PREAMBLE, FIELDS, row({}), ''].join('\r\n'));
    expect(valuesOf(both, 'HttpStatus')).toEqual(['241']);
    expect(valuesOf(one, 'HttpStatus')).toEqual(['241']);
    expect(both.counts).toEqual({ lines: 7, records: 1, headers: 6, rejected: 0 });
  });

  test('may come again in the middle, with more columns than before', () => {
    const short = COLUMNS.slice(0, 69);
    const text = [
      `#Fields: ${short.join(',')}`,
      row({}).split(',').slice(0, 69).join(','),
      FIELDS,
      row({ RoutingStatus: 'CafeV1' }),
      '',
    ].join('\r\n');
    const parsed = parseText('httpproxy', text);
    expect(valuesOf(parsed, 'HttpStatus')).toEqual(['241', '241']);
    expect(parsed.problems).toEqual(['FILE_FIELDS_CHANGED:3']);
  });
});

describe('records', () => {
  const parsed = parseText(
    'httpproxy',
    [
      FIELDS,
      row({
        UrlQuery: '?a=1',
        Method: 'POST',
        ClientIpAddress: '203.0.113.77',
        AuthenticatedUser: 'CONTOSO\\kim',
        UserAgent: 'Mozilla/5.0 (KHTML  like Gecko)',
      }),
      row({ DateTime: '' }),
      '',
    ].join('\r\n'),
  );

  test('answer to the names of web server logs', () => {
    const fields = ['cs-uri-stem', 'cs-uri-query', 'cs-method', 'c-ip', 'sc-status', 'cs-username', 'cs-user-agent', 's-computername'];
    expect(fields.map((field) => valuesOf(parsed, field)[0])).toEqual([
      '/ecp/y.js',
      'a=1',
      'POST',
      '203.0.113.77',
      '241',
      'CONTOSO\\kim',
      'Mozilla/5.0 (KHTML  like Gecko)',
      'EX01',
    ]);
    expect(valuesOf(parsed, 'UrlQuery')[0]).toBe('?a=1');
  });

  test('have the time at which the request ended, and name their server', () => {
    expect(parsed.records[0]).toMatchObject({ time: Date.UTC(2021, 2, 3, 6, 59, 13, 30), host: 'EX01' });
  });

  test('without a time are records all the same', () => {
    expect(parsed.records[1]?.time).toBeUndefined();
    expect(parsed.counts.records).toBe(2);
    expect(parsed.problems).toEqual([]);
  });
});

describe('what PowerShell exported', () => {
  test('is read by its own header, whatever columns were selected', () => {
    const parsed = parseText(
      'httpproxy',
      '#TYPE Selected.System.Management.Automation.PSCustomObject\r\n"DateTime","UrlStem","AnchorMailbox","HttpStatus"\r\n' +
        '"#Software: Microsoft Exchange Server",,,\r\n"2021-03-03T06:59:13.030Z","/ecp/y.js","ServerInfo~a]@EX01:444/ecp/proxyLogon.ecp?#","241"\r\n',
    );
    expect(valuesOf(parsed, 'AnchorMailbox')).toEqual(['ServerInfo~a]@EX01:444/ecp/proxyLogon.ecp?#']);
    expect(parsed.counts).toEqual({ lines: 4, records: 1, headers: 3, rejected: 0 });
  });

  test('may be parted by semicolons or tabs', () => {
    const semicolons = parseText('httpproxy', '"DateTime";"AnchorMailbox"\n"2021-03-03T06:59:13.030Z";"Sid~1, 2"\n');
    const tabs = parseText('httpproxy', 'DateTime\tAnchorMailbox\n2021-03-03T06:59:13.030Z\tSid~1\n');
    expect(valuesOf(semicolons, 'AnchorMailbox')).toEqual(['Sid~1, 2']);
    expect(valuesOf(tabs, 'AnchorMailbox')).toEqual(['Sid~1']);
  });

  test('may hold line ends inside a quoted cell', () => {
    const parsed = parseText(
      'httpproxy',
      '"DateTime","GenericErrors","AnchorMailbox"\n"2021-03-03T06:59:13.030Z","one\n\ntwo","Sid~1"\n"2021-03-03T07:00:00.000Z","","Sid~2"\n',
    );
    expect(valuesOf(parsed, 'GenericErrors')).toEqual(['one\n\ntwo', undefined]);
    expect(valuesOf(parsed, 'AnchorMailbox')).toEqual(['Sid~1', 'Sid~2']);
    expect(parsed.records.map(({ line }) => line.number)).toEqual([2, 5]);
    expect(parsed.counts).toEqual({ lines: 5, records: 2, headers: 3, rejected: 0 });
  });

  test('and tore in a quoted cell does not swallow the next record', () => {
    const parsed = parseText(
      'httpproxy',
      '"DateTime","AnchorMailbox"\n"2021-03-03T06:59:13.030Z","ServerInfo~x/y\n"2021-03-03T07:00:00.000Z","Sid~2"\n',
    );
    expect(valuesOf(parsed, 'AnchorMailbox')).toEqual(['ServerInfo~x/y', 'Sid~2']);
    expect(parsed.problems).toEqual(['RECORD_QUOTE_OPEN:2']);
    expect(parsed.counts).toEqual({ lines: 3, records: 2, headers: 1, rejected: 0 });
  });
});

test('rows without a header are fitted to the known columns', () => {
  const parsed = parseText('httpproxy', `${row({ AnchorMailbox: 'ServerInfo~x/y' })}\n`);
  expect(valuesOf(parsed, 'AnchorMailbox')).toEqual(['ServerInfo~x/y']);
  expect(parsed.problems).toEqual(['FILE_NO_HEADER:1']);
});

test('a row cut behind the anchor keeps it', () => {
  const cut = row({ AnchorMailbox: 'ServerInfo~x/y' }).split(',').slice(0, 16).join(',');
  const parsed = parseText('httpproxy', `${FIELDS}\n${cut}`);
  expect(valuesOf(parsed, 'AnchorMailbox')).toEqual(['ServerInfo~x/y']);
  expect(parsed.problems).toEqual(['RECORD_TORN:2']);
});

test('an endless quoted cell is given up', () => {
  const parsed = parseText('httpproxy', `"DateTime","AnchorMailbox"\n"2021-03-03T06:59:13.030Z","open\n${'more\n'.repeat(200)}`);
  const { lines, records, headers, rejected } = parsed.counts;
  expect(lines).toBe(202);
  expect(records + headers + rejected).toBe(lines);
  expect(parsed.problems).toContain('RECORD_QUOTE_OPEN:2');
});
