import { ecpCanaryFrom } from './ecp-canary.ts';
import { cmdletOf, parametersOf } from './ecp-command.ts';
import { decodeEventData } from './ecp-event-data.ts';
import { MANAGEMENT, type LogType } from './log-type.ts';
import { parseTimestamp } from './time.ts';

const COLUMNS = ['TimeStamp', 'ServerName', 'EventId', 'EventData'];
const isTimestamp = (value: string): boolean => parseTimestamp(value) !== undefined;
const isPacked = (value: string): boolean => /^'?(?:S|I32|F|Dbl|Dt):/.test(value);

/** What the two ECP logs share. Both write four columns; everything of interest is packed into `EventData`. */
const ECP = {
  tellingColumns: ['EventData'],
  dialect: 'csv',
  twinColumn: 'EventId',
  leastColumn: 'EventData',
  hostColumn: 'ServerName',
} as const satisfies Partial<LogType>;

const URL_FIELDS = {
  'cs-uri-stem': { from: 'URL', map: (url) => url.split('?', 1)[0] ?? '' },
  'cs-uri-query': { from: 'URL', map: (url) => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '') },
} as const satisfies LogType['mappedFields'];

/** One row per request to the Exchange Control Panel, with the cmdlet it ran (`CMD`), its `URL` and its error (`EX`). */
export const ecpServer: LogType = {
  ...ECP,
  id: 'ecp-server',
  title: 'ECP Server log',
  logSources: [{ product: 'exchange', service: 'ecp-server' }, MANAGEMENT],
  logTypeLine: 'ECP Server Log',
  path: /(?:^|\/)ECP\/Server\/|(?:^|\/)ECPServer\d/i,
  fileName: /^ECPServer\d.*\.log$/i,
  // The second is an excerpt that kept only the time and the packed column, as analysts paste it into reports.
  layouts: [COLUMNS, ['TimeStamp', 'EventData']],
  shapes: new Map([
    ['TimeStamp', isTimestamp],
    ['EventId', (value) => value.startsWith('ECP.')],
    ['EventData', isPacked],
  ]),
  derivedFields: ecpCanaryFrom('URL'),
  mappedFields: {
    ...URL_FIELDS,
    command: { from: 'CMD' },
    Cmdlet: { from: 'CMD', map: cmdletOf },
    Parameters: { from: 'CMD', map: parametersOf },
    // What it says matters to people; that there was an error, to rules.
    ExecutionResult: { from: 'EX', map: (error) => (error === '' ? '' : 'Error') },
  },
  packed: {
    column: 'EventData',
    keys: 'TIME SID CMD REQID URL REFERRER EX ACTID RS BLD TNAME TID USID EDOID ACID'.split(' '),
    decode: decodeEventData,
  },
};

/** One row per activity of the Exchange Control Panel: user (`PSA`), `URL` and resource counters. */
export const ecpActivity: LogType = {
  ...ECP,
  id: 'ecp-activity',
  title: 'ECP Activity log',
  logSources: [{ product: 'exchange', service: 'ecp-activity' }],
  logTypeLine: 'ECP Activity Context Log',
  path: /(?:^|\/)ECP\/Activity\/|(?:^|\/)ECPActivity_?\d/i,
  fileName: /^ECPActivity_?\d.*\.log$/i,
  layouts: [COLUMNS],
  shapes: new Map([
    ['TimeStamp', isTimestamp],
    ['EventId', (value) => value === 'Request' || value === 'GlobalActivity'],
    ['EventData', isPacked],
  ]),
  mappedFields: { ...URL_FIELDS, 'cs-username': { from: 'PSA', map: (user) => user.replace(/^<PII>(.*)<\/PII>$/, '$1') } },
  packed: { column: 'EventData', keys: 'PSA URL FE ORG Bld ActID WLM.Bal WLM.TS'.split(' '), decode: decodeEventData },
};
