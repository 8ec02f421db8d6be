import { describe, expect, test } from '@jest/globals';
import { loadList } from '../../../src/indicators/source.ts';
import { createFinding } from '../../../src/match/finding.ts';
import { Matcher } from '../../../src/match/matcher.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { explainRule } from '../../../src/report/explain-rule.ts';
import { parseText } from '../../parse-text.ts';

const IIS = '#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) cs(X-Forwarded-For) s-ip sc-status';

function findingsOf(list: string, logType: string, text: string): Finding[] {
  const { rules } = loadList({ name: 'list', text: list }, () => undefined);
  const matcher = new Matcher(rules);
  const { records } = parseText(logType, text);
  return records.flatMap((record) =>
    matcher
      .match(record)
      .map((match) =>
        createFinding(match, record, { location: '-', path: 'x.log', logType, encoding: 'utf-8', bytes: 0 }, (digested) => digested),
      ),
  );
}

function iis(list: string, { stem = '/', agent = '-', client = '198.51.100.9', forwarded = '-', date = '2021-03-03' } = {}): string[] {
  const line = `${date} 06:59:13 GET ${stem} - ${client} ${agent} ${forwarded} 203.0.113.5 200`;
  return findingsOf(list, 'iis-w3c', `${IIS}\n${line}\n`).map(
    ({ rule, matched }) => `${rule.level} ${rule.name}: ${matched[0]?.indicator?.value ?? ''}`,
  );
}

describe('an address is found', () => {
  test.each([
    ['203.0.113.5', { client: '203.0.113.5' }],
    ['203.0.113.5', { client: '::ffff:203.0.113.5' }],
    ['203.0.113.5', { client: '203.0.113.5:49152' }],
    ['::ffff:203.0.113.5', { client: '203.0.113.5' }],
    ['203.0.113.5', { forwarded: '198.51.100.1,+203.0.113.5' }],
    ['203.0.113.5', { forwarded: '198.51.100.1,203.0.113.5:80,10.0.0.1' }],
    ['2001:db8::7', { client: '2001:DB8:0:0:0:0:0:7' }],
    ['2001:db8::7', { client: '[2001:db8::7]:443' }],
    ['fe80::7', { client: 'fe80::7%3' }],
  ])('%s in %j', (list, record) => {
    expect(iis(list, record)).toEqual([`medium Indicator list list: addresses: ${list.replace('::ffff:', '')}`]);
  });

  test('in a network, the narrowest that is listed', () => {
    expect(iis('203.0.0.0/16\n203.0.113.0/24', { client: '203.0.113.5' })).toEqual([
      'medium Indicator list list: addresses: 203.0.113.0/24',
    ]);
    expect(iis('2001:db8::/32', { client: '2001:db8:1::7' })).toEqual(['medium Indicator list list: addresses: 2001:db8::/32']);
  });

  test('but not where it is the server', () => {
    expect(iis('203.0.113.5', {})).toEqual([]);
  });

  test('in the logs of Exchange', () => {
    const audit = '#Log-type: audit\n#Fields: Timestamp,Server,TenantId,RecordType,Data\n';
    const record = '2021-03-03T06:59:13.030Z,EX01,,1,"{""Operation"":""Get-Mailbox"",""ClientIP"":""[::ffff:203.0.113.5]:4711""}"\n';
    expect(findingsOf('203.0.113.5', 'audit', audit + record)).toHaveLength(1);
    const ews =
      '#Log-type: EWS Logs\n#Fields: DateTime,SoapAction,ClientIpAddress,HttpStatus\n2021-03-03T06:59:13.030Z,GetItem,203.0.113.5,200\n';
    expect(findingsOf('203.0.113.5', 'ews', ews)).toHaveLength(1);
    const rps =
      '#Log-type: Rps Http Logs\n#Fields: DateTime,UrlStem,ClientIpAddress,ClientInfo,ShellId\n2021-03-03T06:59:13.030Z,/powershell,203.0.113.6 203.0.113.5,curl/7,\n';
    expect(findingsOf('203.0.113.5\ncurl/7', 'rps-http', rps).map(({ rule }) => rule.name)).toEqual([
      'Indicator list list: addresses',
      'Indicator list list: user agents',
    ]);
    const mapi = '#Log-type: MAPI Http\n#Fields: DateTime,MapiRequestId,ClientIpAddress\n2021-03-03T06:59:13.030Z,1,203.0.113.5\n';
    expect(findingsOf('203.0.113.5', 'mapi-http', mapi)).toHaveLength(1);
  });
});

describe('an address with dates', () => {
  const list = 'ip,first_seen,last_seen\n203.0.113.5,2021-03-02,2021-03-03\n203.0.113.6,2021-03-03,\n203.0.113.7,,2021-03-03';

  test.each([
    ['203.0.113.5', '2021-03-02', 'medium'],
    ['203.0.113.5', '2021-03-03', 'medium'],
    ['203.0.113.5', '2021-03-01', 'low'],
    ['203.0.113.5', '2021-03-04', 'low'],
    ['203.0.113.6', '2021-03-02', 'low'],
    ['203.0.113.6', '2031-01-01', 'medium'],
    ['203.0.113.7', '2011-01-01', 'medium'],
    ['203.0.113.7', '2021-03-04', 'low'],
  ])('%s on %s is %s', (client, date, level) => {
    const name = `Indicator list list: addresses${level === 'low' ? ' outside their dates' : ''}`;
    expect(iis(list, { client, date })).toEqual([`${level} ${name}: ${client}`]);
  });

  test('is of its dates where a record has no time', () => {
    const findings = findingsOf(list, 'iis-w3c', '#Fields: cs-method cs-uri-stem c-ip sc-status\nGET / 203.0.113.5 200\n');
    expect(findings.map(({ rule }) => rule.level)).toEqual(['medium']);
  });

  test('that a network without dates holds is found for both', () => {
    expect(iis(`${list}\n203.0.113.0/24,,`, { client: '203.0.113.5', date: '2021-03-01' }).toSorted()).toEqual([
      'low Indicator list list: addresses outside their dates: 203.0.113.5',
      'medium Indicator list list: addresses: 203.0.113.0/24',
    ]);
  });

  test('may have a level of its own, within them', () => {
    const own = 'ip,first_seen,last_seen,level\n203.0.113.5,2021-03-02,2021-03-03,critical';
    expect(iis(own, { client: '203.0.113.5' })[0]).toMatch(/^critical /);
    expect(iis(own, { client: '203.0.113.5', date: '2021-03-01' })[0]).toMatch(/^low /);
  });
});

describe('a path, a file name or a user agent is found', () => {
  test.each([
    ['/aspnet_client/x.aspx', { stem: '/ASPNET_client/X.aspx' }],
    ['/aspnet_client/x.aspx', { stem: '/aspnet%5Fclient/x.aspx' }],
    ['/aspnet_client/x%20y.aspx', { stem: '/aspnet_client/x%20y.aspx' }],
    ['/aspnet_client/x.aspx', { stem: '/aspnet_client/x.aspx/z' }],
    ['x.aspx', { stem: '/a/b/x.aspx' }],
    ['x.aspx', { stem: '/a/b/x.aspx/z' }],
    ['antSword/v2.1', { agent: 'ANTsword/v2.1' }],
    ['Mozilla/5.0 (X11; Linux)', { agent: 'Mozilla/5.0+(X11;+Linux)' }],
    ['Mozilla/5.0+(X11;+Linux)', { agent: 'Mozilla/5.0+(X11;+Linux)' }],
  ])('%s in %j', (list, record) => {
    expect(iis(list, record)).toHaveLength(1);
  });

  test.each([
    ['/aspnet_client/x.aspx', { stem: '/aspnet_client/x.aspx2' }],
    ['/aspnet_client/x.aspx', { stem: '/a/aspnet_client/x.aspx' }],
    ['x.aspx', { stem: '/a/xx.aspx' }],
    ['x.aspx', { stem: '/x.aspx.txt/y' }],
    ['antSword/v2.1', { agent: 'antSword/v2.11' }],
  ])('but not %s in %j', (list, record) => {
    expect(iis(list, record)).toEqual([]);
  });
});

test('a finding says what the list says', () => {
  const list = 'ip,comment,source,first_seen\n203.0.113.5,"scanner \u001b[31m",a report,2021-03-01';
  const [finding] = findingsOf(list, 'iis-w3c', `${IIS}\n2021-03-03 06:59:13 GET / - 203.0.113.5 - - 10.0.0.1 200\n`);
  expect(finding?.message).toBe(
    'Indicator list list: addresses: GET / from 203.0.113.5, answered 200; 203.0.113.5 is listed: scanner \u001b[31m (a report), seen from 2021-03-01',
  );
  expect(finding?.matched).toEqual([
    {
      field: 'c-ip',
      value: '203.0.113.5',
      view: 'raw',
      indicator: {
        value: '203.0.113.5',
        list: 'list',
        line: 2,
        description: 'scanner \u001b[31m',
        source: 'a report',
        first_seen: '2021-03-01T00:00:00.000Z',
      },
    },
  ]);
});

test('files are in the list and in no rule, hashes in one', () => {
  const { list, rules } = loadList({ name: 'list', text: '4d812c34ab1ad038cec7bc83c909680b\nC:\\Users\\a.exe' }, () => undefined);
  expect(list.indicators.map(({ kind }) => kind)).toEqual(['hash', 'file']);
  expect(rules.map(({ id }) => id)).toEqual(['indicators/list/hashes/high']);
});

test('a rule is blind where a log has none of its fields, and can be explained', () => {
  const { rules } = loadList({ name: 'list', text: 'antSword/v2.1' }, () => undefined);
  const { records } = parseText('iis-w3c', '#Fields: date time cs-method cs-uri-stem sc-status\n2021-03-03 06:59:13 GET / 200\n');
  const schema = records[0]?.schema;
  expect(schema && [...new Matcher(rules).blindRules(schema)]).toEqual(['indicators/list/user-agents/medium']);
  expect(rules.flatMap(explainRule)).toContain('  cs-user-agent is one of 1 of the user agents of list');
});
