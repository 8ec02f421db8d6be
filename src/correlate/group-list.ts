import type { Group } from './group.ts';

/** The groups of a correlation that have events, by key, and in the order of their last event. */
export class GroupList {
  // A map alone would do, with what changes taken out and put in again. But a map remembers what was taken out until it grows, and finding
  // its first entry takes longer and longer.
  readonly #byKey = new Map<string, Group>();
  #oldest: Group | undefined;
  #newest: Group | undefined;

  get(key: string): Group | undefined {
    return this.#byKey.get(key);
  }

  /** Of all, the one whose last event is the longest ago. */
  get oldest(): Group | undefined {
    return this.#oldest;
  }

  /** Puts a group last, which may be in the list or not. */
  putLast(group: Group): void {
    if (group === this.#newest) return;
    if (this.#byKey.get(group.key) === group) this.#unlink(group);
    else this.#byKey.set(group.key, group);
    group.before = this.#newest;
    group.after = undefined;
    if (this.#newest === undefined) this.#oldest = group;
    else this.#newest.after = group;
    this.#newest = group;
  }

  delete(group: Group): void {
    this.#byKey.delete(group.key);
    this.#unlink(group);
  }

  *[Symbol.iterator](): Generator<Group> {
    yield* this.#byKey.values();
  }

  #unlink(group: Group): void {
    const { before, after } = group;
    if (before === undefined) this.#oldest = after;
    else before.after = after;
    if (after === undefined) this.#newest = before;
    else after.before = before;
    group.before = undefined;
    group.after = undefined;
  }
}
