import type { LogTree } from '../samples/log-tree.ts';
import type { Random } from '../samples/random.ts';
import type { Request } from '../samples/request.ts';
import type { Server } from '../samples/server.ts';

const ALL_FIELDS =
  'date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken';

/** The row of a web site that logs every field, cookies too, and the name that a load balancer spoke for. */
export function writeFullIisRow(tree: LogTree, server: Server, request: Request, random: Random): void {
  const { time, method, stem, query, user, userAgent, referer, host, status, milliseconds } = request;
  const [date, clock] = new Date(time).toISOString().slice(0, 19).split('T');
  const plus = (text: string): string => text.replaceAll(' ', '+') || '-';
  const cells = [
    date,
    clock,
    'W3SVC1',
    server.name,
    server.address,
    method,
    stem,
    query ?? '-',
    443,
    user ?? '-',
    '10.1.9.2',
    'HTTP/1.1',
    plus(userAgent),
    cookie(server, random),
    plus(referer ?? ''),
    host,
  ];
  const text = [...cells, status, 0, 0, random.integer(200, 90_000), random.integer(200, 9_000), milliseconds, request.address].join(' ');
  const day = new Date(time).toISOString().slice(2, 10).replaceAll('-', '');
  const preamble = [
    '#Software: Microsoft Internet Information Services 10.0',
    '#Version: 1.0',
    `#Date: 20${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4)} 00:00:01`,
    `#Fields: ${ALL_FIELDS} X-Forwarded-For`,
  ];
  tree.add(`C/inetpub/logs/LogFiles/W3SVC1/u_ex${day}_x.log`, preamble, { time, text, planted: undefined });
}

function cookie({ name }: Server, random: Random): string {
  const parts = [
    `ClientId=${random.hex(32).toUpperCase()}`,
    `X-BackEndCookie=S-1-5-21-1004336348-1177238915-682003330-1604=u56Lnp2ejJqBz${random.hex(40)}/@==`,
    `X-BEResource=${name.toLowerCase()}.contoso.example~1942063232`,
    `X-OWA-CANARY=${random.hex(30)}/a@b].`,
    `cadata=${random.hex(180)}==`,
    'PrivateComputer=true',
    `X-AnonResource=true;+X-AnonResource-Backend=${name.toLowerCase()}~1942063232`,
    `UC=${random.hex(32)}`,
  ];
  return random.chance(0.2) ? '-' : parts.filter(() => random.chance(0.7)).join(';+') || '-';
}

/** A web site that logs in IIS's own format: no header, local time, and a comma at the end. */
export function writeNativeIisRow(tree: LogTree, server: Server, request: Request, random: Random): void {
  const { time, method, stem, query, user, address, status, milliseconds } = request;
  const [date = '', clock = ''] = new Date(time).toISOString().slice(0, 19).split('T');
  const [year, month, day] = date.split('-').map(Number);
  const seen = [address, user ?? '-', `${month}/${day}/${year}`, clock.replace(/^0/, ''), 'W3SVC3', server.name, server.address];
  const cells = [...seen, milliseconds, random.integer(200, 9_000), random.integer(200, 90_000), status, 0, method, stem, query ?? '-'];
  tree.add(`C/inetpub/logs/LogFiles/W3SVC3/u_in${date.slice(2).replaceAll('-', '')}.log`, [], {
    time,
    text: `${cells.join(', ')},`,
    planted: undefined,
  });
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A web site that logs as NCSA's server did: no header, and the request as it was sent. */
export function writeNcsaRow(tree: LogTree, random: Random, { time, method, stem, query, user, address, status }: Request): void {
  const [date = '', clock = ''] = new Date(time).toISOString().slice(0, 19).split('T');
  const [year, month, day] = date.split('-');
  const address4 = address.split('%')[0];
  const target = encodeURI(stem) + (query === undefined ? '' : `?${query}`);
  const text = `${address4} - ${user ?? '-'} [${day}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000] "${method} ${target} HTTP/1.1" ${status} ${random.integer(200, 90_000)}`;
  tree.add(`C/inetpub/logs/LogFiles/W3SVC4/u_nc${date.slice(2).replaceAll('-', '')}.log`, [], { time, text, planted: undefined });
}
