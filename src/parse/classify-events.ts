import { EventLog, hasHeader, isEventLog } from '../evtx/event-log.ts';
import { eventsIn, formOfExport } from '../exports/event-export.ts';
import type { Classification } from '../model/log-file.ts';
import { shortName } from './event-record.ts';
import { EVENT_LOG } from './event-schema.ts';

/** So many events are asked for the server. */
const ASKED_EVENTS = 8;

/**
 * Tells an event log, binary or exported, by the beginning of a file.
 *
 * @param head its text
 */
export function classifyEvents(bytes: Uint8Array, head: string): Classification | undefined {
  const form = isEventLog(bytes) ? 'binary' : formOfExport(head);
  if (form === undefined) return undefined;
  const names = form === 'binary' ? computersIn(bytes) : eventsIn(head, form, ASKED_EVENTS).map(({ event }) => event?.get('Computer'));
  const host = shortName(names.find((name) => name !== undefined));
  return {
    kind: 'log',
    logType: EVENT_LOG,
    ...(host !== undefined && { host }),
    ...(form === 'binary' && hasHeader(bytes) && { isChunked: true as const }),
  };
}

function computersIn(bytes: Uint8Array): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  const log = new EventLog({ onRecord: ({ event }) => void names.push(event.get('Computer')), onDamage: () => undefined });
  log.push(bytes);
  log.end();
  return names;
}
