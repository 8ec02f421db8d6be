/** Of the events of a finding, so many of each rule are kept, the first ones; the others are counted. */
const KEPT_PER_RULE = 10;
/** And so many of all rules. */
const KEPT = 50;

/** Stands for: not the same for all. */
const DIFFERENT = Symbol('different');

/** A match of a rule that a correlation counted. */
export interface CountedMatch {
  /** What the correlation calls the rule. */
  readonly reference: string;
  /** What tells the match from others, as it came in. */
  readonly place: number;
}

/** An event as a run looks at it. */
interface IncludedEvent {
  readonly reference: string;
  readonly input: number;
  /** `Infinity` of what has none. */
  readonly time: number;
  readonly place: number;
  readonly host: string | undefined;
  /** Where the event is a match of another correlation. */
  readonly run: Run | undefined;
}

/** Windows of one group that match and overlap: one finding. Where another correlation builds on it, one event that lasts. */
export class Run {
  /** Counts all runs of a correlator. */
  readonly number: number;
  /** What the correlation is grouped by, as the first event spells it. */
  readonly group: readonly (string | undefined)[];
  /** Of the first event. */
  start = Infinity;
  /** Of the last window that matched. */
  end = -Infinity;
  count = 0;
  /** Of the last event. */
  place = 0;
  /** The first event that is not included yet, by its number in the queue. */
  next = 0;
  readonly #kept: IncludedEvent[] = [];
  readonly #perInput = new Map<number, number>();
  readonly #runs = new Set<number>();
  #host: string | undefined | typeof DIFFERENT;

  constructor(number: number, group: readonly (string | undefined)[]) {
    this.number = number;
    this.group = group;
  }

  include(event: IncludedEvent): void {
    const { input, time, place, host, run } = event;
    this.place = place;
    if (this.#host !== DIFFERENT && this.count > 0 && host?.toLowerCase() !== this.#host?.toLowerCase()) this.#host = DIFFERENT;
    if (this.count === 0) this.#host = host;
    this.start = Math.min(this.start, time);
    if (run !== undefined) {
      if (this.#runs.has(run.number)) return;
      this.#runs.add(run.number);
    }
    this.count += 1;
    const kept = this.#perInput.get(input) ?? 0;
    if (kept >= KEPT_PER_RULE || this.#kept.length >= KEPT) return;
    this.#perInput.set(input, kept + 1);
    this.#kept.push(event);
  }

  /** The server, where all events are of one. */
  get host(): string | undefined {
    return this.#host === DIFFERENT ? undefined : this.#host;
  }

  /** The matches of detection rules that made it, as far as they are kept; those of other correlations by what made them. */
  matches(): CountedMatch[] {
    const matches = new Map<number, CountedMatch>();
    for (const { reference, place, run } of this.#kept) {
      for (const match of run?.matches() ?? [{ reference, place }]) if (matches.size < KEPT) matches.set(match.place, match);
    }
    return [...matches.values()];
  }
}
