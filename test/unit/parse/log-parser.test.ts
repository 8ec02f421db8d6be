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
