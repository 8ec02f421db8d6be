import { request, type Context } from './context.ts';
import type { Request } from './request.ts';
import { DAY_MS, DAYS, FIRST_DAY } from './server.ts';

/** Names that third parties asked for in March 2021 to find the shells of others. */
const SHELL_NAMES =
  'OutlookEN OutlookJP RedirSuiteServerProxy errorEE errorEW errorFS ErrorAA Err0r zntwv getpp 928ccfacbe shell one TimeoutLogout logout help web discover'.split(' ');

const AGENTS = ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.182 Safari/537.36', 'Go-http-client/1.1', 'python-requests/2.25.1'];

/**
 * What the internet tried on a patched server in the first week of March 2021: questions whether it is vulnerable, exploits that are turned
 * away, sweeps for shells that are not there. Every row is planted in the sense that a scan should see it, at a level that alarms nobody.
 */
export function scanners(context: Context): Request[] {
  const { random } = context;
  const starts = Array.from({ length: 14 }, () => FIRST_DAY + random.integer(0, DAYS * DAY_MS - 600_000));
  return starts.flatMap((start, index) => {
    const visitor = { context, start, address: `203.0.113.${100 + index}` };
    return index % 3 === 0 ? shellSweep(visitor) : index % 3 === 1 ? vulnerabilityScan(visitor) : failedExploit(visitor);
  });
}

interface Visitor {
  readonly context: Context;
  readonly start: number;
  readonly address: string;
}

function shellSweep({ context, start, address }: Visitor): Request[] {
  const { random } = context;
  const userAgent = AGENTS[0] ?? '';
  const names = SHELL_NAMES.filter(() => random.chance(0.7));
  return names.flatMap((name, index) => {
    const time = start + index * 800;
    return [
      request(context, { time, address, userAgent, protocol: 'Owa', stem: `/owa/auth/${name}.aspx`, status: 302, planted: 'sweep' }),
      request(context, { time: time + 200, address, userAgent, stem: `/aspnet_client/${name}.aspx`, status: 404, planted: 'sweep' }),
    ];
  });
}

/** Microsoft's nmap script and its like. */
function vulnerabilityScan({ context, start, address }: Visitor): Request[] {
  const userAgent = context.random.pick([...AGENTS, 'Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)']);
  const facts = { address, userAgent, host: context.server.address, planted: 'scan' };
  return [
    request(context, { ...facts, time: start, stem: '/rpc/', status: 401 }),
    request(context, { ...facts, time: start + 900, protocol: 'Owa', stem: '/owa/auth/x.js', status: 500, anchor: 'ServerInfo~localhost/ecp/default.flt?', routingHint: 'X-AnonResource-Backend-Cookie' }),
    request(context, { ...facts, time: start + 1_900, protocol: 'Ecp', stem: '/ecp/default.flt', status: 404, anchor: 'ServerInfo~localhost/owa/auth/logon.aspx?', routingHint: 'X-BEResource-Cookie' }),
    request(context, { ...facts, time: start + 2_500, protocol: 'Ecp', stem: '/ecp/x.js', status: 500, anchor: 'ServerInfo~probe.scanner.example/ecp/default.flt?', routingHint: 'X-BEResource-Cookie' }),
  ];
}

/** The exploit as others ran it that week, against a server that checks the address it is given. */
function failedExploit({ context, start, address }: Visitor): Request[] {
  const { name } = context.server;
  const back = `ServerInfo~a]@${name}.contoso.example:444`;
  const facts = { address, protocol: 'Ecp', method: 'POST', stem: '/ecp/temp.js', routingHint: 'X-BEResource-Cookie', planted: 'attempt' } as const;
  return [
    request(context, { ...facts, time: start, userAgent: 'ExchangeServicesClient/0.0.0.0', status: 500, anchor: `${back}/autodiscover/autodiscover.xml?#` }),
    request(context, { ...facts, time: start + 1_100, userAgent: 'python-requests/2.25.1', status: 500, anchor: `${back}/mapi/emsmdb/?#` }),
    request(context, { ...facts, time: start + 2_300, userAgent: 'python-requests/2.25.1', protocol: 'Owa', stem: '/owa/auth/Current/themes/resources/logon.css', status: 405 }),
  ];
}
