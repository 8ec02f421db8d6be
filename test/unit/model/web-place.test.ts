import { describe, expect, test } from '@jest/globals';
import { extensionOf, targetOf, webPlaceOf } from '../../../src/model/web-place.ts';

const EXCHANGE = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15';

describe('the place below a web root', () => {
  test.each([
    ['C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx', 'inetpub\\wwwroot', '/aspnet_client/x.aspx'],
    [`${EXCHANGE}\\FrontEnd\\HttpProxy\\owa\\auth\\logon.aspx`, 'FrontEnd\\HttpProxy', '/owa/auth/logon.aspx'],
    [`${EXCHANGE}\\FrontEnd\\HttpProxy\\owa\\auth\\15.1.2176\\x.aspx`, 'FrontEnd\\HttpProxy', '/owa/auth/Current/x.aspx'],
    [`${EXCHANGE}\\ClientAccess\\exchweb\\ews\\Exchange.asmx`, 'ClientAccess', '/ews/Exchange.asmx'],
    ['evidence/EX01/inetpub/wwwroot/x.aspx', 'inetpub\\wwwroot', '/x.aspx'],
    ['wwwroot/wss/VirtualDirectories/80/bin/x.dll', 'inetpub\\wwwroot', '/bin/x.dll'],
    ['case/aspnet_client/system_web/x.aspx', 'inetpub\\wwwroot', '/aspnet_client/system_web/x.aspx'],
    ['x/Web Server Extensions/16/TEMPLATE/LAYOUTS/spinstall0.aspx', 'SharePoint LAYOUTS', '/_layouts/spinstall0.aspx'],
    ['C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config', 'IIS configuration', undefined],
    ['copied/applicationHost.config', 'IIS configuration', undefined],
    [
      'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET Files\\owa\\1\\App_Web_x.dll',
      'Temporary ASP.NET Files',
      undefined,
    ],
    ['Setup/ServerRoles/ClientAccess/owa/auth/error2.aspx', 'ClientAccess', '/owa/auth/error2.aspx'],
  ])('of %s', (path, webRoot, urlPath) => {
    expect(webPlaceOf(path)).toMatchObject({ webRoot });
    expect(webPlaceOf(path)?.urlPath).toBe(urlPath);
  });

  test.each([
    'C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex210303.log',
    `${EXCHANGE}\\Logging\\HttpProxy\\Owa\\HttpProxy_2021030306-1.LOG`,
    `${EXCHANGE}\\Logging\\MAPI Client Access\\x.log`,
    'wwwroot',
    'notwwwroot/x.aspx',
    'my aspnet_client/x.aspx',
  ])('%s has none', (path) => {
    expect(webPlaceOf(path)).toBeUndefined();
  });

  test('names are what Windows takes them for', () => {
    expect(webPlaceOf('C:\\inetpub\\wwwroot\\a.aspx. .')?.urlPath).toBe('/a.aspx');
    expect(webPlaceOf('C:\\inetpub\\wwwroot\\b.aspx::$DATA')?.urlPath).toBe('/b.aspx');
  });

  test('letters that grow when they become small shift nothing', () => {
    expect(webPlaceOf('İİİ/inetpub/wwwroot/İ.aspx')?.urlPath).toBe('/İ.aspx');
  });
});

test('of a copy without a disk the path begins with the web root', () => {
  const path = 'case 7/EX01/inetpub/wwwroot/aspnet_client/x.aspx';
  const place = webPlaceOf(path);
  const target = place && targetOf(path, place);
  expect(target).toBe('\\inetpub\\wwwroot\\aspnet_client\\x.aspx');
  expect(webPlaceOf(target ?? '')).toEqual(place);
});

test.each([
  ['a.aspx', 'aspx'],
  ['A.ASPX', 'aspx'],
  ['a.aspx. ', 'aspx'],
  ['a.aspx::$DATA', 'aspx'],
  ['a.txt:b.aspx', 'aspx'],
  ['a.jpg.aspx', 'aspx'],
  ['a.aspx.jpg', 'jpg'],
  ['LOGON~1.ASP', 'asp'],
  ['web', ''],
  ['...', ''],
])('the extension of %s is %p', (name, extension) => {
  expect(extensionOf(name)).toBe(extension);
});
