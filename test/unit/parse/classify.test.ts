import { describe, expect, test } from '@jest/globals';
import { classify } from '../../../src/parse/classify.ts';

const IIS_FIELDS = '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip sc-status';
const IIS_ROW = '2021-03-03 06:59:13 10.1.2.11 POST /ecp/y.js - 443 - 203.0.113.77 curl/7 - 200 0 0 5';

describe('a file is told', () => {
  test.each([
    ['by #Log-type', '#Software: x\n#Log-type: HttpProxy Logs\n', 'httpproxy'],
    [
      'by #Log-type where two logs have the same columns',
      '#Log-type: ECP Activity Context Log\n#Fields: TimeStamp,ServerName,EventId,EventData\n',
      'ecp-activity',
    ],
    ['by its columns', `${IIS_FIELDS}\n`, 'iis-w3c'],
    ['by a bare header row', 'DateTime,RequestId,AnchorMailbox,UrlStem\n', 'httpproxy'],
    ['by the header row of an export', '#TYPE Selected.System\n"DateTime","AnchorMailbox"\n', 'httpproxy'],
    [
      'by its records where the columns leave two',
      '#Fields: TimeStamp,ServerName,EventId,EventData\n2021-03-03T00:00:00.000Z,EX01,GlobalActivity,S:Bld=15\n',
      'ecp-activity',
    ],
    ['by records without a header', `${IIS_ROW}\n`, 'iis-w3c'],
    ["behind analysts' comments", `# from the case folder\n\n${IIS_FIELDS}\n`, 'iis-w3c'],
    [
      'as that of HTTP.sys, though it has columns of IIS',
      '#Software: Microsoft HTTP API 2.0\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename\n',
      'httperr',
    ],
    ['by a preamble with a byte order mark', `\uFEFF#Log-type: ECP Server Log\r\n`, 'ecp-server'],
  ])('%s', (_, head, logType) => {
    expect(classify(head, 'anything.txt')).toMatchObject({ kind: 'log', logType });
  });

  test.each([
    ['C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log', 'iis-w3c'],
    ['V15/Logging/HttpProxy/Owa/HttpProxy_2021030306-1.LOG', 'httpproxy'],
    ['Logging/ECP/Server/ECPServer20210303-1.LOG', 'ecp-server'],
    ['Logging/ECP/Activity/ECPActivity_4711_20210303-1.LOG', 'ecp-activity'],
  ])('by its path only when nothing in it tells: %s', (path, logType) => {
    expect(classify('\u0000\u0000\u0000', path)).toMatchObject({ kind: 'log', logType });
    expect(classify('#Log-type: Message Tracking Log\n', path)).toEqual({ kind: 'other-log', name: 'Message Tracking Log' });
  });
});

describe('a file is not told', () => {
  test('when it is some other text', () => {
    expect(classify('Dear team,\nplease find the logs attached.\n', 'mail.txt')).toBeUndefined();
    expect(classify('', 'empty.log')).toBeUndefined();
  });

  test('when it is the log of an FTP site, though it has columns of IIS', () => {
    const head =
      '#Software: Microsoft Internet Information Services 10.0\n#Fields: date time c-ip cs-username s-ip s-port cs-method cs-uri-stem sc-status sc-win32-status sc-substatus x-session x-fullpath\n';
    expect(classify(head, 'FTPSVC2/u_ex210303.log')).toMatchObject({ kind: 'other-log' });
  });
});

test('the server is the one that the first record names', () => {
  expect(classify('DateTime,AnchorMailbox,ServerHostName\n2021-03-03T06:59:13.030Z,,\n2021-03-03T06:59:13.030Z,,EX07\n', 'x')).toEqual({
    kind: 'log',
    logType: 'httpproxy',
    host: 'EX07',
  });
});
