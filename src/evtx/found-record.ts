import type { Damage } from './binary-xml.ts';
import type { WindowsEvent } from './event.ts';

/** `size`: the two sizes of the record are not the same, or lead out of the chunk. `event`: its XML is none of an event. */
export type RecordDamage = Damage | 'size' | 'event';

/** A record of an event log. */
export interface FoundRecord {
  /** From the beginning of the chunk; of what a reader hands on, from that of the file. */
  readonly offset: number;
  /** What of it can be read. */
  readonly event: WindowsEvent;
  /** Whether it says that it is an event at all. */
  readonly isEvent: boolean;
  /** Its number in the log. */
  readonly id: string;
  /** When it was written; milliseconds since 1970. */
  readonly written: number;
  /** Found where readers of event logs do not look: behind damage, or in a chunk that is not whole. */
  readonly isRecovered: boolean;
  readonly damage?: RecordDamage;
}
