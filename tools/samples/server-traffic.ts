import { repeat, request, workTime, type Context } from './context.ts';
import { ADMINISTRATOR } from './people.ts';
import type { Random } from './random.ts';
import type { EcpRow, Request } from './request.ts';
import { DAY_MS, DAYS, FIRST_DAY, type Server } from './server.ts';

const MINUTE_MS = 60_000;

/** Two sessions in the admin center a day, with real edits of virtual directories among them. */
export function administratorsDay(context: Context): Request[] {
  return [...adminSession(context, false), ...adminSession(context, true)];
}

/** Exchange's own pages and cmdlets, as an administrator's browser calls them; `isEditing` changes virtual directories. */
function adminSession(context: Context, isEditing: boolean): Request[] {
  const { random, server } = context;
  const canary = `${random.hex(22)}.`;
  let time = workTime(context);
  const step = (facts: Partial<Request> & Pick<Request, 'stem'>): Request => {
    time += random.integer(900, 20_000);
    const { login: user, sid, address, browser: userAgent } = ADMINISTRATOR;
    return request(context, { time, protocol: 'Ecp', user, anchor: `Sid~${sid}`, routingHint: 'WindowsIdentity', address, userAgent, ...facts });
  };
  const call = (action: string, schema: string, ecp: readonly EcpRow[]): Request => {
    const stem = `/ecp/DDI/DDIService.svc/${action}`;
    const query = `ActivityCorrelationID=${random.guid()}&schema=${schema}&msExchEcpCanary=${canary}`;
    return step({ method: 'POST', stem, query, ecp, backEnd: { method: 'POST', stem, query, user: ADMINISTRATOR.login, status: 200 } });
  };
  const page = (stem: string): Request => step({ stem, backEnd: { stem, user: ADMINISTRATOR.login, status: 200 } });
  const session = [
    step({ stem: '/ecp/', status: 302 }),
    page('/ecp/default.aspx'),
    step({ stem: `/ecp/${server.build}/scripts/common.js` }),
    step({ stem: `/ecp/${server.build}/themes/default/main_default.css` }),
    ...repeat(6, () => call('GetList', 'MailboxService', [{ after: -40, command: "Get-Recipient.ResultSize='501'.RecipientTypeDetails='UserMailbox'" }])),
    call('GetList', 'VirtualDirectory', [{ after: -40, command: 'Get-OwaVirtualDirectory.ADPropertiesOnly=$true' }]),
  ];
  if (isEditing) session.push(...virtualDirectoryEdits(context, page, call));
  session.push(page('/ecp/logoff.aspx'), step({ stem: '/ecp/auth/TimeoutLogout.aspx' }));
  return session;
}

type Call = (action: string, schema: string, ecp: readonly EcpRow[]) => Request;

/** Plain addresses, an address taken away, and the admin center's reset button: what an attack also does, but honestly. */
function virtualDirectoryEdits({ random, server }: Context, page: (stem: string) => Request, call: Call): Request[] {
  const identity = random.guid();
  const set = (command: string): EcpRow[] => [
    { after: -300, command: `Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity='${identity}'` },
    { after: -80, command },
  ];
  return [
    page('/ecp/VDirMgmt/EditOABVDir.aspx'),
    call('GetObject', 'OABVirtualDirectory', [{ after: -20, command: `Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity='${identity}'` }]),
    call('SetObject', 'OABVirtualDirectory', set(`Set-OabVirtualDirectory.ExternalUrl='https://mail.contoso.example/OAB'.Identity='${identity}'`)),
    call('SetObject', 'OwaVirtualDirectory', set(`Set-OwaVirtualDirectory.ExternalUrl=$null.InternalUrl='https://mail.contoso.example/owa'.Identity='${identity}'`)),
    call('SetObject', 'ResetOABVirtualDirectory', resetCmdlets(server.name)),
  ];
}

/** What the admin center runs when somebody resets the virtual directory of the offline address book. */
export function resetCmdlets(server: string): EcpRow[] {
  const folder = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB';
  const site = `.WebSiteName='Default Web Site'.Server='${server}'.Role='ClientAccess'`;
  return [
    { after: -900, command: `Get-ExchangeServer.Identity='${server}'` },
    { after: -500, command: `Remove-OABVirtualDirectory.Force=$true.Identity='${server}\\OAB (Default Web Site)'` },
    { after: -100, command: `New-OABVirtualDirectory${site}.InternalURL='https://${server.toLowerCase()}.contoso.example/OAB'.Path='${folder}'` },
  ];
}

/** A program that books meeting rooms over EWS every ten minutes. */
export function serviceAccount(context: Context): Request[] {
  return repeat((DAYS * DAY_MS) / (10 * MINUTE_MS), (index) =>
    request(context, {
      time: FIRST_DAY + index * 10 * MINUTE_MS + context.random.integer(0, 4_000),
      protocol: 'Ews',
      method: 'POST',
      stem: '/EWS/Exchange.asmx',
      user: 'CONTOSO\\svc-rooms',
      address: '10.1.3.40',
      userAgent: 'ExchangeServicesClient/15.00.0913.015',
      authentication: 'NTLM',
      anchor: 'Sid~S-1-5-21-1004336348-1177238915-682003330-1590',
      routingHint: 'WindowsIdentity',
      backEnd: { method: 'POST', stem: '/EWS/Exchange.asmx', user: 'CONTOSO\\svc-rooms', status: 200 },
    }),
  );
}

/** What every server on the internet sees: search engines, curious scripts, mistyped names. */
export function internetNoise(context: Context): Request[] {
  const { random } = context;
  const visits = [
    { stem: '/', status: 302, userAgent: 'Mozilla/5.0 zgrab/0.x' },
    { stem: '/robots.txt', status: 404, userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
    { stem: '/favicon.ico', status: 404, userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:86.0) Gecko/20100101 Firefox/86.0' },
    { stem: '/.env', status: 404, userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/81.0.4044.129 Safari/537.36' },
    { stem: '/owa/', status: 302, userAgent: 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', protocol: 'Owa' as const },
    { stem: '/owa/admin.cfg', status: 302, userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/62.0.3202.62 Safari/537.36', protocol: 'Owa' as const },
    { stem: '/ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application', status: 200, userAgent: 'Mozilla/5.0 zgrab/0.x', protocol: 'Ecp' as const },
    { stem: '/autodiscover/autodiscover.xml', status: 401, userAgent: 'python-requests/2.24.0', protocol: 'Autodiscover' as const, authentication: 'Anonymous' as const },
  ];
  return repeat(60, () => request(context, { time: context.day + random.integer(0, DAY_MS - 1), address: `${random.pick(['198.51.100', '192.0.2'])}.${random.integer(121, 200)}`, host: context.server.address, ...random.pick(visits) }));
}

/** Managed Availability's probes: the bulk of a back-end log. */
export function backEndProbes(server: Server, random: Random): Request[] {
  const context = { server, random, day: FIRST_DAY };
  const mailbox = `CONTOSO\\HealthMailbox${random.hex(8)}`;
  const probes = [
    { method: 'POST', stem: '/powershell', query: 'clientApplication=ActiveMonitor;PSVersion=5.1.14393.3866', userAgent: 'Microsoft WinRM Client', user: mailbox },
    { method: 'GET', stem: '/ecp/exhealth.check', userAgent: 'AMProbe/Local/ClientAccess' },
    { method: 'GET', stem: '/owa/exhealth.check', userAgent: 'AMProbe/Local/ClientAccess' },
    { method: 'GET', stem: '/api/v1.0/$metadata', userAgent: 'Odata_PC_Probe/Local', status: 401 },
    { method: 'POST', stem: '/ews/exchange.asmx', userAgent: 'Ews_Probe/Local (ExchangeServicesClient/15.01.2176.002)', user: mailbox },
    { method: 'POST', stem: '/mapi/emsmdb/', query: 'useMailboxOfAuthenticatedUser=true', userAgent: 'MapiHttpClient', user: mailbox },
    { method: 'RPC_IN_DATA', stem: '/rpc/rpcproxy.dll', query: `${server.name}.contoso.example:6001&RequestId=${random.guid()}`, userAgent: 'MSRPC', user: `CONTOSO\\${server.name}$` },
    { method: 'POST', stem: '/Microsoft-Server-ActiveSync/Proxy', query: 'Cmd=Settings&DeviceType=ActiveMonitor', userAgent: 'TestActiveSyncConnectivity', status: 401 },
  ];
  return repeat((DAYS * DAY_MS) / MINUTE_MS, (index) => request(context, { time: FIRST_DAY + index * MINUTE_MS + random.integer(0, 9_000), address: '::1', ...random.pick(probes) }));
}

/** The probes that go the whole way through the front end. */
export function frontEndProbes(context: Context): Request[] {
  const { random } = context;
  const protocols = ['Autodiscover', 'Ecp', 'Ews', 'Mapi', 'Owa'] as const;
  return repeat((DAYS * DAY_MS) / (5 * MINUTE_MS), (index) => {
    const protocol = random.pick(protocols);
    const stem = `/${protocol.toLowerCase()}/healthcheck.htm`;
    return request(context, { time: FIRST_DAY + index * 5 * MINUTE_MS + random.integer(0, 2_000), protocol, stem, host: 'localhost', address: '127.0.0.1', userAgent: 'AMProbe/Local/ClientAccess', authentication: 'Anonymous', anchor: '', milliseconds: 1 });
  });
}

/** A health mailbox looks at its inbox rules in the control panel, day and night. */
export function controlPanelProbes(context: Context): Request[] {
  const { random } = context;
  return repeat((DAYS * DAY_MS) / (10 * MINUTE_MS), (index) => {
    const stem = '/ecp/RulesEditor/InboxRules.svc/GetList';
    const query = `msExchEcpCanary=${random.hex(22)}.`;
    const user = 'CONTOSO\\HealthMailbox0ae1c2d';
    return request(context, {
      time: FIRST_DAY + index * 10 * MINUTE_MS + random.integer(0, 5_000),
      protocol: 'Ecp',
      method: 'POST',
      stem,
      query,
      user,
      address: '127.0.0.1',
      userAgent: 'Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1; MSEXCHMON; ACTIVEMONITORING; ECPSELFTEST)',
      anchor: 'Sid~S-1-5-21-1004336348-1177238915-682003330-1133',
      backEnd: { method: 'POST', stem, query, user, status: 200 },
      ecp: [{ after: -10, command: 'Get-InboxRule' }],
    });
  });
}
