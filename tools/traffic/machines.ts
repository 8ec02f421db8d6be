import { repeat, request, type Context } from '../samples/context.ts';
import { ADMINISTRATOR, type Person } from '../samples/people.ts';
import type { Protocol, Request } from '../samples/request.ts';
import { DAY_MS, DAYS, DOMAIN, FIRST_DAY } from '../samples/server.ts';

function anyTime({ random }: Context): number {
  return FIRST_DAY + random.integer(0, DAYS * DAY_MS - 1);
}

/** The folder of each protocol and its path. */
const FOLDERS: readonly (readonly [Protocol, string])[] = [
  ['Autodiscover', '/autodiscover'],
  ['Eas', '/Microsoft-Server-ActiveSync'],
  ['Ecp', '/ecp'],
  ['Ews', '/ews'],
  ['Mapi', '/mapi'],
  ['Oab', '/oab'],
  ['Owa', '/owa'],
  ['PowerShell', '/powershell'],
  ['PushNotifications', '/pushnotifications'],
  ['ReportingWebService', '/ecp/ReportingWebService'],
  ['Rest', '/api'],
  ['RpcHttp', '/rpc'],
];

/** Load balancers, monitors and Managed Availability look whether each protocol is well. */
export function healthChecks(context: Context, count: number): Request[] {
  const { random, server } = context;
  return repeat(count, () => {
    const [protocol, folder] = random.pick(FOLDERS);
    const [userAgent, address] = random.pick([
      ['AMProbe/Local/ClientAccess', '127.0.0.1'],
      ['AMProbe/Local/ClientAccess', 'fe80::1d2c:3b4a:5968:7786%3'],
      ['KEMP 1.0', '10.1.9.2'],
      ['', '10.1.9.3'],
      ['curl/7.81.0', '10.1.3.70'],
      ['Nagios-check_http/v2.4.0 (nagios-plugins 2.4.0)', '10.1.3.71'],
      ['PRTG Network Monitor (www.paessler.com)', '10.1.3.72'],
      ['python-requests/2.31.0', '10.1.3.73'],
    ] as const);
    return request(context, {
      time: anyTime(context),
      protocol,
      method: random.pick(['GET', 'GET', 'HEAD', 'OPTIONS']),
      stem: `${folder}/${random.pick(['healthcheck.htm', 'HealthCheck.htm', 'exhealth.check'])}`,
      host: random.pick(['localhost', server.address, server.name]),
      address,
      userAgent,
      status: random.pick([200, 200, 200, 200, 403, 503]),
      authentication: 'Anonymous',
      anchor: random.pick(['', `ServerInfo~${server.name}.${DOMAIN}`, `ServerVersion~Version 15.0 (Build 0.0)`]),
      routingHint: random.pick(['', 'ServerInfo', 'X-BEResource-Cookie']),
      milliseconds: 1,
    });
  });
}

/** Health mailboxes that sign in as people would, and what the front end sends on for them. */
export function healthMailboxes(context: Context, count: number): Request[] {
  const { random, server } = context;
  const fqdn = `${server.name}.${DOMAIN}`;
  return repeat(count, () => {
    const user = `HealthMailbox${random.pick(['0ae1c2d', '1f2e3d4', '9b8a7c6'])}@${DOMAIN}`;
    const [protocol, method, stem, query, userAgent, status = 200] = random.pick(HEALTH_REQUESTS)(context, user);
    return request(context, {
      time: anyTime(context),
      protocol,
      host: 'localhost',
      method,
      stem,
      ...(query !== undefined && { query }),
      user,
      address: random.pick(['127.0.0.1', '::1', server.address, 'fe80::1d2c:3b4a:5968:7786%3']),
      userAgent,
      status,
      authentication: random.pick(['Negotiate', 'Basic', 'FBA', 'Kerberos'] as const),
      anchor: random.pick([
        `ServerInfo~${fqdn}`,
        `Sid~S-1-5-21-1004336348-1177238915-682003330-1133`,
        `Database~${random.guid()}`,
        `Smtp~${user}`,
      ]),
      routingHint: random.pick(['WindowsIdentity', 'TargetServer', 'X-AnonResource-Backend-Cookie']),
      backEnd: { method, stem, ...(query !== undefined && { query }), user, status },
    });
  });
}

type HealthRequest = (
  context: Context,
  user: string,
) => readonly [protocol: Protocol, method: string, stem: string, query: string | undefined, userAgent: string, status?: number];

const MONITOR = 'Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1; MSEXCHMON; ACTIVEMONITORING; ECPSELFTEST)';

const HEALTH_REQUESTS: readonly HealthRequest[] = [
  ({ random }) => ['RpcHttp', 'RPC_IN_DATA', '/rpc/rpcproxy.dll', `${random.guid()}@${DOMAIN}:6001`, 'MSRPC'],
  ({ random }) => ['RpcHttp', 'RPC_OUT_DATA', '/rpc/rpcproxy.dll', `${random.guid()}@${DOMAIN}:6004`, 'MSRPC', random.pick([200, 401])],
  ({ server }) => ['RpcHttp', 'RPC_IN_DATA', '/rpc/rpcproxy.dll', `${server.name}.${DOMAIN}:6001&RequestId=x`, 'MSRPC'],
  (_, user) => [
    'Eas',
    'POST',
    '/Microsoft-Server-ActiveSync/default.eas',
    `Cmd=Settings&User=${user}&DeviceId=EASProbeDeviceId141&DeviceType=EASProbeDeviceType`,
    'TestActiveSyncConnectivity',
  ],
  () => ['Eas', 'OPTIONS', '/Microsoft-Server-ActiveSync/default.eas', undefined, 'TestActiveSyncConnectivity'],
  () => ['Owa', 'GET', '/owa/', undefined, 'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; MSEXCHMON; TESTCONN2)'],
  () => ['Owa', 'POST', '/owa/proxylogon.owa', undefined, MONITOR, 241],
  ({ random }) => ['Ecp', 'GET', '/ecp/', `ExchClientVer=15&ActID=${random.guid()}`, MONITOR],
  () => ['ReportingWebService', 'GET', '/ecp/reportingwebservice/reporting.svc/', '$format=Atom', MONITOR],
  () => ['PushNotifications', 'POST', '/PushNotifications/service.svc/AppConfig/Legacy', undefined, 'PushNotificationsProbe'],
  () => ['Rest', 'GET', '/api/v1.0/me/messages', undefined, 'Odata_PC_Probe/Local', 401],
  () => ['PowerShell', 'POST', '/powershell', 'clientApplication=ActiveMonitor;PSVersion=5.1.14393.3866', 'Microsoft WinRM Client'],
  () => ['Mapi', 'POST', '/mapi/emsmdb/', 'useMailboxOfAuthenticatedUser=true', 'MapiHttpClient'],
];

/** Outlook Anywhere, mobile clients by REST, and remote PowerShell as the front end sees it. */
export function proxiedTraffic(context: Context, people: readonly Person[], count: number): Request[] {
  const { random } = context;
  return repeat(count, () => {
    const person = random.pick(people);
    const [protocol, method, stem, query, userAgent] = random.pick([
      [
        'RpcHttp',
        random.pick(['RPC_IN_DATA', 'RPC_OUT_DATA']),
        '/rpc/rpcproxy.dll',
        `${person.mailbox}@${DOMAIN}:${random.pick(['6001', '6002', '6004'])}`,
        'MSRPC',
      ],
      ['RpcHttp', 'GET', '/rpc/', undefined, 'MSRPC'],
      ['Rest', 'GET', `/api/v2.0/users('${person.mail}')/messages`, '$top=10', 'Outlook-iOS/2.0'],
      ['Rest', 'POST', '/api/v1.0/me/calendarview', 'startDateTime=2021-03-02', 'Outlook-Android/2.0'],
      [
        'Eas',
        'POST',
        '/Microsoft-Server-ActiveSync/default.eas',
        `User=${encodeURIComponent(person.login)}&DeviceId=${random.hex(32)}&DeviceType=iPhone&Cmd=${random.pick(['Sync', 'Ping', 'SmartReply'])}`,
        'Apple-iPhone12C1/1804.66',
      ],
      [
        'Eas',
        'POST',
        '/Microsoft-Server-ActiveSync',
        'gAkJBBCpYbVz2Qm0C5kzYk7IQkFNAAAAAAtTYW1zdW5nREVWSQ==',
        'Android-SAMSUNG-SM-G973F/101.110000',
      ],
      [
        'PowerShell',
        'POST',
        '/powershell/',
        'serializationLevel=Full;ExchClientVer=15.1.2176.2;clientApplication=ManagementShell;TargetServer=;PSVersion=5.1.14393.3866',
        'Microsoft WinRM Client',
      ],
      ['PowerShell', 'POST', '/PowerShell', 'PSVersion=7.3.9', 'Microsoft WinRM Client'],
    ] as const);
    const isAdministrator = protocol === 'PowerShell';
    const user = isAdministrator ? random.pick([ADMINISTRATOR.login, 'CONTOSO\\svc-identity', 'CONTOSO\\svc-backup']) : person.login;
    const status = random.pick([200, 200, 200, 200, 401, 500, 503]);
    // A back end is told on whose behalf it works; only the front end may write that.
    const backQuery = isAdministrator
      ? `${query};X-Rps-CAT=VgEAVAdXaW5kb3dzQwBBCEtlcmJlcm9zTA9DT05UT1NPXGFkbWluVVM&sessionID=Version_15.1_(Build_2175.2)%3d`
      : query;
    return request(context, {
      time: anyTime(context),
      protocol,
      method,
      stem,
      ...(query !== undefined && { query }),
      user,
      address: isAdministrator ? random.pick([ADMINISTRATOR.address, '10.1.3.41', '10.1.3.42']) : person.homeAddress,
      userAgent,
      status,
      authentication: isAdministrator ? 'Kerberos' : 'NTLM',
      anchor: random.pick([`Sid~${person.sid}`, `MailboxGuid~${person.mailbox}`, `Smtp~${person.mail}`]),
      routingHint: random.pick(['WindowsIdentity', 'RpcHttpServer', 'CommonAccessToken-Windows']),
      backEnd: { method, stem, ...(backQuery !== undefined && { query: backQuery }), user, status },
    });
  });
}

/** What stands in any log of a server on the internet, and is no attack on Exchange. */
export function strayVisitors(context: Context, count: number): Request[] {
  const { random } = context;
  return repeat(count, () => {
    const [method, stem, status, userAgent] = random.pick([
      ['OPTIONS', '/', 200, 'Microsoft-WebDAV-MiniRedir/10.0.19041'],
      ['PROPFIND', '/owa', 405, 'Microsoft-WebDAV-MiniRedir/10.0.19041'],
      ['OPTIONS', '/owa/', 200, 'Microsoft Office Protocol Discovery'],
      ['OPTIONS', '/aspnet_client', 200, 'DavClnt'],
      ['GET', '/favicon.ico', 404, 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:86.0) Gecko/20100101 Firefox/86.0'],
      ['GET', '/owa/favicon.ico', 200, 'Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15'],
      ['GET', '/apple-touch-icon.png', 404, 'Safari/16610.4.3.1.7 CFNetwork/1220.1 Darwin/20.3.0 (x86_64)'],
      ['GET', '/robots.txt', 404, 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)'],
      ['GET', '/owa/', 302, 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
      ['GET', '/aspnet_client/', 403, 'Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)'],
      [
        'GET',
        '/aspnet_client/system_web/4_0_30319/WebUIValidation.js',
        404,
        'Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko',
      ],
      ['GET', '/.well-known/security.txt', 404, 'Mozilla/5.0 (compatible; Expanse; scaninfo@paloaltonetworks.example)'],
      ['GET', '/iisstart.htm', 200, 'Mozilla/5.0 (compatible; Nimbostratus-Bot/v1.3.2)'],
      ['HEAD', '/', 302, 'curl/8.4.0'],
      ['GET', '/wp-login.php', 404, 'Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:66.0) Gecko/20100101 Firefox/66.0'],
      ['POST', '/boaform/admin/formLogin', 404, 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:71.0) Gecko/20100101 Firefox/71.0'],
      ['GET', '/rpc/', 401, 'Mozilla/5.0 zgrab/0.x'],
      ['GET', '/owa/auth/x.js', 302, 'Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)'],
    ] as const);
    return request(context, {
      time: anyTime(context),
      method,
      stem,
      status,
      userAgent,
      address: `${random.pick(['198.51.100', '192.0.2'])}.${random.integer(121, 250)}`,
    });
  });
}

/** Vulnerability scanners that were told no: questions in the words of the exploits. */
export function scannersTurnedAway(context: Context, count: number): Request[] {
  const { random } = context;
  const agents = [
    'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)',
    'Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)',
  ];
  return repeat(count, () => ({
    ...request(context, {
      time: anyTime(context),
      stem: '/',
      address: `203.0.113.${random.integer(2, 60)}`,
      userAgent: random.pick(agents),
    }),
    ...random.pick<Partial<Request>>([
      { protocol: 'Owa', stem: '/owa/', query: 'Email=autodiscover/autodiscover.json%3F@test.example', status: 302 },
      {
        protocol: 'Autodiscover',
        stem: '/autodiscover/autodiscover.json',
        query: '@test.example/owa/?&Email=autodiscover/autodiscover.json%3F@test.example',
        status: 400,
      },
      {
        protocol: 'Autodiscover',
        stem: '/autodiscover/autodiscover.json',
        query: '@foo.example/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F@foo.example',
        status: 400,
      },
      {
        protocol: 'Owa',
        stem: '/owa/auth/x.js',
        status: 500,
        anchor: 'ServerInfo~localhost/ecp/default.flt?',
        routingHint: 'X-AnonResource-Backend-Cookie',
      },
      {
        protocol: 'Ecp',
        stem: '/ecp/x.js',
        status: 500,
        anchor: 'ServerInfo~localhost/owa/auth/logon.aspx?',
        routingHint: 'X-BEResource-Cookie',
      },
      { protocol: 'Ecp', stem: '/ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application', status: 200 },
      { stem: '/aspnet_client/test.aspx', status: 404 },
      { protocol: 'Owa', stem: '/owa/auth/nessus.aspx', status: 302 },
    ]),
  }));
}
