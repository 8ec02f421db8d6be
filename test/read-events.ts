import { EventLog, type EventLogDamage } from '../src/evtx/event-log.ts';
import { eventJson } from '../src/evtx/event-json.ts';
import type { FoundRecord } from '../src/evtx/found-record.ts';

export interface ReadEvents {
  /** Without those that readers of event logs do not find. */
  readonly records: readonly FoundRecord[];
  readonly recovered: readonly FoundRecord[];
  readonly damages: readonly EventLogDamage[];
  readonly json: readonly string[];
}

/** Reads an event log, as many bytes at a time. */
export function readEvents(bytes: Uint8Array, blockBytes = bytes.length): ReadEvents {
  const all: FoundRecord[] = [];
  const damages: EventLogDamage[] = [];
  const log = new EventLog({ onRecord: (record) => void all.push(record), onDamage: (damage) => void damages.push(damage) });
  for (let at = 0; at < bytes.length; at += blockBytes) log.push(bytes.subarray(at, at + blockBytes));
  log.end();
  return {
    records: all.filter(({ isRecovered }) => !isRecovered),
    recovered: all.filter(({ isRecovered }) => isRecovered),
    damages,
    json: all.map(({ event }) => eventJson(event)),
  };
}
