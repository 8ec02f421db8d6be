import { describe, expect, test } from '@jest/globals';
import { withoutExchangeSuffix } from '../../../src/match/exchange-suffix.ts';
import { createFinding } from '../../../src/match/finding.ts';
import { Matcher } from '../../../src/match/matcher.ts';
import { percentDecode } from '../../../src/match/percent.ts';
import type { LogFile } from '../../../src/model/log-file.ts';
import { loadRules } from '../../../src/sigma/load.ts';
import { parseText } from '../../parse-text.ts';

/** What one detection finds in one IIS record: field, value and view of each piece of evidence; `undefined` where it does not match. */
function find(detection: string, { stem = '/x', query = '-', agent = '-', referer = '-' }): string[] | undefined {
  const text = `#Fields: date time cs-method cs-uri-stem cs-uri-query cs(User-Agent) cs(Referer) sc-status\n2021-03-03 06:59:13 GET ${stem} ${query} ${agent} ${referer} 200\n`;
  return findIn('iis-w3c', text, detection);
}

function findIn(logType: string, text: string, detection: string): string[] | undefined {
  const { rules, diagnostics } = loadRules(
    'r.yml',
    `title: t\nlogsource: {category: webserver}\ndetection:\n  s: {${detection}}\n  condition: s\n`,
  );
  expect(diagnostics).toEqual([]);
  const [record] = parseText(logType, text).records;
  if (record === undefined) throw new Error('no record');
  return new Matcher(rules).match(record)[0]?.matched.map(({ field, value, view }) => `${field}=${value} (${view})`);
}

const SUFFIX = '&CorrelationID=<empty>;&cafeReqId=cde28fc4-299e-4179-b3e9-de56f5c1d9ee;&encoding=;';

describe('a field is matched', () => {
  test('as it stands, and then the finding says raw', () => {
    expect(find("cs-uri-stem|contains: '/ecp/'", { stem: '/ecp/y.js' })).toEqual(['cs-uri-stem=/ecp/y.js (raw)']);
  });

  test('percent-decoded once and twice', () => {
    expect(find("cs-uri-stem|contains: 'shell'", { stem: '/%73hell' })).toEqual(['cs-uri-stem=/shell (percent-decoded)']);
    expect(find("cs-uri-stem|contains: 'shell'", { stem: '/%2573hell' })).toEqual(['cs-uri-stem=/shell (percent-decoded twice)']);
    expect(find("cs-uri-stem|contains: 'shell'", { stem: '/%252573hell' })).toBeUndefined();
  });

  test('with + for a blank in headers, and only there', () => {
    expect(find("cs-user-agent|contains: 'Windows NT'", { agent: 'Mozilla/5.0+(Windows+NT+10.0)' })).toEqual([
      'cs-user-agent=Mozilla/5.0 (Windows NT 10.0) (+ as space)',
    ]);
    expect(find("cs-uri-query|contains: 'a b'", { query: 'x=a+b' })).toBeUndefined();
  });

  test('by its own spelling, whatever the rule wrote for blanks and commas', () => {
    const agent = 'Mozilla/5.0+(X11)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/51';
    expect(find("cs-user-agent: 'Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML  like Gecko) Chrome/51'", { agent })).toHaveLength(1);
    const httpproxy =
      'DateTime,AnchorMailbox,UserAgent\n2021-03-03T06:59:13.030Z,Sid~1,Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML  like Gecko) Chrome/51\n';
    expect(findIn('httpproxy', httpproxy, `cs-user-agent: '${agent}'`)).toHaveLength(1);
  });

  test('without what Exchange appends to a query', () => {
    expect(find("cs-uri-query|endswith: '.aspx'", { query: `url=a.aspx${SUFFIX}` })).toEqual(['cs-uri-query=url=a.aspx (without suffix)']);
  });

  test('together with the path, where public rules look for it', () => {
    expect(find("cs-uri-query|contains: '/owa/auth/'", { stem: '/owa/auth/x.aspx' })).toEqual([
      'cs-uri-query=/owa/auth/x.aspx (stem?query)',
    ]);
    expect(
      find("cs-uri-query|contains: 'autodiscover.json?@'", { stem: '/autodiscover/autodiscover.json', query: '@a.a/powershell/' }),
    ).toEqual(['cs-uri-query=/autodiscover/autodiscover.json?@a.a/powershell/ (stem?query)']);
  });

  test('of HttpProxy without the question mark that it writes', () => {
    const text = 'DateTime,AnchorMailbox,UrlStem,UrlQuery\n2021-03-03T06:59:13.030Z,Sid~1,/owa/,?a=1\n';
    expect(findIn('httpproxy', text, "cs-uri-query: 'a=1'")).toEqual(['cs-uri-query=a=1 (raw)']);
    expect(findIn('httpproxy', text, "cs-uri-query: '/owa/?a=1'")).toEqual(['cs-uri-query=/owa/?a=1 (stem?query)']);
  });
});

describe('a view is not used where it would say more than the log does', () => {
  test('the path joined to the query answers no question about the query alone', () => {
    expect(find("cs-uri-query: '*'", { stem: '/x' })).toBeUndefined();
    expect(find('cs-uri-query|exists: true', { stem: '/x' })).toBeUndefined();
    expect(find('cs-uri-query|fieldref: cs-uri-stem', { stem: '/x' })).toBeUndefined();
    expect(find("cs-uri-query|re: '.+'", { stem: '/x' })).toBeUndefined();
    expect(find("cs-uri-query|re: '^.{2,}$'", { stem: '/long' })).toBeUndefined();
    expect(find("cs-uri-query|re: '^/x$'", { stem: '/x' })).toEqual(['cs-uri-query=/x (stem?query)']);
  });

  test('the normal form of a user agent is not found by what it makes equal alone', () => {
    expect(find("cs-user-agent|contains: '+'", { agent: 'curl/7.68.0' })).toBeUndefined();
    expect(find("cs-user-agent|contains: ','", { agent: 'a+b' })).toBeUndefined();
    expect(find("cs-user-agent|contains: ', like'", { agent: '(KHTML++like+Gecko)' })).toHaveLength(1);
  });
});

describe('an absent query', () => {
  test('is one that Exchange alone wrote', () => {
    expect(find('cs-uri-query: null', { query: SUFFIX })).toEqual(['cs-uri-query= (absent)']);
    expect(find('cs-uri-query: null', { query: '-' })).toHaveLength(1);
    expect(find('cs-uri-query: null', { query: `a=1${SUFFIX}` })).toBeUndefined();
  });
});

test('a negated test means that no spelling passes', () => {
  const detection = "cs-uri-stem|contains|neq: 'shell'";
  expect(find(detection, { stem: '/%73hell' })).toBeUndefined();
  expect(find(detection, { stem: '/other' })).toEqual([]);
});

describe('a field that the log lacks', () => {
  const header = '#Fields: date time cs-method cs-uri-stem sc-status\n2021-03-03 06:59:13 GET /x 200\n';

  function bound(detection: string) {
    const { rules } = loadRules('r.yml', `title: t\nid: t\nlogsource: {category: webserver}\ndetection: ${detection}\n`);
    const [record] = parseText('iis-w3c', header).records;
    if (record === undefined) throw new Error('no record');
    const matcher = new Matcher(rules);
    const [rule] = matcher.bound(record.schema);
    return { matches: matcher.match(record).length > 0, isBlind: rule?.isBlind, missing: rule?.missing };
  }

  test('makes a rule that needs it blind, and that is known', () => {
    expect(bound('{s: {cs-cookie|contains: x}, condition: s}')).toEqual({ matches: false, isBlind: true, missing: ['cs-cookie'] });
  });

  test('does not blind a rule that can do without', () => {
    expect(bound('{s: {cs-cookie|contains: x}, t: {cs-method: GET}, condition: s or t}')).toEqual({
      matches: true,
      isBlind: false,
      missing: ['cs-cookie'],
    });
    expect(bound('{s: {cs-method: GET}, f: {cs-cookie|contains: x}, condition: s and not f}')).toEqual({
      matches: true,
      isBlind: false,
      missing: ['cs-cookie'],
    });
  });

  test('is neither empty nor filled: no rule may rest on that, however it asks', () => {
    for (const condition of ['s and n', 's and not n']) {
      expect(bound(`{s: {cs-method: GET}, n: {cs-referer: null}, condition: ${condition}}`)).toEqual({
        matches: false,
        isBlind: true,
        missing: ['cs-referer'],
      });
    }
    for (const asked of [
      'cs-referer|exists: false',
      'cs-referer|exists: true',
      "cs-referer: '*'",
      'cs-referer|neq: x',
      'cs-referer|re|neq: x',
    ]) {
      expect([asked, bound(`{s: {cs-method: GET}, n: {${asked}}, condition: s and n}`).matches]).toEqual([asked, false]);
    }
  });
});

describe('percent-decoding', () => {
  test.each([
    ['%41%62', 'Ab'],
    ['%c3%a9', 'é'],
    ['%zz%4', '%zz%4'],
    ['%25%34%31', '%41'],
    ['%u0041', 'A'],
    ['%c0%af', '\uFFFD\uFFFD'],
    ['100%', '100%'],
    ['+', '+'],
  ])('%s is %s', (text, expected) => {
    expect(percentDecode(text)).toBe(expected);
  });
});

test("Exchange's parameters go from the end only", () => {
  expect(withoutExchangeSuffix('a=1&ClientId=2&b=3&reqId=4')).toBe('a=1&ClientId=2&b=3');
  expect(withoutExchangeSuffix('&prfltncy=16&prfrpccnt=14')).toBe('');
  expect(withoutExchangeSuffix('a=1')).toBe('a=1');
});

describe('a finding', () => {
  const logFile: LogFile = { location: 'x', path: 'C/logs/u_ex.log', logType: 'iis-w3c', encoding: 'utf-8', host: 'EX01', bytes: 0 };
  const { rules } = loadRules(
    'r.yml',
    'title: Title\nid: the-id\nlevel: high\ntags: [attack.t1505.003, cve.2021-27065, attack.g0125]\nexhunt: {stage: webshell}\nlogsource: {category: webserver}\ndetection: {s: {cs-method: POST}, condition: s}\n',
  );
  const text =
    '#Fields: date time s-computername cs-method cs-uri-stem cs-uri-query cs-username c-ip cs(User-Agent) sc-status\n2021-03-03 06:59:13 ex01 POST /a b=1 kim 203.0.113.7 curl/7 200\n';

  function findingOf(content: string, file = logFile) {
    const [record] = parseText('iis-w3c', content).records;
    const [match] = record === undefined ? [] : new Matcher(rules).match(record);
    if (record === undefined || match === undefined) throw new Error('no match');
    return createFinding(match, record, file, (seed) => seed);
  }

  test('speaks in the terms of ECS', () => {
    expect(findingOf(text)).toEqual({
      id: 'the-id\niis-w3c\nu_ex.log\n111\n2021-03-03 06:59:13 ex01 POST /a b=1 kim 203.0.113.7 curl/7 200',
      '@timestamp': '2021-03-03T06:59:13.000Z',
      rule: { id: 'the-id', name: 'Title', level: 'high', stage: 'webshell' },
      vulnerability: { id: ['CVE-2021-27065'] },
      threat: { technique: { id: ['T1505.003'] } },
      message: 'Title: POST /a from 203.0.113.7, answered 200',
      host: { name: 'EX01' },
      source: { ip: '203.0.113.7' },
      user: { name: 'kim' },
      http: { request: { method: 'POST' }, response: { status_code: 200 } },
      url: { path: '/a', query: 'b=1' },
      user_agent: { original: 'curl/7' },
      log: { type: 'iis-w3c', file: { path: 'C/logs/u_ex.log' }, line: 2, offset: 111 },
      event: { original: '2021-03-03 06:59:13 ex01 POST /a b=1 kim 203.0.113.7 curl/7 200' },
      matched: [{ field: 'cs-method', value: 'POST', view: 'raw' }],
    });
  });

  test('names whom a load balancer spoke for, and addresses without ports', () => {
    const forwarded = text.replace('sc-status', 'sc-status X-Forwarded-For').replace('7 200', '7 200 198.51.100.7:50211,+10.0.0.1');
    expect(findingOf(forwarded)).toMatchObject({
      source: { ip: '203.0.113.7' },
      network: { forwarded_ip: '198.51.100.7' },
      message: 'Title: POST /a from 203.0.113.7, for 198.51.100.7, answered 200',
    });
    for (const [written, address] of [
      ['[2001:db8::7]:443', '2001:db8::7'],
      ['2001:db8::7', '2001:db8::7'],
      ['203.0.113.7:50211', '203.0.113.7'],
    ] as const)
      expect(findingOf(text.replace('203.0.113.7', written)).source).toEqual({ ip: address });
  });

  test.each([
    ['author: Ann Other', { author: ['Ann Other'] }],
    ['author: "Ann Other (Example Labs, Berlin), @someone_, "', { author: ['Ann Other (Example Labs, Berlin)', '@someone_'] }],
    ['author: [Ann Other, Bo Third]', { author: ['Ann Other', 'Bo Third'] }],
    ['license: DRL-1.1', { license: 'DRL-1.1' }],
    ['author:', {}],
  ])('names whose rule it is: %s', (line, expected) => {
    const { rules: theirs } = loadRules(
      'r.yml',
      `title: T\nid: i\n${line}\nlogsource: {category: webserver}\ndetection: {s: {cs-method: POST}, condition: s}\n`,
    );
    const [record] = parseText('iis-w3c', text).records;
    const [match] = record === undefined ? [] : new Matcher(theirs).match(record);
    if (record === undefined || match === undefined) throw new Error('no match');
    expect(createFinding(match, record, logFile, (seed) => seed).rule).toEqual({ id: 'i', name: 'T', level: 'medium', ...expected });
  });

  test('has the same id wherever the copy lies', () => {
    expect(findingOf(text, { ...logFile, path: 'other/copy/u_ex.log', location: 'y' }).id).toBe(findingOf(text).id);
  });
});
