import type { EventValue } from './event-queue.ts';

/** What is known of the events in one window, kept up to date as they come and go. */
export interface Measure {
  readonly add: (input: number, value: EventValue) => void;
  readonly remove: (input: number, value: EventValue) => void;
  /** Told of the rules that occur at a time, a bit for each, before it is asked about that time. */
  readonly occur?: (inputs: number, time: number, oldest: number) => void;
  /** @param oldest the time that the window begins at */
  readonly holds: (oldest: number) => boolean;
  /** Different values that it holds in memory. */
  readonly distinct?: () => number;
}
