import type { LogTree } from './log-tree.ts';
import type { Random } from './random.ts';
import type { Request } from './request.ts';
import { DAY_MS, type Server } from './server.ts';

const FIELDS =
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken';

export type Site = 'W3SVC1' | 'W3SVC2';

/** The row of the front-end web site, and where the request was proxied, that of the back-end site. */
export function writeIisRows(tree: LogTree, server: Server, request: Request, id: string, random: Random): void {
  const { time, planted, user, status } = request;
  const frontQuery = `${request.query ?? ''}${exchangeSuffix(request, id, random)}`;
  writeRow(tree, 'W3SVC1', { ...request, text: row(server, request, { query: frontQuery, port: 443, user: user ?? '-', address: request.address, status }), time, planted });
  if (request.backEnd === undefined) return;
  const { method = request.method, stem, query, user: backUser, status: backStatus, planted: backPlanted } = request.backEnd;
  const backQuery = `${query ?? ''}&${random.pick(['ActID', 'reqId', 'request_id'])}=${random.guid()}`;
  const backRequest = { ...request, method, stem, time: time - 4 };
  const text = row(server, backRequest, { query: backQuery, port: 444, user: backUser, address: `fe80::1d2c:3b4a:5968:7786%3`, status: backStatus });
  writeRow(tree, 'W3SVC2', { text, time: time - 4, planted: backPlanted });
}

/** A probe of Managed Availability, which goes to the back end directly. */
export function writeProbe(tree: LogTree, server: Server, request: Request): void {
  const { time, status, address, query = '-', user = '-' } = request;
  writeRow(tree, 'W3SVC2', { text: row(server, request, { query, port: 444, user, address, status }), time, planted: undefined });
}

interface WrittenRow {
  readonly text: string;
  readonly time: number;
  readonly planted?: string | undefined;
}

function writeRow(tree: LogTree, site: Site, { text, time, planted }: WrittenRow): void {
  const day = new Date(time).toISOString().slice(2, 10).replaceAll('-', '');
  const started = `${new Date(Math.floor(time / DAY_MS) * DAY_MS).toISOString().slice(0, 10)} 00:00:00`;
  tree.add(`C/inetpub/logs/LogFiles/${site}/u_ex${day}.log`, preamble(started), { time, text, planted });
}

function preamble(started: string): string[] {
  return ['#Software: Microsoft Internet Information Services 10.0', '#Version: 1.0', `#Date: ${started}`, `#Fields: ${FIELDS}`];
}

/** HTTP.sys writes its header again when it opens the file again: after a restart, or a quiet quarter of an hour. */
export function repeatHeader(tree: LogTree, site: Site, time: number): void {
  const lines = preamble(new Date(time).toISOString().slice(0, 19).replace('T', ' '));
  for (const text of lines) writeRow(tree, site, { text, time });
}

interface SeenBySite {
  readonly query: string;
  readonly port: number;
  readonly user: string;
  readonly address: string;
  readonly status: number;
}

function row(server: Server, { time, method, stem, userAgent, referer, milliseconds }: Request, seen: SeenBySite): string {
  const [date, clock] = new Date(time).toISOString().slice(0, 19).split('T');
  const substatus = seen.status === 401 ? '2 5' : '0 0';
  const values = [date, clock, server.address, method, stem, seen.query || '-', seen.port, seen.user, seen.address];
  return [...values, plus(userAgent) || '-', plus(referer ?? '') || '-', seen.status, substatus, milliseconds].join(' ');
}

function plus(text: string): string {
  return text.replaceAll(' ', '+');
}

/** What Exchange appends to the query it lets IIS log; the order changes from request to request. */
function exchangeSuffix({ protocol, stem, query }: Request, id: string, random: Random): string {
  if (protocol === undefined && !/^\/(?:Microsoft-Server-ActiveSync|OAB|rpc)\b/i.test(stem)) return '';
  const parts = [`CorrelationID=<empty>;`, `cafeReqId=${id};`];
  if (protocol === 'Owa') parts.push('encoding=;');
  if (query !== undefined && random.chance(0.3)) parts.unshift(`ClientId=${random.hex(32).toUpperCase()}`);
  return `&${parts.join('&')}`;
}
