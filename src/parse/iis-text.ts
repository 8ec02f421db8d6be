import { iisW3c } from './iis-w3c.ts';
import type { LogType } from './log-type.ts';
import { PROXY_NAMES } from './proxy-names.ts';
import { isDate, isTime, parseTimestamp } from './time.ts';

const isStatus = (value: string): boolean => /^\d{3}$/.test(value);
const isAddress = (value: string): boolean => /^(?:[\d.]{7,15}|[0-9a-f:.]*:[0-9a-f:.]*(?:%\w{1,16})?)$/i.test(value);
const methodShape = ['cs-method', (value: string): boolean => /^[A-Z][A-Z_-]{1,31}$/.test(value)] as const;

/** Formats of a web server that have no header: every line is cut by itself. */
const WITHOUT_HEADER = {
  tellingColumns: [],
  dialect: 'w3c',
  hostColumn: 's-computername',
  aliases: PROXY_NAMES,
} as const satisfies Partial<LogType>;

/** IIS's own format: fifteen values parted by commas, times in the server's local time (source: dissect.target's tests, IIS documentation). */
export const iisNative: LogType = {
  ...WITHOUT_HEADER,
  id: 'iis-native',
  title: 'IIS log in its own format',
  logSources: iisW3c.logSources,
  path: /(?:^|\/)(?:u_)?in\d{4,8}(?:_x)?\.log$/i,
  fileName: /^(?:u_)?in\d{4,8}.*\.log$/i,
  layouts: [
    (
      'c-ip cs-username date-local time-local s-sitename s-computername s-ip time-taken cs-bytes sc-bytes sc-status sc-win32-status ' +
      'cs-method cs-uri-stem cs-uri-query'
    ).split(' '),
  ],
  shapes: new Map<string, (value: string) => boolean>([
    ['c-ip', isAddress],
    ['date-local', isDate],
    ['time-local', isTime],
    ['sc-status', isStatus],
    methodShape,
  ]),
  leastColumn: 'cs-method',
  mappedFields: { date: { from: 'date-local' }, time: { from: 'time-local' } },
  cut: cutNative,
};

/** NCSA's common format, and what Apache and others add to it (referrer, user agent); its times name their offset. */
export const ncsa: LogType = {
  ...WITHOUT_HEADER,
  id: 'ncsa',
  title: 'Web server log in NCSA format',
  logSources: iisW3c.logSources,
  path: /(?:^|\/)(?:u_)?nc\d{4,8}(?:_x)?\.log$/i,
  fileName: /^(?:u_)?nc\d{4,8}.*\.log$/i,
  layouts: [
    'c-ip cs-ident cs-username DateTime cs-method cs-uri-stem cs-uri-query cs-version sc-status sc-bytes'.split(' '),
    'c-ip cs-ident cs-username DateTime cs-method cs-uri-stem cs-uri-query cs-version sc-status sc-bytes cs-referer cs-user-agent'.split(
      ' ',
    ),
  ],
  shapes: new Map<string, (value: string) => boolean>([
    ['DateTime', (value) => parseTimestamp(value) !== undefined],
    methodShape,
    ['sc-status', (value) => /^(?:\d{3}|-)?$/.test(value)],
  ]),
  leastColumn: 'cs-uri-stem',
  mappedFields: {},
  cut: cutNcsa,
};

/** Values are parted by a comma and a blank; a query may hold both. */
function cutNative(text: string): string[] {
  const cells = text.replace(/,\s*$/, '').split(', ');
  const [address = '', user = '', date = '', time = ''] = cells;
  if (cells.length < 4) return [];
  const [path, ...query] = cells.slice(13);
  const request = path === undefined ? [] : [path, ...(query.length > 0 ? [query.join(', ')] : [])];
  return [address, user, isoDate(date), time.padStart(8, '0'), ...cells.slice(4, 13), ...request];
}

/** `3/21/01` and `03/21/2001`: the month comes first, whatever the server's language. */
function isoDate(text: string): string {
  const [, month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(text) ?? [];
  if (month === undefined || day === undefined || year === undefined) return text;
  return `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

const NCSA_START = /^(\S{1,255}) (\S{1,255}) (.{1,512}?) \[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)\] "/;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function cutNcsa(text: string): string[] {
  const match = NCSA_START.exec(text);
  if (match === null) return [];
  const [whole, address = '', ident = '', user = '', day = '', month = '', year = '', time = '', hours = '', minutes = ''] = match;
  const date = `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day}T${time}${hours}:${minutes}`;
  // The request may hold quotes; the status is what stands behind the last one that may end it.
  const rest = text.slice(whole.length);
  const [, request = rest, status, bytes, referrer, agent] =
    /^(.*)" (\d{3}|-) (\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?$/.exec(rest) ?? /^(.*?)(?:" ?.*)?$/.exec(rest) ?? [];
  const [method = '', target = '', version = ''] = cutRequest(request);
  const at = target.indexOf('?');
  const [path, query] = at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
  const cells = [address, ident, user, date, method, path, query, version];
  const answer = status === undefined || bytes === undefined ? [] : [status, bytes];
  const headers = referrer === undefined || agent === undefined ? [] : [referrer, agent];
  return [...cells, ...answer, ...headers];
}

/** A request line that was cut has no version; an odd one has blanks in its target. */
function cutRequest(request: string): string[] {
  const [, method = request, target = '', version = ''] = /^(\S+) (.*?)(?: (HTTP\/\S*))?$/i.exec(request) ?? [];
  return [method, target, version];
}
