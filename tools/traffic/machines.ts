import { repeat, request, type Context } from '../samples/context.ts';
import { ADMINISTRATOR, type Person } from '../samples/people.ts';
import type { Protocol, Request } from '../samples/request.ts';
import { DAY_MS, DAYS, DOMAIN, FIRST_DAY } from '../samples/server.ts';

export function anyTime({ random }: Context): number {
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
  () => [
    'PowerShell',
    'POST',
    '/powershell',
    'clientApplication=ActiveMonitor;PSVersion=5.1',
    'Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1; MSEXCHMON; TESTCONN2)',
  ],
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
