import type { CorrelatedEvent } from './group.ts';

/** The time of a match of what is there and has none: it comes before all others. */
export const STANDING_TIME = -Infinity;

/** A match that is in every window of its group, and makes none by itself. */
export interface Standing {
  readonly input: number;
  readonly event: CorrelatedEvent;
}

/** What stands, by the values that a correlation is grouped by. */
export class StandingMatches {
  readonly #byKey = new Map<string, Standing[]>();

  add(key: string, standing: Standing): void {
    const known = this.#byKey.get(key);
    if (known === undefined) this.#byKey.set(key, [standing]);
    else known.push(standing);
  }

  of(key: string): readonly Standing[] {
    return this.#byKey.get(key) ?? NONE;
  }

  [Symbol.iterator](): IterableIterator<[string, readonly Standing[]]> {
    return this.#byKey.entries();
  }
}

const NONE: readonly Standing[] = [];
