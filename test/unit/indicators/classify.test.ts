import { describe, expect, test } from '@jest/globals';
import { classify } from '../../../src/indicators/classify.ts';
import { refang } from '../../../src/indicators/refang.ts';

function found(text: string, type?: string): readonly [kind: string, ...values: string[]] {
  const classified = classify(text, type);
  return 'values' in classified ? [classified.kind, ...classified.values] : [classified.kind];
}

describe('an entry is told by its looks', () => {
  test.each([
    ['203.0.113.5', 'address', '203.0.113.5'],
    ['203[.]0[.]113[.]5', 'address', '203.0.113.5'],
    ['203(.)0{.}113[dot]5', 'address', '203.0.113.5'],
    [' "203.0.113.5:8443" ', 'address', '203.0.113.5'],
    ['203.0.113.5/32', 'address', '203.0.113.5'],
    ['203.0.113.0/24', 'network', '203.0.113.0/24'],
    ['2001:db8[:]:7', 'address', '2001:db8::7'],
    ['[2001:DB8::7]:443', 'address', '2001:db8::7'],
    ['::ffff:203.0.113.5', 'address', '203.0.113.5'],
    ['2001:db8::/32', 'network', '2001:db8::/32'],
    ['hxxps://mail[.]example/aspnet_client/x.aspx?cmd=1#a', 'path', '/aspnet_client/x.aspx'],
    ['hXXp://203[.]0.113.5:8080/', 'address', '203.0.113.5'],
    ['/owa/auth/x.aspx', 'path', '/owa/auth/x.aspx'],
    ['mail.example/owa/auth/x.aspx', 'path', '/owa/auth/x.aspx'],
    ['aspnet_client/x.aspx', 'path', '/aspnet_client/x.aspx'],
    [String.raw`aspnet\_client.aspx`, 'file-name', 'aspnet_client.aspx'],
    ['x.aspx', 'file-name', 'x.aspx'],
    [String.raw`C:\Users\Public\a.exe`, 'file', String.raw`C:\Users\Public\a.exe`],
    ['python-requests/2.25.1', 'user-agent', 'python-requests/2.25.1'],
    [
      'DuckDuckBot/1.0;+(+http://duckduckgo.com/duckduckbot.html)',
      'user-agent',
      'DuckDuckBot/1.0;+(+http://duckduckgo.com/duckduckbot.html)',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64)', 'user-agent', 'Mozilla/5.0 (X11; Linux x86_64)'],
    ['4D812C34AB1AD038CEC7BC83C909680B', 'hash', '4d812c34ab1ad038cec7bc83c909680b'],
  ])('%s', (text, kind, value) => {
    expect(found(text)).toEqual([kind, value]);
  });

  test.each([
    ['evil[.]example.com', 'domain'],
    ['kim@evil.example', 'email'],
    [String.raw`HKLM\Software\x`, 'registry'],
    ['https://evil.example/', 'url without a path'],
    ['smb://evil.example/x', 'smb url'],
    [String.raw`C:\inetpub\wwwroot\aspnet_client\ `, 'folder'],
    ['/owa/auth/', 'folder'],
  ])('%s is not applicable', (text, what) => {
    expect(classify(text, undefined)).toEqual({ kind: 'not-applicable', what });
  });

  test.each([
    ['', 'is empty'],
    ['999.0.113.5', 'is no address'],
    ['203.0.113.5/8', 'is no network: it has bits behind those that count, or too few parts'],
    ['0.0.0.0/0', 'is a network of all addresses'],
    ['203.0.113.5-203.0.113.9', 'is a range of addresses: write networks'],
    ['two words', 'is no address, network, user agent, URL, path, file name or hash'],
    ['\u0000\u001b[31m', 'is no address, network, user agent, URL, path, file name or hash'],
    ['x'.repeat(5_000), 'is longer than 4096 characters'],
  ])('%j is broken', (text, reason) => {
    expect(classify(text, undefined)).toEqual({ kind: 'invalid', reason });
  });
});

describe('an entry is what its list says it is', () => {
  test.each([
    ['curl', 'User-Agent', ['user-agent', 'curl']],
    ['203.0.113.5', 'IPv4', ['address', '203.0.113.5']],
    ['203.0.113.5|443', 'ip-dst|port', ['address', '203.0.113.5']],
    ['owa/auth/x', 'uri', ['path', '/owa/auth/x']],
    ['shell', 'filename', ['file-name', 'shell']],
    ['nonsense', 'ip', ['invalid']],
    ['nonsense', 'sha256', ['invalid']],
    ['203.0.113.5', 'domain', ['not-applicable']],
    ['203.0.113.5', 'a kind nobody knows', ['address', '203.0.113.5']],
    ['nonsense', 'a kind nobody knows', ['invalid']],
  ])('%s as %s', (text, type, expected) => {
    expect(found(text, type)).toEqual(expected);
  });
});

describe('a file of a Windows server is looked for as what it is asked for', () => {
  test.each([
    [String.raw`C:\inetpub\wwwroot\aspnet_client\x.aspx`, ['/aspnet_client/x.aspx']],
    [String.raw`%SystemDrive%\inetpub\wwwroot\x.aspx`, ['/x.aspx']],
    [String.raw`\inetpub\wwwroot\aspnet_client\system_web\x.aspx`, ['/aspnet_client/system_web/x.aspx']],
    [String.raw`D:\Exchange\FrontEnd\HttpProxy\owa\auth\x.aspx`, ['/owa/auth/x.aspx']],
    [String.raw`C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\ecp\auth\x.aspx`, ['/ecp/auth/x.aspx']],
    [String.raw`%ExchangeInstallPath%FrontEnd\HttpProxy\OAB\x.aspx`, ['/OAB/x.aspx']],
    [String.raw`%ExchangeInstallPath%\ClientAccess\owa\x.aspx`, ['/owa/x.aspx']],
    [String.raw`C:\Exchange\ClientAccess\exchweb\ews\x.asmx`, ['/ews/x.asmx']],
    [String.raw`\\EX01\c$\inetpub\wwwroot\x.aspx`, ['/x.aspx']],
    ['C:/inetpub/wwwroot/x.aspx', ['/x.aspx']],
    [
      String.raw`C:\E\FrontEnd\HttpProxy\owa\auth\15.1.2176\scripts\x.aspx`,
      ['/owa/auth/15.1.2176/scripts/x.aspx', '/owa/auth/Current/scripts/x.aspx'],
    ],
  ])('%s', (text, paths) => {
    expect(found(text)).toEqual(['path', ...paths]);
    expect(found(text, 'filepath')).toEqual(['path', ...paths]);
  });
});

describe('levels', () => {
  test.each([
    ['203.0.113.5', 'medium'],
    ['curl/7.1', 'medium'],
    ['/owa/auth/x.aspx', 'high'],
    ['https://another.example/x.aspx', 'medium'],
    ['x.aspx', 'high'],
    // A healthy server has these.
    ['/owa/auth/logon.aspx', 'low'],
    ['https://another.example/owa/auth/logon.aspx', 'low'],
    ['default.aspx', 'low'],
    // But not there.
    [String.raw`C:\E\FrontEnd\HttpProxy\owa\auth\default.aspx`, 'high'],
    ['/aspnet_client/error.aspx', 'high'],
  ])('%s is %s', (text, level) => {
    expect(classify(text, undefined)).toMatchObject({ level });
  });
});

test('what was defanged is as it was, and what was not stays', () => {
  expect(refang('hxxp[://]a[.]example[:]80/x(.)y[at]z')).toBe('http://a.example:80/x.y@z');
  expect(refang('Mozilla/5.0 (compatible; +http://a.example/b.html)')).toBe('Mozilla/5.0 (compatible; +http://a.example/b.html)');
});
