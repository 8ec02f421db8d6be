import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeAccessToken } from '../../../src/parse/access-token.ts';
import { parseText, valuesOf } from '../../parse-text.ts';

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]);
}

const BYTES = Buffer.concat([
  Buffer.from('V\u0001\u0000T'),
  text('Windows'),
  Buffer.from('C\u0000A'),
  text('Kerberos'),
  Buffer.from('L'),
  text(String.raw`CONTOSO\administrator`),
  Buffer.from('U'),
  text('S-1-5-21-1004336348-1177238915-682003330-500'),
  Buffer.from('G\u0002\u0000\u0000\u0000\u0007\u0000\u0000\u0000', 'latin1'),
  text('S-1-5-32-544'),
  Buffer.from('\u0007\u0000\u0000\u0000', 'latin1'),
  text('S-1-1-0'),
  Buffer.from('E\u0000\u0000\u0000\u0000', 'latin1'),
]);
const TOKEN = BYTES.toString('base64');

describe('the token of remote PowerShell', () => {
  const whole = {
    AuthenticationType: 'Kerberos',
    LogonName: String.raw`CONTOSO\administrator`,
    UserSid: 'S-1-5-21-1004336348-1177238915-682003330-500',
    GroupSids: 'S-1-5-32-544 S-1-1-0',
  };

  test('says whom it is for, escaped or not', () => {
    expect(decodeAccessToken(TOKEN)).toEqual(whole);
    expect(decodeAccessToken(encodeURIComponent(TOKEN))).toEqual(whole);
    expect(decodeAccessToken(encodeURIComponent(encodeURIComponent(TOKEN)))).toEqual(whole);
  });

  test('gives what stands in front of a cut', () => {
    const { GroupSids, ...named } = whole;
    expect(decodeAccessToken(TOKEN.slice(0, 140))).toEqual(named);
    expect(GroupSids).toContain('544');
    fc.assert(
      fc.property(fc.nat(TOKEN.length), (length) => {
        const cut = decodeAccessToken(TOKEN.slice(0, length));
        return cut.LogonName === undefined || cut.LogonName === whole.LogonName;
      }),
    );
  });

  test('may be anything', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => typeof decodeAccessToken(Buffer.from(bytes).toString('base64')) === 'object'));
    fc.assert(fc.property(fc.string(), (value) => typeof decodeAccessToken(value) === 'object'));
  });

  test('is read from the query of a request, whatever the log calls it', () => {
    const iis = `#Fields: date time cs-uri-stem cs-uri-query\n2021-08-13 06:59:13 /autodiscover/autodiscover.json @a.example/powershell/?x-rps-cat=${encodeURIComponent(TOKEN)}&Email=x\n2021-08-13 06:59:13 / a=b\n`;
    expect(valuesOf(parseText('iis-w3c', iis), 'CommonAccessToken-LogonName')).toEqual([whole.LogonName, undefined]);
    const proxy = `DateTime,UrlStem,UrlQuery,AnchorMailbox\n2021-08-13T06:59:13Z,/x,?X-Rps-CAT=${TOKEN},\n`;
    expect(valuesOf(parseText('httpproxy', proxy), 'commonaccesstoken-usersid')).toEqual([whole.UserSid]);
    expect(parseText('iis-w3c', '#Fields: date time cs-uri-stem\n').counts.headers).toBe(1);
  });

  test('is no field of a log without queries', () => {
    const [record] = parseText('iis-w3c', '#Fields: date time cs-uri-stem\n2021-08-13 06:59:13 /\n').records;
    expect(record?.schema.reader('CommonAccessToken-UserSid')).toBeUndefined();
  });
});

test('the build of the back end is unpacked, and held against that of the row', () => {
  const rows = [
    ['15,1,2375', 'FEAuth=BEVersion-1942063431;'],
    ['15,1,2176', 'a=b;FEAuth=BEVersion-1942063431'],
    ['15,1,2176', 'FEAuth=BEVersion-3;'],
    ['15,1,2176', 'NotFEAuth=BEVersion-3;'],
    ['15,1,', 'FEAuth=BEVersion-3;'],
  ];
  const header = 'DateTime,MajorVersion,MinorVersion,BuildVersion,UrlStem,AnchorMailbox,GenericInfo';
  const lines = rows.map(([build, info]) => `2021-08-13T06:59:13Z,${build},/x,,${info}`);
  const parsed = parseText('httpproxy', [header, ...lines, ''].join('\n'));
  expect(valuesOf(parsed, 'BackEndVersion')).toEqual(['15.1.2375', '15.1.2375', '0.0.3', undefined, '0.0.3']);
  expect(valuesOf(parsed, 'BackEndVersionDiffers')).toEqual(['false', 'true', 'true', undefined, undefined]);
});

describe('what joins the rows of several logs', () => {
  const ID = 'ca007438-238b-8e44-b3b2-6ea3c5266a1b';
  const iis = (queries: readonly string[]): string =>
    `#Fields: date time cs-uri-stem cs-uri-query\n${queries.map((query) => `2021-03-03 06:59:18 /ecp/y.js ${query}\n`).join('')}`;

  test('the number of a request stands in the query that IIS logs, under either of its names', () => {
    const queries = [
      `&CorrelationID=<empty>;&cafeReqId=${ID};&encoding=;`,
      `a=b&RequestId=${ID.toUpperCase()}`,
      `cafeReqId=${ID}`,
      `&cafeReqId=${ID}0`,
      '&cafeReqId=nothing;',
    ];
    expect(valuesOf(parseText('iis-w3c', iis(queries)), 'RequestId')).toEqual([ID, ID.toUpperCase(), undefined, undefined, undefined]);
    const proxy = `#Fields: DateTime,RequestId,UrlStem\n2021-03-03T06:59:18.042Z,${ID},/ecp/y.js\n`;
    expect(valuesOf(parseText('httpproxy', proxy), 'RequestId')).toEqual([ID]);
  });

  test('the secret of the Control Panel stands in addresses', () => {
    expect(valuesOf(parseText('iis-w3c', iis(['msExchEcpCanary=a0d.&schema=x', '-'])), 'EcpCanary')).toEqual(['a0d.', undefined]);
    const proxy =
      '#Fields: DateTime,RequestId,UrlStem,AnchorMailbox\n2021-03-03T06:59:18.042Z,x,/ecp/y.js,a]@EX01:444/ecp/x?msExchEcpCanary=a0d.&schema=x#\n';
    expect(valuesOf(parseText('httpproxy', proxy), 'EcpCanary')).toEqual(['a0d.']);
  });
});
