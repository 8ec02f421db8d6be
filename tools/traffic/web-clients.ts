import { repeat, request, workTime, type Context } from '../samples/context.ts';
import type { Person } from '../samples/people.ts';
import type { Request } from '../samples/request.ts';
import { DOMAIN } from '../samples/server.ts';

/** What speaks Exchange Web Services, apart from Outlook. */
const EWS_AGENTS = [
  'python-requests/2.31.0',
  'python-requests/2.25.1',
  'exchangelib/4.9.0 (python-requests/2.31.0)',
  'curl/8.4.0',
  'Java/1.8.0_392',
  'Apache-HttpClient/4.5.14 (Java/17.0.9)',
  'ExchangeServicesClient/15.00.0913.015',
  'ExchangeServicesClient/2.2.1.0+ews-java-api',
  'Mac OS X/10.15.7 (19H15); ExchangeWebServices/11.0 (314); Mail/13.4 (3608.120.23.2.7)',
  'macOS/13.6 (22G120) CalendarAgent/988',
  'MacOutlook/16.46.21021202 (Intelx64 Mac OS X Version 10.15.7 (Build 19H524))',
  'Go-http-client/1.1',
  'PHP-SOAP-CURL',
  'Evolution/3.36.5',
  'Mozilla/5.0 (compatible; MSAL 1.0) PKeyAuth/1.0',
  'ASProxy/CrossForest/EmailDomain/15.20.2052.0',
  'EAS-ASProxy/CrossForest/Directory/EmailDomain/EXCH/15.20.6500.000/OrgRelationship',
  'Teamwork-Rooms/4.2, Video, EWS',
];

/** Programs and Macs, in every state of signing in. */
export function ewsTraffic(context: Context, people: readonly Person[], count: number): Request[] {
  const { random } = context;
  return repeat(count, () => {
    const person = random.pick(people);
    const userAgent = random.pick(EWS_AGENTS);
    const status = random.pick([200, 200, 200, 200, 200, 200, 401, 403, 500, 503]);
    const user = status === 401 ? undefined : random.pick([person.login, 'CONTOSO\\svc-crm', 'CONTOSO\\gmsa-report$']);
    const [method, stem, query] = random.pick(EWS_PAGES)(person);
    return request(context, {
      time: workTime(context),
      protocol: 'Ews',
      method,
      stem,
      ...(query !== undefined && { query }),
      ...(user !== undefined && { user, backEnd: { method, stem, user, status } }),
      address: random.pick([person.officeAddress, person.homeAddress, '10.1.3.60']),
      userAgent,
      status,
      authentication: user === undefined ? 'Anonymous' : random.pick(['NTLM', 'Basic', 'Negotiate'] as const),
      anchor: random.pick([`Sid~${person.sid}`, `Smtp~${person.mail}`, `MailboxGuid~${person.mailbox}`]),
      routingHint: random.pick(['WindowsIdentity', 'AnchorMailboxHeader-SMTP', 'TargetServer']),
    });
  });
}

const EWS_PAGES: readonly ((person: Person) => readonly [method: string, stem: string, query?: string])[] = [
  () => ['POST', '/EWS/Exchange.asmx'],
  () => ['POST', '/ews/exchange.asmx'],
  () => ['POST', '/EWS/Exchange.asmx', ';SoapAction=FindItem;Version=Exchange2013_SP1;'],
  () => ['POST', '/EWS/mrsproxy.svc'],
  () => ['GET', '/EWS/Services.wsdl'],
  ({ mail }) => ['GET', '/EWS/Exchange.asmx/s/GetUserPhoto', `email=${encodeURIComponent(mail)}&size=HR96x96`],
];

/** Address books: the list of their files, then the files. */
export function addressBookTraffic(context: Context, people: readonly Person[], count: number): Request[] {
  const { random } = context;
  const book = '/OAB/0d1f0b1e-5c1f-4f5e-8a3c-1d0c3b2a1f00';
  return repeat(count, () => {
    const { login: user, officeAddress: address, sid } = random.pick(people);
    const stem = `${random.pick([book, book.toLowerCase()])}/${random.pick(['oab.xml', `${random.guid()}-data-${random.integer(1, 99)}.lzx`, `${random.guid()}-lng0407-3.lzx`, `${random.guid()}-binpatch-12.lzx`])}`;
    const method = random.pick(['GET', 'GET', 'HEAD']);
    return request(context, {
      time: workTime(context),
      protocol: 'Oab',
      method,
      stem,
      user,
      address,
      userAgent: random.pick(['Microsoft BITS/7.8', 'MacOutlook/16.46.21021202 (Intelx64 Mac OS X Version 10.15.7 (Build 19H524))']),
      status: random.pick([200, 200, 206, 304, 404]),
      authentication: 'Negotiate',
      anchor: `Sid~${sid}`,
      routingHint: 'WindowsIdentity',
      backEnd: { method, stem, user, status: 200 },
    });
  });
}

/** Published calendars: for everybody who knows the link. The page fetches its items from the service beside it. */
export function calendarTraffic(context: Context, people: readonly Person[], count: number): Request[] {
  const { random } = context;
  return repeat(count, () => {
    const person = random.pick(people);
    const owner = random.pick([`${random.guid()}@${DOMAIN}`, `a${random.guid().slice(1)}@${DOMAIN}`, person.mail, `anna.cerny@${DOMAIN}`]);
    const folder = `/owa/calendar/${owner}/${owner.includes('-') ? `${random.hex(32)}${random.integer(1e9, 9e9)}` : 'Calendar'}`;
    const [method, file, query, userAgent] = random.pick([
      ['GET', 'calendar.html', undefined, person.browser],
      ['GET', 'calendar.ics', undefined, 'Google-Calendar-Importer'],
      ['GET', 'calendar.ics', undefined, 'macOS/11.2.1 (20D74) CalendarAgent/946'],
      ['GET', 'S-1-8-3265/reachcalendar.ics', undefined, 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13801; Pro)'],
      ['POST', 'service.svc', 'action=FindItem&ID=-1&AC=1', person.browser],
      ['GET', 'calendar.html', 'url=..%2f..%2fcalendar', person.browser],
    ] as const);
    return request(context, {
      time: workTime(context),
      protocol: 'OwaCalendar',
      method,
      stem: `${folder}/${file}`,
      ...(query !== undefined && { query }),
      address: person.homeAddress,
      userAgent,
      status: random.pick([200, 200, 200, 404]),
      authentication: 'Anonymous',
      anchor: random.pick([`Smtp~${owner}`, `MailboxGuid~${person.mailbox}`]),
      routingHint: 'MailboxGuidWithDomain',
      backEnd: { method, stem: `${folder}/${file}`, user: '-', status: 200 },
    });
  });
}

/** Both versions of Autodiscover, as phones, Outlook, other organisations and testers ask. */
export function autodiscoverTraffic(context: Context, people: readonly Person[], count: number): Request[] {
  const { random } = context;
  return repeat(count, () => {
    const person = random.pick(people);
    const [method, stem, query, userAgent] = random.pick(AUTODISCOVER)(person);
    const isSecondVersion = stem.toLowerCase().includes('.json');
    const status = isSecondVersion ? random.pick([200, 200, 200, 302, 400, 404]) : random.pick([200, 200, 401, 302, 500]);
    const user = isSecondVersion || status === 401 ? undefined : person.login;
    return request(context, {
      time: workTime(context),
      protocol: 'Autodiscover',
      host: random.pick([`autodiscover.${DOMAIN}`, DOMAIN]),
      method,
      stem,
      ...(query !== undefined && { query }),
      ...(user !== undefined && { user, backEnd: { method, stem, user, status } }),
      address: person.homeAddress,
      userAgent,
      status,
      authentication: user === undefined ? 'Anonymous' : 'Negotiate',
      anchor: user === undefined ? `Smtp~${person.mail}` : `Sid~${person.sid}`,
      routingHint: 'AnchorMailboxHeader-SMTP',
    });
  });
}

const AUTODISCOVER: readonly ((person: Person) => readonly [method: string, stem: string, query: string | undefined, userAgent: string])[] =
  [
    ({ mail }) => [
      'GET',
      '/autodiscover/autodiscover.json',
      `Email=${mail}&Protocol=ActiveSync&RedirectCount=1`,
      'Outlook-iOS-Android/1.0',
    ],
    ({ mail }) => [
      'GET',
      '/autodiscover/autodiscover.json',
      `Email=${encodeURIComponent(mail)}&Protocol=Autodiscoverv1&RedirectCount=3`,
      'Apple-iPhone12C1/1804.66',
    ],
    ({ mail }) => [
      'GET',
      `/autodiscover/autodiscover.json/v1.0/${mail}`,
      'Protocol=AutodiscoverV1&RedirectCount=1',
      'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13801; Pro)',
    ],
    ({ mail }) => ['GET', `/Autodiscover/AutoDiscover.json/v1.0/${mail}`, 'Protocol=ews', 'Teams/1.4.00.2879'],
    ({ mail }) => ['GET', '/autodiscover/autodiscover.json', `Email=${mail}&Protocol=Powershell`, 'Microsoft WinRM Client'],
    ({ mail }) => [
      'GET',
      '/autodiscover/autodiscover.json',
      `Email=${mail}&Protocol=Rest&SkipServiceRedirect=true&AnchorMailbox=${mail}`,
      'python-requests/2.31.0',
    ],
    ({ outlook }) => ['POST', '/autodiscover/autodiscover.xml', undefined, outlook],
    ({ outlook }) => ['POST', '/Autodiscover/Autodiscover.xml', undefined, outlook],
    () => ['GET', '/autodiscover/autodiscover.xml', undefined, 'Mozilla/5.0 (compatible; MSRCA)'],
    () => ['POST', '/autodiscover/autodiscover.svc', undefined, 'ASAutodiscover/CrossForest/EmailDomain/15.20.2052.0'],
    () => ['POST', '/autodiscover/autodiscover.svc/WSSecurity', undefined, 'ExchangeServicesClient/15.01.2507.006'],
  ];
