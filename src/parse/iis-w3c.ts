import { ACCESS_TOKEN_FIELDS } from './access-token.ts';
import { ecpCanaryFrom } from './ecp-canary.ts';
import type { LogType } from './log-type.ts';
import { PROXY_NAMES } from './proxy-names.ts';
import { REQUEST_ID_FIELD } from './request-id.ts';
import { isDate, isTime } from './time.ts';

const LAYOUTS = [
  // IIS 8 and later.
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
  // All fields switched on.
  'date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken',
  // All fields but cookies.
  'date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken',
  // Default with both byte counts (observed in lnav's logfile_w3c.6).
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken',
  // Default with cookies (observed in plaso's iis10_cookies.log).
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Cookie) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
  // IIS 7.
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken',
  // IIS 6.
  'date time s-sitename s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status',
].map((fields) => fields.split(' '));

const isNumber = (value: string): boolean => /^\d{1,12}$/.test(value);

/** IIS and HTTP.sys in W3C extended form, any `#Fields`. */
export const iisW3c: LogType = {
  id: 'iis-w3c',
  title: 'IIS W3C extended log',
  logSources: [{ category: 'webserver', product: 'windows', service: 'iis' }, { category: 'proxy' }],
  tellingColumns: ['cs-uri-stem', 'cs-method', 'cs-uri', 'cs-uri-query'],
  // Those of HTTP.sys, and of FTP sites.
  foreignColumns: ['s-reason', 's-queuename', 'x-session', 'x-fullpath'],
  path: /(?:^|\/)(?:IIS_)?W3SVC\d+(?:_Logs)?\/|(?:^|\/)u_ex(?:tend)?\d+/i,
  // IIS names its logs for their format and the time that one covers: u_ex210303.log, u_extend1.log, ex0903.log.
  fileName: /^(?:u_)?(?:ex|extend)\d+.*\.log$/i,
  dialect: 'w3c',
  layouts: LAYOUTS,
  shapes: new Map<string, (value: string) => boolean>([
    ['date', isDate],
    ['time', isTime],
    ['cs-method', (value) => /^[A-Z][A-Z_-]{1,31}$/.test(value)],
    ['cs-uri-stem', (value) => /^[/*-]/.test(value)],
    ['s-port', (value) => /^\d{1,5}$/.test(value)],
    ['sc-status', (value) => /^\d{3}$/.test(value)],
    ['sc-substatus', (value) => /^\d{1,3}$/.test(value)],
    ['sc-win32-status', isNumber],
    ['sc-bytes', isNumber],
    ['cs-bytes', isNumber],
    ['time-taken', isNumber],
  ]),
  leastColumn: 'cs-uri-stem',
  hostColumn: 's-computername',
  columnName: taxonomyName,
  aliases: PROXY_NAMES,
  derivedFields: { ...ACCESS_TOKEN_FIELDS, ...ecpCanaryFrom('cs-uri-query'), ...REQUEST_ID_FIELD },
  mappedFields: {
    'c-win32-status': { from: 'sc-win32-status' },
    'time-taken': { from: 'TimeTakenMS' },
  },
};

/** `cs(User-Agent)` is `cs-user-agent`, the Sigma taxonomy's spelling of a header field; re-exports write `cs_uri_stem` for `cs-uri-stem`. */
function taxonomyName(column: string): string {
  const [, side, header] = /^(cs|sc|s|c)\((.+)\)$/i.exec(column) ?? [];
  const name = side === undefined || header === undefined ? column : `${side}-${header}`.toLowerCase();
  const dashed = /^(?:cs|sc|s|c)_/i.test(name) ? name.replaceAll('_', '-') : name;
  return dashed === 'cs-referrer' ? 'cs-referer' : dashed;
}
