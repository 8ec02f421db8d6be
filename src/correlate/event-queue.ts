/** What the condition looks at in an event: text for `value_count`, a number for those that reckon. */
export type EventValue = string | number | undefined;

/** Below this nothing is gained by moving what is left to the front, or by giving back what is empty. */
const LEAST_MOVED = 64;

/**
 * The events of one group that are in the window, in the order of time; they come in behind and leave in front. Held in columns: millions of
 * them have to fit into memory, and an event takes 24 bytes here, as an object five times as many. An empty queue keeps its small columns:
 * most groups live a second and hold an event.
 */
export class EventQueue {
  #times: number[] = [];
  #places: number[] = [];
  #marks: number[] = [];
  #values: EventValue[] = [];
  readonly #hasValues: boolean;
  #head = 0;
  #tail = 0;
  /** Of the first event, counted from the first that ever came in. */
  first = 0;

  /** @param hasValues whether events have any */
  constructor(hasValues: boolean) {
    this.#hasValues = hasValues;
  }

  get length(): number {
    return this.#tail - this.#head;
  }

  /** @param mark anything small that goes with the event */
  push(time: number, place: number, mark: number, value: EventValue): void {
    const tail = this.#tail;
    this.#times[tail] = time;
    this.#places[tail] = place;
    this.#marks[tail] = mark;
    if (this.#hasValues) this.#values[tail] = value;
    this.#tail = tail + 1;
  }

  shift(): void {
    this.#head += 1;
    this.first += 1;
    const isEmpty = this.#head === this.#tail;
    if (isEmpty && this.#tail < LEAST_MOVED) {
      this.#head = 0;
      this.#tail = 0;
    } else if (isEmpty || (this.#head >= LEAST_MOVED && this.#head * 2 >= this.#tail)) this.#move();
  }

  #move(): void {
    const [from, to] = [this.#head, this.#tail];
    this.#times = this.#times.slice(from, to);
    this.#places = this.#places.slice(from, to);
    this.#marks = this.#marks.slice(from, to);
    this.#values = this.#values.slice(from, to);
    this.#head = 0;
    this.#tail = to - from;
  }

  /** Of the first event; infinite where there is none. */
  get firstTime(): number {
    return this.#head === this.#tail ? Infinity : (this.#times[this.#head] ?? Infinity);
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
    return this.#values[this.#head + index];
  }
}
