import { describe, expect, test } from '@jest/globals';
import { classify } from '../../../src/parse/classify.ts';
import { LogParser } from '../../../src/parse/log-parser.ts';
import { logTypeById } from '../../../src/parse/log-types.ts';
import type { LogRecord } from '../../../src/model/log-record.ts';
import { parseText, valuesOf } from '../../parse-text.ts';

const IIS_FIELDS = '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status';
const IIS_ROW = '2021-03-03 06:59:13 10.1.2.11 POST /ecp/y.js - 443 - 203.0.113.77 curl/7 200';
const COLUMNS = logTypeById('httpproxy').layouts[0] ?? [];
const VALUES: Readonly<Record<string, string>> = {
  DateTime: '2021-03-03T06:59:13.030Z',
  MajorVersion: '15',
  MinorVersion: '1',
  BuildVersion: '2176',
  UrlStem: '/ecp/y.js',
  IsAuthenticated: 'false',
  RequestId: '5e58f5e5-1ddc-48d3-82c6-0199bc121640',
  Protocol: 'Ecp',
  AnchorMailbox: 'ServerInfo~a]@EX01:444/mapi/emsmdb?#',
  ServerHostName: 'EX01',
  HttpStatus: '200',
};
const HTTPPROXY_ROW = COLUMNS.map((column) => VALUES[column] ?? '').join(',');
const ECP_ROW = '2021-03-03T06:59:17.960Z,EX01,ECP.Request,S:TIME=96;S:CMD=Get-OabVirtualDirectory;S:URL=/ecp/';

describe('a file put together of several logs', () => {
  const text = [IIS_FIELDS, IIS_ROW, `#Fields: ${COLUMNS.join(',')}`, HTTPPROXY_ROW, IIS_ROW, ECP_ROW, IIS_FIELDS, IIS_ROW, ''].join('\n');
  const records: LogRecord[] = [];
  const problems: string[] = [];
  const parser = new LogParser(logTypeById('iis-w3c'), ({ code }, { number }) => void problems.push(`${code}:${number}`));
  for (const [index, line] of text.split('\n').slice(0, -1).entries())
    parser.push({ number: index + 1, offset: 0, text: line, isComplete: true, isCut: false }, (record) => void records.push(record));

  test('gives the records of each, with a header between them or without', () => {
    expect(records.map(({ schema, line }) => `${schema.logType}:${line.number}`)).toEqual([
      'iis-w3c:2',
      'httpproxy:4',
      'iis-w3c:5',
      'ecp-server:6',
      'iis-w3c:8',
    ]);
  });

  test('counts the lines of each, and tells the changes', () => {
    expect([...parser.counts].map(([logType, { lines, records: count }]) => [logType, lines, count])).toEqual([
      ['iis-w3c', 5, 3],
      ['httpproxy', 2, 1],
      ['ecp-server', 1, 1],
    ]);
    expect(problems.filter((problem) => problem.startsWith('FILE_LOG_TYPE_CHANGED'))).toHaveLength(4);
  });
});

describe('what grep or findstr found', () => {
  test.each([
    ['behind the name of the file', 'u_ex210303.log:'],
    ['behind name and line', 'C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log:17:'],
    ["behind Windows' name and line", 'C:\\inetpub\\logs\\u_ex210303.log:17:'],
  ])('is read %s', (_, prefix) => {
    const text = `${prefix}${IIS_FIELDS}\n${prefix}${IIS_ROW}\n${prefix}${IIS_ROW}\n`;
    expect(classify(text, 'hits.txt')).toMatchObject({ logType: 'iis-w3c' });
    const parsed = parseText('iis-w3c', text);
    expect(valuesOf(parsed, 'cs-uri-stem')).toEqual(['/ecp/y.js', '/ecp/y.js']);
    expect(parsed.counts.rejected).toBe(0);
  });

  test('without a header too', () => {
    const text = `HttpProxy_1.LOG:${HTTPPROXY_ROW}\n`;
    expect(classify(text, 'hits.txt')).toMatchObject({ logType: 'httpproxy' });
    expect(valuesOf(parseText('httpproxy', text), 'AnchorMailbox')).toEqual([VALUES['AnchorMailbox']]);
  });
});

test('rows of an older build, whose columns end earlier, are fitted without a header', () => {
  const text = `${HTTPPROXY_ROW.split(',').slice(0, 61).join(',')}\r\n`;
  expect(classify(text, 'excerpt.txt')).toMatchObject({ logType: 'httpproxy' });
  const parsed = parseText('httpproxy', text);
  expect([valuesOf(parsed, 'AnchorMailbox'), valuesOf(parsed, 'HttpStatus')]).toEqual([[VALUES['AnchorMailbox']], ['200']]);
  expect(parsed.problems[0]).toBe('FILE_NO_HEADER:1');
});

test('an export may spell the columns of IIS with underscores', () => {
  const text = 'date,time,s_ip,cs_method,cs_uri_stem,cs_User_Agent,sc_status\n2021-03-03,06:59:13,10.1.2.11,POST,/ecp/y.js,curl/7,200\n';
  expect(classify(text, 'export.csv')).toMatchObject({ logType: 'iis-w3c' });
  const parsed = parseText('iis-w3c', text);
  expect(['cs-uri-stem', 'cs-user-agent', 'sc-status'].map((field) => valuesOf(parsed, field)[0])).toEqual(['/ecp/y.js', 'curl/7', '200']);
});

describe('rows of another log without a header between them', () => {
  const ACTIVITY_ROW = '2021-03-03T06:59:20.000Z,EX01,Request,S:PSA=kim;S:URL=https://ex01:444/ecp/';
  const logTypesOf = (logType: string, lines: readonly string[]): string[] => {
    const found: string[] = [];
    const parser = new LogParser(logTypeById(logType), () => undefined);
    for (const [index, text] of lines.entries())
      parser.push({ number: index + 1, offset: 0, text, isComplete: true, isCut: false }, ({ schema }) => void found.push(schema.logType));
    return found;
  };

  test('are told by their cells', () => {
    expect(logTypesOf('httpproxy', [HTTPPROXY_ROW, ECP_ROW, HTTPPROXY_ROW])).toEqual(['httpproxy', 'ecp-server', 'httpproxy']);
    expect(logTypesOf('ecp-server', [ECP_ROW, HTTPPROXY_ROW, ECP_ROW])).toEqual(['ecp-server', 'httpproxy', 'ecp-server']);
  });

  test('are told by their event where the logs have the same columns', () => {
    const header = '#Fields: TimeStamp,ServerName,EventId,EventData';
    expect(logTypesOf('ecp-activity', [header, ACTIVITY_ROW, ECP_ROW, ACTIVITY_ROW])).toEqual([
      'ecp-activity',
      'ecp-server',
      'ecp-activity',
    ]);
  });
});

describe('line ends that went wrong in a copy', () => {
  test.each([
    ['carriage returns twice', '\r\r\n'],
    ['blanks in front', '  \r\n'],
  ])('%s are no part of the last value', (_, end) => {
    const text = [
      '"date","time","cs-method","cs-uri-stem","sc-status"',
      '"2021-03-03","06:59:13","POST","/aspnet_client/a.aspx","404"',
      '',
    ].join(end);
    expect(valuesOf(parseText('iis-w3c', text), 'sc-status')).toEqual(['404']);
    const w3c = [IIS_FIELDS, IIS_ROW, ''].join(end);
    expect(classify(w3c, 'copy.txt')).toMatchObject({ logType: 'iis-w3c' });
    expect(valuesOf(parseText('iis-w3c', w3c), 'sc-status')).toEqual(['200']);
  });

  test('carriage returns alone part records, and that is told', () => {
    const text = [IIS_FIELDS, IIS_ROW, IIS_ROW, ''].join('\r');
    expect(classify(text, 'copy.txt')).toMatchObject({ logType: 'iis-w3c' });
    const parsed = parseText('iis-w3c', text);
    expect(valuesOf(parsed, 'cs-uri-stem')).toEqual(['/ecp/y.js', '/ecp/y.js']);
    expect(parsed.problems).toEqual(['RECORD_LONE_CR:1']);
    expect(new Set(parsed.records.map(({ line }) => line.text)).size).toBe(1);
  });

  test('records that NULs part are shown and told apart one by one', () => {
    const parsed = parseText('iis-w3c', `${IIS_FIELDS}\n${IIS_ROW}\u0000\u0000${IIS_ROW.replace('/ecp/y.js', '/ecp/z.js')}\n`);
    expect(parsed.records.map(({ line }) => line.text)).toEqual([IIS_ROW, IIS_ROW.replace('/ecp/y.js', '/ecp/z.js')]);
    const first = IIS_FIELDS.length + 1;
    expect(parsed.records.map(({ line }) => line.offset)).toEqual([first, first + IIS_ROW.length + 2]);
  });
});

describe('what an attacker writes into a value', () => {
  test.each([
    [
      'in a quoted export',
      '"DateTime","AnchorMailbox","UserAgent"',
      (agent: string) => `"2021-03-03T06:59:13.030Z","ServerInfo~a]@EX01/x","${agent}"`,
    ],
    [
      'in a log that begins with the address',
      '#Fields: c-ip date time cs-uri-stem cs(User-Agent)',
      (agent: string) => `203.0.113.9 2021-03-03 06:59:13 /x ${agent}`,
    ],
    ['in a log without dates', '#Fields: time c-ip cs-uri-stem cs(User-Agent)', (agent: string) => `06:59:13 203.0.113.9 /x ${agent}`],
    ['in a row without its time', 'DateTime,AnchorMailbox,UserAgent', (agent: string) => `,Sid~1,${agent}`],
  ])('is never taken for a header: %s', (_, header, row) => {
    const logType = header.includes('AnchorMailbox') ? 'httpproxy' : 'iis-w3c';
    const calm = ['curl/7', 'curl/7', 'curl/7', 'curl/7'].map(row);
    const hostile = ['curl/7', 'curl:#Fields:+a+b', 'x:#Date:2009-01-01', 'x:17:#Software:x'].map(row);
    const read = (rows: readonly string[]) => parseText(logType, [header, ...rows, ''].join('\n'));
    expect(read(hostile).counts).toEqual(read(calm).counts);
    expect(read(hostile).records.map(({ time }) => time)).toEqual(read(calm).records.map(({ time }) => time));
  });
});
