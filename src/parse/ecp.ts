import { decodeEventData } from './ecp-event-data.ts';
import type { LogType } from './log-type.ts';
import { parseTimestamp } from './time.ts';

const COLUMNS = ['TimeStamp', 'ServerName', 'EventId', 'EventData'];
const PACKED_ITEM = /^'?(?:S|I32|F|Dbl|Dt):/;

/** What the two ECP logs share. Both write four columns; everything of interest is packed into `EventData`. */
const ECP = {
  tellingColumns: ['EventData'],
  dialect: 'csv',
  hostColumn: 'ServerName',
  mappedFields: {},
  packed: { column: 'EventData', decode: decodeEventData },
} as const satisfies Partial<LogType>;

/** One row per request to the Exchange Control Panel, with the cmdlet it ran (`CMD`), its `URL` and its error (`EX`). */
export const ecpServer: LogType = {
  ...ECP,
  id: 'ecp-server',
  title: 'ECP Server log',
  logSource: { product: 'exchange', service: 'ecp-server' },
  logTypeLine: 'ECP Server Log',
  path: /(?:^|\/)ECP\/Server\/|(?:^|\/)ECPServer\d/i,
  // The second is an excerpt that kept only the time and the packed column, as analysts paste it into reports.
  layouts: [COLUMNS, ['TimeStamp', 'EventData']],
  fits: (cells, layout) => isPacked(cells, layout) && (layout.length === 2 || cells[2]?.startsWith('ECP.') === true),
};

/** One row per activity of the Exchange Control Panel: user (`PSA`), `URL` and resource counters. */
export const ecpActivity: LogType = {
  ...ECP,
  id: 'ecp-activity',
  title: 'ECP Activity log',
  logSource: { product: 'exchange', service: 'ecp-activity' },
  logTypeLine: 'ECP Activity Context Log',
  path: /(?:^|\/)ECP\/Activity\/|(?:^|\/)ECPActivity_?\d/i,
  layouts: [COLUMNS],
  fits: (cells, layout) => isPacked(cells, layout) && ['Request', 'GlobalActivity'].includes(cells[2] ?? ''),
};

function isPacked(cells: readonly string[], layout: readonly string[]): boolean {
  return parseTimestamp(cells[0] ?? '') !== undefined && PACKED_ITEM.test(cells[layout.length - 1] ?? '');
}
