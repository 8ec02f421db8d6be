import { iisW3c } from './iis-w3c.ts';
import type { LogType } from './log-type.ts';

const COLUMNS = 'date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename'.split(' ');
const isPort = (value: string): boolean => /^(?:\d{1,5}|-)$/.test(value);

/** What HTTP.sys answered itself or gave up: requests that no web site has seen. Files of before 2016 have no line that names the columns. */
export const httperr: LogType = {
  id: 'httperr',
  title: 'HTTP.sys error log',
  logSources: [{ product: 'windows', service: 'httperr' }],
  tellingColumns: ['s-reason', 's-queuename'],
  path: /(?:^|\/)HTTPERR(?:_Logs)?\/|(?:^|\/)httperr\d/i,
  fileName: /^httperr\d+.*\.log$/i,
  dialect: 'w3c',
  layouts: [COLUMNS, COLUMNS.filter((column) => column !== 'streamid')],
  shapes: new Map<string, (value: string) => boolean>([
    ...[...iisW3c.shapes].filter(([column]) => column === 'date' || column === 'time'),
    ['c-port', isPort],
    ['s-port', isPort],
    ['cs-version', (value) => /^(?:HTTP\/\d(?:\.\d)?|-)$/i.test(value)],
    ['streamid', (value) => /^(?:\d+|-)$/.test(value)],
    ['sc-status', (value) => /^(?:\d{3}|-)$/.test(value)],
  ]),
  leastColumn: 's-reason',
  hostColumn: 's-computername',
  mappedFields: {
    'cs-uri-stem': { from: 'cs-uri', map: (uri) => uri.split('?', 1)[0] ?? '', isPart: true },
    'cs-uri-query': { from: 'cs-uri', map: (uri) => (uri.includes('?') ? uri.slice(uri.indexOf('?') + 1) : ''), isPart: true },
  },
};
