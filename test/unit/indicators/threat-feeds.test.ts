import { describe, expect, test } from '@jest/globals';
import { readIndicators } from '../../../src/indicators/read-list.ts';
import { readPattern } from '../../../src/indicators/stix-pattern.ts';
import type { Problem } from '../../../src/model/diagnostic.ts';

function read(list: object) {
  const problems: Problem[] = [];
  return { ...readIndicators(JSON.stringify(list), (problem) => void problems.push(problem)), problems };
}

const UUID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
const MD5 = '4d812c34ab1ad038cec7bc83c909680b';

function bundle(...objects: readonly object[]): object {
  return { type: 'bundle', id: `bundle--${UUID}`, objects };
}

function indicator(pattern: string, more: object = {}): object {
  return { type: 'indicator', id: `indicator--${UUID}`, pattern, pattern_type: 'stix', ...more };
}

describe('a STIX bundle', () => {
  test('holds indicators with their dates', () => {
    const { indicators } = read(
      bundle(
        indicator("[ipv4-addr:value = '203.0.113.5'] OR [ipv4-addr:value IN ('203.0.113.6', '203.0.113.0/24')]", {
          name: 'Scanners',
          description: 'from a report',
          valid_from: '2021-03-01T00:00:00Z',
          valid_until: '2021-03-05T00:00:00Z',
          external_references: [{ source_name: 'CERT' }],
        }),
      ),
    );
    const dates = { firstSeen: Date.UTC(2021, 2, 1), lastSeen: Date.UTC(2021, 2, 5) + 999 };
    const said = { description: 'Scanners: from a report', source: 'CERT', ...dates };
    expect(indicators).toMatchObject([
      { kind: 'address', value: '203.0.113.5', ...said },
      { kind: 'address', value: '203.0.113.6', ...said },
      { kind: 'network', value: '203.0.113.0/24', ...said },
    ]);
  });

  test('holds what was observed', () => {
    const { indicators, account } = read(
      bundle(
        { type: 'ipv6-addr', id: `ipv6-addr--${UUID}`, value: '2001:db8::7' },
        { type: 'url', id: `url--${UUID}`, value: 'https://mail.example/x.aspx' },
        { type: 'file', id: `file--${UUID}`, name: 'y.aspx', hashes: { MD5 } },
        { type: 'domain-name', id: `domain-name--${UUID}`, value: 'evil.example' },
        { type: 'malware', id: `malware--${UUID}`, name: 'z' },
      ),
    );
    expect(indicators.map(({ kind, value }) => [kind, value])).toEqual([
      ['address', '2001:db8::7'],
      ['path', '/x.aspx'],
      ['file-name', 'y.aspx'],
      ['hash', MD5],
    ]);
    expect(account).toMatchObject({ notApplicable: { domain: 1 } });
  });

  test('says of what it cannot use which object it is', () => {
    const { problems, account } = read(
      bundle(
        indicator("[url:value MATCHES '^/x']"),
        indicator("[ipv4-addr:value = '203.0.113.5' AND domain-name:value = 'a.example']"),
        indicator("[domain-name:value = 'a.example']"),
        indicator('rule x {}', { pattern_type: 'yara' }),
        indicator("[ipv4-addr:value = '203.0.113.5']", { revoked: true }),
        indicator("[ipv4-addr:value = '203.0.113.5']", { indicator_types: ['benign'] }),
      ),
    );
    const object = `indicator--${UUID}`;
    expect(problems).toMatchObject([
      { code: 'INDICATOR_INVALID', object, reason: 'has a pattern with MATCHES, which is not understood' },
      { code: 'INDICATOR_INVALID', object, reason: 'has a pattern that joins several conditions with AND' },
    ]);
    expect(account.notApplicable).toEqual({ domain: 1, 'yara pattern': 1, revoked: 1, benign: 1 });
  });
});

describe('a STIX pattern', () => {
  test.each([
    ["[file:name = 'x.aspx' AND file:hashes.'SHA-256' = 'abc']", ['file x.aspx', 'hash abc']],
    [
      String.raw`[file:name = 'x.aspx' AND file:parent_directory_ref.path = 'C:\\inetpub\\wwwroot']`,
      [String.raw`file C:\inetpub\wwwroot\x.aspx`],
    ],
    ["[network-traffic:dst_ref.value = '203.0.113.5' AND network-traffic:dst_port = 443]", ['ip 203.0.113.5']],
    ["[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'antSword/v2.1']", ['user-agent antSword/v2.1']],
    [String.raw`[url:value = 'http://a.example/it\'s']`, ["url http://a.example/it's"]],
  ])('%s', (pattern, expected) => {
    const result = readPattern(pattern);
    expect('comparisons' in result ? result.comparisons.map(({ type, value }) => `${type ?? ''} ${value}`) : result.reason).toEqual(
      expected,
    );
  });

  test.each([
    '',
    '[',
    "ipv4-addr:value = '1",
    '[a:b = ]',
    "[ipv4-addr:value != '203.0.113.5']",
    "[a:b = 'x'] FOLLOWEDBY [c:d = 'y']",
    '\u0000',
  ])('that is %j says nothing', (pattern) => {
    expect(readPattern(pattern)).toMatchObject({ reason: expect.any(String) });
  });
});

describe('a MISP event', () => {
  const attribute = (type: string, value: string, more: object = {}): object => ({ uuid: `u-${type}`, type, value, to_ids: true, ...more });

  test('holds attributes, those of objects too', () => {
    const { indicators, account, problems } = read({
      Event: {
        info: 'ProxyLogon',
        Attribute: [
          attribute('ip-src', '203.0.113.5', {
            comment: 'scanner',
            first_seen: '2021-03-01T00:00:00.000000+00:00',
            last_seen: '2021-03-02',
          }),
          attribute('ip-dst|port', '203.0.113.6|443'),
          attribute('filename|md5', `x.aspx|${MD5}`),
          attribute('ip-src', '203.0.113.7', { to_ids: false }),
          attribute('domain|ip', 'evil.example|203.0.113.8'),
          attribute('ip-src', 'nonsense'),
          attribute('ip-src', '203.0.113.9', { deleted: true }),
          attribute('phone-number', '1'),
        ],
        Object: [
          { name: 'http-request', Attribute: [attribute('user-agent', 'antSword/v2.1'), attribute('uri', '/aspnet_client/y.aspx?z')] },
        ],
      },
    });
    expect(indicators.map(({ kind, value, level }) => [kind, value, level])).toEqual([
      ['address', '203.0.113.5', 'medium'],
      ['address', '203.0.113.6', 'medium'],
      ['file-name', 'x.aspx', 'high'],
      ['hash', MD5, 'high'],
      ['address', '203.0.113.7', 'informational'],
      ['address', '203.0.113.8', 'medium'],
      ['user-agent', 'antSword/v2.1', 'medium'],
      ['path', '/aspnet_client/y.aspx', 'high'],
    ]);
    expect(indicators[0]).toMatchObject({ description: 'scanner', source: 'ProxyLogon', firstSeen: Date.UTC(2021, 2, 1) });
    expect(problems).toEqual([{ code: 'INDICATOR_INVALID', text: 'nonsense', reason: 'is no address', object: 'u-ip-src' }]);
    expect(account.notApplicable).toEqual({ domain: 1, deleted: 1, 'phone-number': 1 });
  });

  test('comes as an answer to a search too', () => {
    expect(read({ response: [{ Event: { Attribute: [attribute('ip-src', '203.0.113.5')] } }] }).indicators).toHaveLength(1);
  });
});
