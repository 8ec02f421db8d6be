import { repeat, request, workTime, type Context } from './context.ts';
import type { Person } from './people.ts';
import type { Request } from './request.ts';
import { DOMAIN } from './server.ts';

/** One person's day with Outlook, a phone, a Mac or a browser. */
export function personsDay(person: Person, context: Context): Request[] {
  const { random } = context;
  return [
    ...repeat(person.usesMac ? 2 : random.integer(30, 42), () => mapi(person, context)),
    ...repeat(person.usesMac ? random.integer(26, 36) : 0, () => ews(person, context)),
    ...repeat(person.phone === undefined ? 0 : random.integer(22, 30), () => activeSync(person, context)),
    ...(random.chance(0.45) ? owaSession(person, context) : []),
    ...autodiscover(person, context),
    ...repeat(random.chance(0.6) ? 1 : 0, () => offlineAddressBook(person, context)),
  ];
}

function mapi(person: Person, context: Context): Request {
  const { server, random } = context;
  const stem = random.chance(0.85) ? '/mapi/emsmdb/' : '/mapi/nspi/';
  const query = `MailboxId=${person.mailbox}@${DOMAIN}`;
  const kind = random.pick(['Execute', 'Execute', 'NotificationWait', 'Connect']);
  const info = `R:{${random.guid().toUpperCase()}}:${random.integer(1, 90)};RT:${kind};CI:{${random.guid().toUpperCase()}}:${random.integer(10, 900)}`;
  const stages = `ResponseInfo=XRC:0;&Stage=BegReq:0;EndReq:${random.integer(3, 80)};`;
  return request(context, {
    time: workTime(context),
    protocol: 'Mapi',
    method: 'POST',
    stem,
    query,
    user: person.login,
    address: person.officeAddress,
    userAgent: person.outlook,
    authentication: 'Negotiate',
    anchor: `MailboxGuid~${person.mailbox}`,
    routingHint: 'MailboxGuidWithDomain',
    backEnd: {
      stem,
      query: `${query}&FrontEnd=${server.name}.${DOMAIN.toUpperCase()}&RequestId=${random.guid()}&ClientRequestInfo=${info}&${stages}`,
      user: person.login,
      status: 200,
    },
  });
}

function ews(person: Person, context: Context): Request {
  const status = context.random.chance(0.02) ? 500 : 200;
  return request(context, {
    time: workTime(context),
    protocol: 'Ews',
    method: 'POST',
    stem: '/EWS/Exchange.asmx',
    user: person.login,
    address: person.officeAddress,
    userAgent: 'MacOutlook/16.46.21021202 (Intelx64 Mac OS X Version 10.15.7 (Build 19H524))',
    status,
    authentication: 'NTLM',
    anchor: `Sid~${person.sid}`,
    routingHint: 'WindowsIdentity',
    backEnd: { stem: '/EWS/Exchange.asmx', user: person.login, status },
  });
}

function activeSync(person: Person, context: Context): Request {
  const command = context.random.pick(['Ping', 'Ping', 'Sync', 'FolderSync', 'ItemOperations']);
  const query = `User=${person.login.replace('\\', '%5C')}&DeviceId=${person.phone?.id ?? ''}&DeviceType=${person.phone?.type ?? ''}&Cmd=${command}`;
  return request(context, {
    time: workTime(context),
    method: 'POST',
    stem: '/Microsoft-Server-ActiveSync/default.eas',
    query,
    user: person.login,
    address: person.homeAddress,
    userAgent: person.phone?.agent ?? '',
    backEnd: { stem: '/Microsoft-Server-ActiveSync/Proxy/default.eas', query, user: person.login, status: 200 },
  });
}

/** From the address line to the inbox: the logon page and its files, the password, and what the inbox then asks for. */
function owaSession(person: Person, context: Context): Request[] {
  const { random, server } = context;
  const short = server.build.split('.').slice(0, 3).join('.');
  const address = random.pick([person.homeAddress, person.officeAddress]);
  let time = workTime(context);
  const step = (facts: Partial<Request> & Pick<Request, 'stem'>): Request => {
    time += random.integer(200, 9_000);
    return request(context, { time, protocol: 'Owa', address, userAgent: person.browser, ...facts });
  };
  const logonQuery = 'replaceCurrent=1&url=https%3a%2f%2fmail.contoso.example%2fowa%2f';
  const referer = `https://mail.contoso.example/owa/auth/logon.aspx?${logonQuery}`;
  const files = [`themes/resources/logon.css`, 'themes/resources/lgnbotl.gif', 'themes/resources/SegoeUI-SemiLight.ttf', 'scripts/premium/flogon.js'];
  const inbox = { user: person.mail, anchor: `Sid~${person.sid}`, routingHint: 'WindowsIdentity' };
  const visit = [
    step({ stem: '/owa/', status: 302 }),
    step({ stem: '/owa/auth/logon.aspx', query: logonQuery }),
    ...files.map((file) => step({ stem: `/owa/auth/${short}/${file}`, referer, routingHint: 'X-BEResource-Cookie' })),
    step({ stem: '/owa/auth.owa', method: 'POST', user: person.mail, status: 302, referer }),
    step({ stem: '/owa/', ...inbox, backEnd: { stem: '/owa/', user: person.login, status: 200 } }),
    step({ stem: `/owa/prem/${server.build}/scripts/boot.worldwide.0.mouse.js`, ...inbox }),
    ...repeat(random.integer(8, 16), () => {
      const query = `action=${random.pick(['GetItem', 'FindItem', 'GetConversationItems', 'SubscribeToNotification', 'CreateItem', 'SetInboxRule'])}&EP=1&ID=-${random.integer(1, 90)}&AC=1`;
      return step({ stem: '/owa/service.svc', method: 'POST', query, ...inbox, backEnd: { method: 'POST', stem: '/owa/service.svc', query, user: person.login, status: 200 } });
    }),
  ];
  // Legitimate pages that lie where web shells do, and the form of address that opens somebody else's mailbox.
  if (random.chance(0.3)) visit.push(step({ stem: '/owa/auth/expiredpassword.aspx', query: 'url=/owa/auth.owa' }));
  if (random.chance(0.2)) visit.push(step({ stem: '/owa/auth/errorFE.aspx', query: 'httpCode=500' }));
  if (random.chance(0.3)) visit.push(step({ stem: '/owa/sales@contoso.example/', ...inbox, status: 200 }));
  visit.push(step({ stem: '/owa/logoff.owa', ...inbox, status: 302 }), step({ stem: '/owa/auth/signout.aspx' }));
  return visit;
}

function autodiscover(person: Person, context: Context): Request[] {
  const time = workTime(context);
  const outlook = { address: person.officeAddress, userAgent: person.outlook, host: `autodiscover.${DOMAIN}`, protocol: 'Autodiscover' } as const;
  const answered = { user: person.login, anchor: `Sid~${person.sid}`, routingHint: 'WindowsIdentity', authentication: 'Negotiate' } as const;
  const found = request(context, {
    ...outlook,
    ...answered,
    time: time + 300,
    method: 'POST',
    stem: '/autodiscover/autodiscover.xml',
    backEnd: { stem: '/autodiscover/autodiscover.xml', user: person.login, status: 200 },
  });
  const asked = request(context, { ...outlook, time, method: 'POST', stem: '/autodiscover/autodiscover.xml', status: 401, authentication: 'Anonymous' });
  if (person.phone === undefined) return [asked, found];
  const query = `Email=${person.mail.replace('@', '%40')}&Protocol=ActiveSync&RedirectCount=1`;
  return [
    asked,
    found,
    request(context, { ...outlook, time: workTime(context), stem: '/autodiscover/autodiscover.json', query, userAgent: person.phone.agent, address: person.homeAddress }),
  ];
}

function offlineAddressBook(person: Person, context: Context): Request {
  return request(context, {
    time: workTime(context),
    stem: '/OAB/0d1f0b1e-5c1f-4f5e-8a3c-1d0c3b2a1f00/oab.xml',
    user: person.login,
    address: person.officeAddress,
    userAgent: 'Microsoft BITS/7.8',
  });
}
