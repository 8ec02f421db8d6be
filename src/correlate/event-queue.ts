/** What the condition looks at in an event: text for `value_count`, a number for those that reckon. */
export type EventValue = string | number | undefined;

/** Below this nothing is gained by moving what is left to the front. */
const LEAST_MOVED = 64;

/**
 * The events of one group that are in the window, in the order of time; they come in behind and leave in front. Held in columns: millions of
 * them have to fit into memory, and an event takes 24 bytes here, as an object five times as many.
 */
export class EventQueue {
  #times: number[] = [];
  #places: number[] = [];
  #marks: number[] = [];
  #values: EventValue[] | undefined;
  #head = 0;
  /** Of the first event, counted from the first that ever came in. */
  first = 0;

  /** @param hasValues whether events have any */
  constructor(hasValues: boolean) {
    this.#values = hasValues ? [] : undefined;
  }

  get length(): number {
    return this.#times.length - this.#head;
  }

  /** @param mark anything small that goes with the event */
  push(time: number, place: number, mark: number, value: EventValue): void {
    this.#times.push(time);
    this.#places.push(place);
    this.#marks.push(mark);
    this.#values?.push(value);
  }

  shift(): void {
    this.#head += 1;
    this.first += 1;
    if (this.#head < LEAST_MOVED || this.#head * 2 < this.#times.length) return;
    this.#times = this.#times.slice(this.#head);
    this.#places = this.#places.slice(this.#head);
    this.#marks = this.#marks.slice(this.#head);
    this.#values &&= this.#values.slice(this.#head);
    this.#head = 0;
  }

  /** Of the first event; infinite where there is none. */
  get firstTime(): number {
    return this.#times[this.#head] ?? Infinity;
  }

  /** @param index from the first */
  time(index: number): number {
    return this.#times[this.#head + index] ?? Infinity;
  }

  place(index: number): number {
    return this.#places[this.#head + index] ?? 0;
  }

  mark(index: number): number {
    return this.#marks[this.#head + index] ?? 0;
  }

  value(index: number): EventValue {
    return this.#values?.[this.#head + index];
  }
}
