import { repeat, request, workTime, type Context } from '../samples/context.ts';
import { ADMINISTRATOR, type Person } from '../samples/people.ts';
import type { Request } from '../samples/request.ts';

/** Pages that lie where web shells do, addresses inside of addresses, uploads and downloads: Outlook on the web on an ordinary day. */
export function webMailTraffic(context: Context, people: readonly Person[], count: number): Request[] {
  const { random } = context;
  return repeat(count, () => {
    const person = random.pick(people);
    const [method, stem, query, status = 200] = random.pick(random.chance(0.4) ? ANONYMOUS_PAGES : MAILBOX_PAGES)(person, context);
    const isSignedIn = !stem.startsWith('/owa/auth') && stem !== '/owa/logon';
    return request(context, {
      time: workTime(context),
      protocol: 'Owa',
      method,
      stem,
      ...(query !== undefined && { query }),
      ...(isSignedIn && { user: person.mail, backEnd: { method, stem, user: person.login, status } }),
      address: random.pick([person.homeAddress, person.officeAddress]),
      userAgent: person.browser,
      referer: 'https://mail.contoso.example/owa/',
      status,
      anchor: isSignedIn ? `Sid~${person.sid}` : '',
      // Files of the front end itself have the hint without an address in front of a path.
      routingHint: isSignedIn ? 'WindowsIdentity' : 'X-BEResource-Cookie',
    });
  });
}

type Page = (person: Person, context: Context) => readonly [method: string, stem: string, query?: string | undefined, status?: number];

const ANONYMOUS_PAGES: readonly Page[] = [
  () => [
    'GET',
    '/owa/auth/logon.aspx',
    'replaceCurrent=1&url=https%3a%2f%2fmail.contoso.example%2fowa%2f%3fpath%3d%2fmail%2fsearch%2fpowershell',
  ],
  () => [
    'GET',
    '/owa/auth/logon.aspx',
    'replaceCurrent=1&reason=2&url=https%3a%2f%2fmail.contoso.example%2fecp%2fDDI%2fDDIService.svc%2fGetList%3fschema%3dVirtualDirectory',
  ],
  () => ['GET', '/owa/auth/logon.aspx', 'url=https://mail.contoso.example/owa/../ecp/?rfr=owa&reason=0'],
  ({ mail }) => [
    'GET',
    '/owa/auth/logon.aspx',
    `url=https%3a%2f%2fmail.contoso.example%2fowa%2f${encodeURIComponent(mail)}%2f%3frealm%3dcontoso.example`,
  ],
  () => ['POST', '/owa/auth/logon.aspx', 'replaceCurrent=1&url=https%3a%2f%2fmail.contoso.example%2fowa%2f'],
  // A link in a mail or on a page that opens a new message, for somebody who has yet to sign in.
  () => [
    'GET',
    '/owa/auth/logon.aspx',
    'replaceCurrent=1&url=https%3a%2f%2fmail.contoso.example%2fowa%2f%3fae%3dItem%26t%3dIPM.Note%26a%3dNew%26subject%3dPing%2520from%2520Anna',
  ],
  () => ['POST', '/owa/auth.owa', undefined, 302],
  () => ['GET', '/owa/auth/expiredpassword.aspx', 'url=/owa/auth.owa'],
  () => ['POST', '/owa/auth/expiredpassword.aspx', 'url=/owa/auth.owa', 302],
  () => ['GET', '/owa/auth/errorFE.aspx', 'CafeError=SSLCertificateProblem&msg=ErrorX'],
  () => ['GET', '/owa/auth/errorfe.aspx', 'httpCode=404'],
  () => [
    'GET',
    '/owa/auth/frowny.aspx',
    'app=people&et=ServerError&esrc=MasterPage&te=System.NullReferenceException&refurl=https%3a%2f%2fmail.contoso.example%2fowa%2f',
  ],
  () => ['GET', '/owa/auth/OutlookCN.aspx'],
  () => ['GET', '/owa/auth/GetIdToken.htm', 'resource=https%3a%2f%2fmail.contoso.example%2fowa%2f'],
  () => ['GET', '/owa/auth/RedirSuiteServiceProxy.aspx', 'returnUrl=https%3a%2f%2fmail.contoso.example%2f'],
  () => ['GET', '/owa/auth/SvmFeedback.aspx'],
  () => ['GET', '/owa/auth/logoff.aspx', 'Cmd=logoff&src=exch'],
  () => ['GET', '/owa/auth/signout.aspx', 'ReturnUrl=/owa/'],
  () => ['GET', '/owa/auth/Current/themes/resources/owafont_ja.css'],
  () => ['GET', '/owa/auth/15.1.2176/scripts/premium/fexppw.js'],
  () => ['GET', '/owa/auth/15.1.2176/themes/resources/favicon.ico'],
  () => ['GET', '/owa/auth/owaauth.dll', undefined, 302],
];

const MAILBOX_PAGES: readonly Page[] = [
  (_, { random }) => [
    'POST',
    '/owa/service.svc',
    `action=${random.pick(['FindItem', 'CreateItem', 'SetInboxRule', 'NewInboxRule', 'UpdateItem'])}&EP=1&ID=-${random.integer(1, 90)}&AC=1`,
  ],
  (_, { random }) => [
    'GET',
    '/owa/service.svc/s/GetFileAttachment',
    `id=AAMkAD${random.hex(24)}%3D&X-OWA-CANARY=${random.hex(30)}.&filename=invoice.aspx.pdf`,
  ],
  (_, { random }) => [
    'GET',
    '/owa/service.svc/s/GetPersonaPhoto',
    `email=kim%40contoso.example&UA=0&size=HR96x96&sc=${random.integer(1, 1e9)}`,
  ],
  (_, { random }) => [
    'POST',
    '/owa/ev.owa2',
    `ns=PendingRequest&ev=FinishNotificationRequest&UA=0&cid=${random.guid()}&X-OWA-CANARY=${random.hex(30)}.`,
    241,
  ],
  (_, { random }) => ['POST', '/owa/plt1.ashx', `vId=${random.guid()}&CSVer=1&st=false&ALT=0&nId=0`],
  () => ['POST', '/owa/sessiondata.ashx', 'appcacheclient=0&acver=&crr=1'],
  (_, { server }) => ['GET', `/owa/prem/${server.build}/scripts/boot.worldwide.1.mouse.js`],
  (_, { server }) => ['GET', `/owa/prem/${server.build}/resources/styles/0/boot.mouse.css`],
  (_, { server }) => ['GET', `/owa/${server.build}/owafx/themes/base/base.css`],
  () => ['GET', '/owa/userspecificresourceinjector.ashx', 'ver=15.1.2176.2&appcacheclient=1&layout=mouse'],
  () => ['GET', '/owa/manifests/appcachemanifesthandler.ashx', 'owamanifest=1'],
  () => ['GET', '/owa/', 'ae=Item&a=New&to=kim@contoso.example&subject=cmd.exe%20and%20powershell%20help'],
  () => ['GET', '/owa/', 'path=/mail/search/rp&q=%3Cscript%3E'],
  () => ['GET', '/owa/redir.aspx', 'C=x&URL=https%3a%2f%2fsearch.example%2f%3fq%3dcurl%2btimeout%26hl%3den'],
  () => ['GET', '/owa/redir.aspx', 'REF=x&URL=https%3a%2f%2fnews.example%2fautodiscover.json%3f%40powershell'],
  ({ mail }) => ['GET', `/owa/${mail}/`],
  ({ mail }) => ['GET', `/owa/${mail}/`, 'offline=disabled&layout=mouse'],
  () => ['GET', '/owa/sales@contoso.example/service.svc/s/GetFileAttachment', 'id=AAMk'],
  () => ['GET', '/owa/attachment.ashx', 'attach=1&id=RgAAAA&attid0=BAA&attcnt=1'],
  () => ['POST', '/owa/lang.owa', undefined, 302],
  () => ['GET', '/owa/keepalive.owa'],
  () => ['GET', '/owa/ping.owa'],
  () => ['POST', '/owa/service.svc', 'action=LogDatapoint&EP=1', 440],
  () => ['GET', '/owa/no/such/page.aspx', undefined, 404],
  () => ['POST', '/owa/service.svc', 'action=GetItem', 500],
];

/** People in their own options, and administrators in pages that the admin center opens. */
export function controlPanelTraffic(context: Context, people: readonly Person[], count: number): Request[] {
  const { random } = context;
  return repeat(count, () => {
    const isAdministrator = random.chance(0.3);
    const person = random.pick(people);
    const [method, stem, query, status = 200] = random.pick(isAdministrator ? ADMIN_PAGES : OPTION_PAGES)(person, context);
    const user = isAdministrator ? ADMINISTRATOR.login : person.login;
    return request(context, {
      time: workTime(context),
      protocol: 'Ecp',
      method,
      stem,
      ...(query !== undefined && { query }),
      user: isAdministrator ? user : person.mail,
      address: isAdministrator ? ADMINISTRATOR.address : person.officeAddress,
      userAgent: isAdministrator ? ADMINISTRATOR.browser : person.browser,
      status,
      anchor: `Sid~${isAdministrator ? ADMINISTRATOR.sid : person.sid}`,
      routingHint: 'WindowsIdentity',
      backEnd: { method, stem, ...(query !== undefined && { query }), user, status },
    });
  });
}

const OPTION_PAGES: readonly Page[] = [
  (_, { random }) => ['POST', '/ecp/RulesEditor/InboxRules.svc/NewObject', `msExchEcpCanary=${random.hex(22)}.`],
  (_, { random }) => ['POST', '/ecp/RulesEditor/InboxRules.svc/SetObject', `msExchEcpCanary=${random.hex(22)}.`],
  (_, { random }) => ['POST', '/ecp/RulesEditor/InboxRules.svc/NewObject', `msExchEcpCanary=${random.hex(22)}.`, 500],
  () => ['GET', '/ecp/', 'rfr=owa&p=PersonalSettings/Password.aspx&exsvurl=1&realm=contoso.example'],
  () => ['GET', '/ecp/MyGroups/PersonalGroups.aspx', 'showhelp=false'],
  () => ['GET', '/ecp/WebResource.axd', 'd=pynGkmcFUV13He1Qd6_TZ&t=637100000000000000'],
  () => ['GET', '/ecp/ScriptResource.axd', 'd=NJmAwtEo3Ipnlaxl6CMhvm&t=ffffffffa50b1b2a'],
  () => ['GET', '/ecp/PersonalSettings/HomePage.aspx', 'showhelp=false&__VIEWSTATE=short', 200],
  (_, { server }) => ['GET', `/ecp/${server.build}/scripts/js.axd`, 'resources=Common&v=15.1.2176.2'],
  () => ['GET', '/ecp/auth/TimeoutLogout.aspx'],
];

const ADMIN_PAGES: readonly Page[] = [
  (_, { random }) => [
    'POST',
    '/ecp/DDI/DDIService.svc/GetList',
    `ActivityCorrelationID=${random.guid()}&schema=VirtualDirectory&msExchEcpCanary=${random.hex(22)}.`,
  ],
  (_, { random }) => ['POST', '/ecp/DDI/DDIService.svc/SetObject', `schema=OABVirtualDirectory&msExchEcpCanary=${random.hex(22)}.`],
  (_, { random }) => ['POST', '/ecp/DDI/DDIService.svc/SetObject', `schema=ResetOABVirtualDirectory&msExchEcpCanary=${random.hex(22)}.`],
  (_, { random }) => ['POST', '/ecp/DDI/DDIService.svc/NewObject', `schema=ExchangeCertificate&msExchEcpCanary=${random.hex(22)}.`],
  () => ['GET', '/ecp/CertMgmt/NewCertificate.aspx', 'pwmcid=5&ReturnObjectType=1'],
  () => ['GET', '/ecp/VDirMgmt/ResetVirtualDirectory.aspx', 'pwmcid=6&ReturnObjectType=1&schema=ResetOABVirtualDirectory'],
  () => ['POST', '/ecp/default.aspx'],
  () => ['GET', '/ecp/Reporting/MessageTrace.aspx', undefined, 500],
];
