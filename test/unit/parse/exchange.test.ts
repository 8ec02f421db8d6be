import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeAuditData } from '../../../src/parse/audit-data.ts';
import { classify } from '../../../src/parse/classify.ts';
import { logTypeById } from '../../../src/parse/log-types.ts';
import { parseText, valuesOf } from '../../parse-text.ts';

function preamble(name: string, fields: string): string {
  return `#Software: Microsoft Exchange Server\r\n#Version: 15.01.2176.002\r\n#Log-type: ${name}\r\n#Date: 2021-08-13T06:00:00.130Z\r\n#Fields: ${fields}\r\n`;
}

function columnsOf(id: string): string {
  return (logTypeById(id).layouts[0] ?? []).join(',');
}

describe('the log of cmdlets', () => {
  const row =
    '2021-08-13T06:59:13.030Z,2021-08-13T06:59:12.998Z,7b91be61-3d94-406e-b00c-3d80e3e5f115,,15,1,2176,2,EX01,15756,w3wp#MSExchangePowerShellAppPool,85,,,kim,S-1-5-21-1,,,False,Remote,New-MailboxExportRequest,"-Mailbox ""kim"" -FilePath ""\\\\a\\b,c""",d61f0cba-945f-4857-8c62-91321f16b7b4';
  const log = `${preamble('Rps Cmdlet Logs', columnsOf('rps-cmdlet'))}${row}${','.repeat(44)}\r\n`;

  test('is told by its name, and by its columns', () => {
    expect(classify(log, 'x')).toEqual({ kind: 'log', logType: 'rps-cmdlet', host: 'EX01' });
    expect(classify(`#Fields: ${columnsOf('rps-cmdlet')}\n`, 'x')).toMatchObject({ logType: 'rps-cmdlet' });
    expect(classify(row, 'x')).toMatchObject({ logType: 'rps-cmdlet' });
  });

  test('gives the cmdlet and its parameters, without the quotes of CSV', () => {
    const parsed = parseText('rps-cmdlet', log);
    expect(valuesOf(parsed, 'Cmdlet')).toEqual(['New-MailboxExportRequest']);
    expect(valuesOf(parsed, 'Parameters')).toEqual([String.raw`-Mailbox "kim" -FilePath "\\a\b,c"`]);
    expect(valuesOf(parsed, 'cs-username')).toEqual(['kim']);
    expect(parsed.records[0]?.time).toBe(Date.UTC(2021, 7, 13, 6, 59, 13, 30));
    expect(parsed.problems).toEqual([]);
  });
});

test('the log of remote PowerShell answers to the names of web server logs', () => {
  const log = `${preamble('Rps Http Logs', columnsOf('rps-http'))}2022-12-20T06:59:13.030Z,,,15,2,1118,7,,EX01:444,/powershell,Kerberos,true,CONTOSO\\kim,,,203.0.113.77,EX01,EX01,200,0,,,,,,,,,812,Mozilla/5.0,,,,31,?X-Rps-CAT=VgEA,,,\r\n`;
  expect(classify(log, 'x')).toEqual({ kind: 'log', logType: 'rps-http', host: 'EX01' });
  const parsed = parseText('rps-http', log);
  const fields = ['cs-uri-stem', 'cs-uri-query', 'cs-user-agent', 'c-ip', 'sc-status', 'cs-username'];
  expect(fields.map((field) => valuesOf(parsed, field)[0])).toEqual([
    '/powershell',
    'X-Rps-CAT=VgEA',
    'Mozilla/5.0',
    '203.0.113.77',
    '200',
    String.raw`CONTOSO\kim`,
  ]);
});

test('the log of Exchange Web Services is told by its name or its columns, of whatever build', () => {
  const fields = 'DateTime,RequestId,AuthenticatedUser,UserAgent,ClientIpAddress,ServerHostName,SoapAction,HttpStatus,ImpersonatedUser';
  const row = '2021-03-03T06:59:13.030Z,1,kim,curl/7,203.0.113.77,EX01,GetItem,200,ann';
  expect(classify(`${preamble('EWS Logs', fields)}${row}\r\n`, 'x')).toEqual({ kind: 'log', logType: 'ews', host: 'EX01' });
  expect(classify(`#Fields: ${fields}\n`, 'x')).toMatchObject({ logType: 'ews' });
  expect(valuesOf(parseText('ews', `${preamble('EWS Logs', fields)}${row}\r\n`), 'ImpersonatedUser')).toEqual(['ann']);
});

describe('the audit log', () => {
  const data =
    '"{""Operation"":""Set-Mailbox"",""UserId"":""AUTORITE NT\\\\Système"",""UserType"":3,""Parameters"":[{""Name"":""Identity"",""Value"":""kim""},{""Name"":""Confirm"",""Value"":false}]}"';
  const log = `${preamble('audit', columnsOf('audit'))}2021-08-13T06:59:13.189Z,EX01,0,ExchangeAdmin,${data},S-1-5,1,Set-Mailbox,Exchange,True,1,Online\r\n`;

  test('gives the arguments of a cmdlet as a command line would have them', () => {
    expect(classify(log, 'x')).toEqual({ kind: 'log', logType: 'audit', host: 'EX01' });
    const parsed = parseText('audit', log);
    expect(valuesOf(parsed, 'Parameters')).toEqual(['-Identity "kim" -Confirm "false"']);
    expect(valuesOf(parsed, 'Cmdlet')).toEqual(['Set-Mailbox']);
    expect(valuesOf(parsed, 'UserId')).toEqual(['AUTORITE NT\\Système']);
    expect(parsed.problems).toEqual([]);
  });

  test('is read whatever stands where its JSON should', () => {
    expect(decodeAuditData('{"a":')).toEqual(new Map());
    expect(decodeAuditData('[1]')).toEqual(new Map());
    expect(decodeAuditData(`{"a":1,"b":${'['.repeat(100_000)}${']'.repeat(100_000)}}`).get('a')).toBe('1');
    fc.assert(fc.property(fc.jsonValue(), (value) => decodeAuditData(JSON.stringify(value)) instanceof Map));
  });
});

test('of logs whose columns nobody published any header is read, and rules may name its columns', () => {
  for (const [name, id, path] of [
    ['OAB Generator Log', 'oab-generator', 'OABGeneratorLog/x.log'],
    ['MAPI Http Logs', 'mapi-http', 'MapiHttp/Mailbox/x.log'],
    ['RpcHttp Logs', 'rpc-http', 'Logging/RpcHttp/W3SVC1/x.log'],
    ['Autodiscover Logs', 'autodiscover', 'Logging/Autodiscover/x.log'],
  ] as const) {
    const log = `${preamble(name, 'date-time,server,What-Ever,UrlStem')}2021-03-03T06:59:13.030Z,EX01,"a, b",/x\r\n`;
    expect(classify(log, path)).toMatchObject({ kind: 'log', logType: id });
    const parsed = parseText(id, log);
    expect(valuesOf(parsed, 'what-ever')).toEqual(['a, b']);
    expect(parsed.records.map(({ schema }) => schema.logType)).toEqual([id]);
    expect(parsed.records[0]?.time).toBe(Date.UTC(2021, 2, 3, 6, 59, 13, 30));
    expect(parsed.problems).toEqual([]);
    // Some begin with a row of names, for spreadsheets.
    const both = parseText(id, `date-time,server,What-Ever,UrlStem\r\n${log}`);
    expect([both.problems, both.counts.headers]).toEqual([[], 6]);
  }
});

describe('a log of any columns, with another one behind it in the file', () => {
  const autodiscover = `${preamble('Autodiscover Logs', 'DateTime,RequestId,Caller,UrlStem')}2021-03-03T06:59:13.030Z,1,kim,/autodiscover\r\n`;
  const iis = '#Fields: date time cs-method cs-uri-stem sc-status\r\n2021-03-03 06:59:13 GET /aspnet_client/x.aspx 200\r\n';
  const httpProxyRow = 'DateTime,RequestId,UrlStem,AnchorMailbox\r\n2021-03-03T06:59:13.030Z,2,/ecp/y.js,ServerInfo~a\r\n';
  const typesOf = (log: string, first = 'autodiscover'): string[] => parseText(first, log).records.map(({ schema }) => schema.logType);

  test('ends where a header tells the other', () => {
    expect(typesOf(autodiscover + iis)).toEqual(['autodiscover', 'iis-w3c']);
    expect(typesOf(autodiscover + httpProxyRow)).toEqual(['autodiscover', 'httpproxy']);
    expect(typesOf(autodiscover + iis + autodiscover)).toEqual(['autodiscover', 'iis-w3c', 'autodiscover']);
    // The log of its name goes on below a header of its own, whatever that one's columns are.
    expect(typesOf(autodiscover + autodiscover.replace('Caller', 'AnchorMailbox'))).toEqual(['autodiscover', 'autodiscover']);
  });

  test('gives up rows of a log that nobody knows', () => {
    const tracking = `${preamble('Message Tracking', 'date-time,a,b')}2021-03-03T06:59:13.030Z,1,2\r\n`;
    const { records, problems } = parseText('autodiscover', autodiscover + tracking + tracking + autodiscover);
    expect(records).toHaveLength(2);
    expect(problems).toEqual(expect.arrayContaining(['RECORD_OTHER_LOG:12', 'RECORD_OTHER_LOG:18']));
  });

  test('is told by what comes first', () => {
    expect(classify(`${httpProxyRow}${autodiscover}`, 'x')).toMatchObject({ logType: 'httpproxy' });
    expect(classify(`${iis}${autodiscover}`, 'x')).toMatchObject({ logType: 'iis-w3c' });
    expect(typesOf(httpProxyRow + autodiscover, 'httpproxy')).toEqual(['httpproxy', 'autodiscover']);
  });
});

test('a few columns of HttpProxy are not taken for those of Exchange Web Services, whatever the file is called', () => {
  const row =
    'DateTime,UrlStem,AuthenticatedUser,UserAgent,ClientIpAddress,HttpStatus,AnchorMailbox\r\n2021-03-03T06:59:13.030Z,/ecp/y.js,,x,203.0.113.9,200,ServerInfo~a\r\n';
  for (const path of ['HttpProxy/Ews/HttpProxy_2021030306-1.LOG', 'Logging/Ews/Ews_2021030306-1.LOG', 'Ews_1.csv'])
    expect(classify(row, path)).toMatchObject({ logType: 'httpproxy' });
});

describe('the log of HTTP.sys', () => {
  const row = (stream: string): string =>
    `2021-03-03 06:59:13 203.0.113.77 51712 10.1.2.11 443 HTTP/1.1 POST /ecp/y.js?a=%41 ${stream}400 - BadRequest - `;

  test.each([
    ['with a stream, as since 2016', 'streamid ', '- '],
    ['without, as before', '', ''],
  ])('%s', (_, column, stream) => {
    const log = `#Software: Microsoft HTTP API 2.0\r\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri ${column}sc-status s-siteid s-reason s-queuename\r\n${row(stream)}\r\n`;
    const parsed = parseText('httperr', log);
    expect(['cs-uri-stem', 'cs-uri-query', 'sc-status', 's-reason'].map((field) => valuesOf(parsed, field)[0])).toEqual([
      '/ecp/y.js',
      'a=%41',
      '400',
      'BadRequest',
    ]);
    expect(parsed.problems).toEqual([]);
    // Old files name no columns.
    const bare = parseText('httperr', `${row(stream)}\r\n`);
    expect(valuesOf(bare, 's-reason')).toEqual(['BadRequest']);
    expect(classify(`${row(stream)}\r\n`, 'httperr1.log')).toMatchObject({ logType: 'httperr' });
  });
});
