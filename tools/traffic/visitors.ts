import { repeat, request, type Context } from '../samples/context.ts';
import type { Person } from '../samples/people.ts';
import type { Request } from '../samples/request.ts';
import { anyTime } from './machines.ts';

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

/** A SharePoint farm whose pages the same web server has: editors, and a monitor. */
export function sharePointTraffic(context: Context, people: readonly Person[], count: number): Request[] {
  const { random } = context;
  const site = 'https://intranet.contoso.example/sites/sales';
  return repeat(count, () => {
    const { login, browser, officeAddress: address } = random.pick(people);
    const visit = {
      time: anyTime(context),
      host: 'intranet.contoso.example',
      address,
      userAgent: browser,
      user: login,
      referer: `${site}/SitePages/Home.aspx`,
    };
    return {
      ...request(context, { ...visit, stem: '/sites/sales/SitePages/Home.aspx' }),
      ...random.pick<Partial<Request>>([
        { method: 'POST', stem: '/sites/sales/_layouts/15/ToolPane.aspx', query: 'DisplayMode=Edit&ToolPaneView=2' },
        { stem: '/_layouts/15/start.aspx' },
        { stem: '/_layouts/15/start.aspx', userAgent: 'curl/8.4.0', address: '10.1.3.71' },
        { stem: '/_layouts/15/SignOut.aspx' },
        { stem: '/_layouts/15/1033/initstrings.js', query: 'rev=abc' },
        { method: 'POST', stem: '/_vti_bin/client.svc/ProcessQuery' },
      ]),
    };
  });
}
