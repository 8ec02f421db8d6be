import { ANY_EVENT, EVENT_LOG } from './event-schema.ts';
import { EVENT_SOURCES } from './event-sources.ts';
import type { LogType } from './log-type.ts';

/** Matches nothing: event logs are told by their content alone. */
const NOTHING = /(?!)/;

/**
 * Windows event logs, binary or exported. They are no lines with columns: what they are is told by `event-export.ts` and `event-log.ts`, and their fields by
 * `event-schema.ts`; this row says what rules call them.
 */
export const evtx: LogType = {
  id: EVENT_LOG,
  title: 'Windows event log',
  logSources: EVENT_SOURCES,
  tellingColumns: [],
  path: NOTHING,
  fileName: NOTHING,
  dialect: 'csv',
  cut: () => [],
  layouts: [],
  shapes: new Map(),
  leastColumn: '',
  hostColumn: '',
  schema: ANY_EVENT,
  mappedFields: {},
};
