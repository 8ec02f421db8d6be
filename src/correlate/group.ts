import { EventQueue, type EventValue } from './event-queue.ts';
import type { Measure } from './measure.ts';
import type { Run } from './run.ts';
import type { Standing } from './standing.ts';

/** How many inputs a mark has room for beside a number. */
export const MARK_INPUTS = 1_024;

/** A match of a rule, as a correlation looks at it. */
export interface CorrelatedEvent {
  readonly time: number;
  /** In the order of what the plan asks of its rule. */
  readonly values: readonly (string | undefined)[];
  /** The server; a number for its name, 0 for none. */
  readonly host: number;
  readonly place: number;
  /** Where the event is a match of another correlation. */
  readonly run: Run | undefined;
}

/** A run in the window; it may have come in several times, and counts once. */
interface Lasting {
  readonly run: Run;
  readonly value: EventValue;
  times: number;
}

/** The events that share the values a correlation is grouped by, as far as they are in the window. */
export class Group {
  key = '';
  #values: readonly (string | undefined)[] = [];
  #indexes: readonly number[] = [];
  readonly queue: EventQueue;
  readonly measure: Measure;
  /** Of the last event. */
  lastTime = -Infinity;
  /** Its neighbours in the order of their last events. */
  before: Group | undefined;
  after: Group | undefined;
  /** The windows that matched last, as long as others could overlap them. */
  run: Run | undefined;
  #lasting: Map<number, Lasting> | undefined;
  #carried: SharedValues | undefined;
  /** Inputs that occurred at the time at hand, a bit for each; only kept where their order counts, and then they are few. */
  #occurring = 0;
  #standing: readonly Standing[] = NONE;
  #standingInputs = 0;

  constructor(measure: Measure, hasValues: boolean) {
    this.measure = measure;
    this.queue = new EventQueue(hasValues);
  }

  /** Makes a group of it that has no event yet; an empty one of before may be used again, for making one takes longer than all else. */
  open(key: string, values: readonly (string | undefined)[], indexes: readonly number[]): void {
    this.key = key;
    this.#values = values;
    this.#indexes = indexes;
    this.lastTime = -Infinity;
  }

  /** From now on, until it is let go of, this is in every window. */
  stand(standing: readonly Standing[]): void {
    this.#standing = standing;
    for (const { input } of standing) {
      this.measure.add(input, undefined);
      if (this.measure.occur !== undefined) this.#standingInputs |= 1 << input;
    }
  }

  get standing(): readonly Standing[] {
    return this.#standing;
  }

  /** Takes out all that is in its window. */
  empty(): void {
    this.expire(Infinity);
    for (const { input } of this.#standing) this.measure.remove(input, undefined);
    this.#standing = NONE;
    this.#standingInputs = 0;
    this.#occurring = 0;
  }

  /** Whether what stands would do alone. */
  get holdsStanding(): boolean {
    this.measure.occur?.(this.#standingInputs, 0, 0);
    return this.measure.holds(0);
  }

  /** What its events share, as the first one spells it. */
  get values(): readonly (string | undefined)[] {
    return this.#indexes.map((index) => this.#values[index]);
  }

  /**
   * @param value what the condition looks at
   * @param carried what others want to know
   */
  add({ time, place, host, run }: CorrelatedEvent, input: number, value: EventValue, carried: readonly (string | undefined)[]): void {
    this.lastTime = time;
    this.queue.push(time, run === undefined ? place : -run.number, host * MARK_INPUTS + input, value);
    if (this.measure.occur !== undefined) this.#occurring |= 1 << input;
    if (carried.length > 0) (this.#carried ??= new SharedValues(carried.length)).add(carried);
    if (run === undefined) {
      this.measure.add(input, value);
      return;
    }
    this.#lasting ??= new Map();
    const lasting = this.#lasting.get(run.number);
    if (lasting === undefined) {
      this.#lasting.set(run.number, { run, value, times: 1 });
      this.measure.add(input, value);
    } else lasting.times += 1;
  }

  /** Takes out what is older than the window. */
  expire(oldest: number): void {
    while (this.queue.firstTime < oldest) {
      const place = this.queue.place(0);
      const input = this.queue.mark(0) % MARK_INPUTS;
      const value = this.queue.value(0);
      this.queue.shift();
      this.#carried?.shift();
      if (place >= 0) this.measure.remove(input, value);
      else this.#leave(-place, input);
    }
  }

  #leave(number: number, input: number): void {
    const lasting = this.#lasting?.get(number);
    if (lasting === undefined) return;
    lasting.times -= 1;
    if (lasting.times > 0) return;
    this.#lasting?.delete(number);
    this.measure.remove(input, lasting.value);
  }

  /** Whether the window that ends at this time matches; asked when all events of the time are in, and all that are too old are out. */
  holds(time: number, timespanMs: number): boolean {
    const oldest = time - timespanMs;
    if (this.#occurring !== 0) {
      this.measure.occur?.(this.#occurring | this.#standingInputs, time, oldest);
      this.#occurring = 0;
    }
    return this.measure.holds(oldest);
  }

  /** The run of another correlation that an event of the queue is. */
  lasting(place: number): Run | undefined {
    return place < 0 ? this.#lasting?.get(-place)?.run : undefined;
  }

  /** What all events in the window share of a carried field. */
  shared(index: number): string | undefined {
    return this.#carried?.shared(index);
  }
}

const NONE: readonly Standing[] = [];

/** Of events in their order, the values of some fields: which of them all share. */
class SharedValues {
  readonly #events: (readonly (string | undefined)[])[] = [];
  readonly #counts: Map<string | undefined, number>[];
  #head = 0;

  constructor(fields: number) {
    this.#counts = Array.from({ length: fields }, () => new Map());
  }

  add(values: readonly (string | undefined)[]): void {
    this.#events.push(values);
    for (const [index, counts] of this.#counts.entries()) {
      const key = values[index]?.toLowerCase();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }

  shift(): void {
    const values = this.#events[this.#head] ?? [];
    this.#head += 1;
    for (const [index, counts] of this.#counts.entries()) {
      const key = values[index]?.toLowerCase();
      const left = (counts.get(key) ?? 0) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    }
    if (this.#head * 2 > this.#events.length) {
      this.#events.splice(0, this.#head);
      this.#head = 0;
    }
  }

  shared(index: number): string | undefined {
    return this.#counts[index]?.size === 1 ? this.#events[this.#head]?.[index] : undefined;
  }
}
