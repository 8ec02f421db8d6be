import { hash, randomBytes } from 'node:crypto';

const WORDS = 4;
const FIRST_SLOTS = 4_096;
/** Fuller tables are slow. */
const LOAD = 0.75;

/**
 * Ids of findings, and a mark on each. An id takes 17 bytes in a table that is between 3/8 and 3/4 full: some 36 MB for a million of them, 285 MB for ten.
 * All 128 bits are compared: nobody can write a log line whose finding is taken for another.
 */
export class IdTable {
  /** Of different ids. */
  size = 0;
  marked = 0;
  /** Ids are hashes of what an attacker wrote: where they stand in the table is nothing that could be reckoned with. */
  readonly #factors = new Uint32Array(randomBytes(WORDS * 4).buffer.slice(0, WORDS * 4)).map((factor) => factor | 1);
  #words = new Uint32Array(FIRST_SLOTS * WORDS);
  /** 0: free; 1: an id; 2: a marked one. */
  #states = new Uint8Array(FIRST_SLOTS);
  readonly #id = new Uint32Array(WORDS);

  add(id: string): void {
    if (this.size + 1 > this.#states.length * LOAD) this.#grow();
    this.#read(id);
    const slot = this.#slotOf(this.#id, 0);
    if (this.#states[slot] !== 0) return;
    this.#words.set(this.#id, slot * WORDS);
    this.#states[slot] = 1;
    this.size += 1;
  }

  /** Where the id stands until another is added; -1 where it does not. */
  find(id: string): number {
    if (this.size === 0) return -1;
    this.#read(id);
    const slot = this.#slotOf(this.#id, 0);
    return this.#states[slot] === 0 ? -1 : slot;
  }

  mark(slot: number): void {
    if (this.#states[slot] === 1) this.marked += 1;
    this.#states[slot] = 2;
  }

  isMarked(slot: number): boolean {
    return this.#states[slot] === 2;
  }

  #read(id: string): void {
    const digits = /^[0-9a-f]{32}$/.test(id) ? id : hash('sha256', id);
    for (let word = 0; word < WORDS; word += 1) this.#id[word] = Number.parseInt(digits.slice(word * 8, word * 8 + 8), 16);
  }

  /** That of the id, or the free one that it would take. */
  #slotOf(words: Uint32Array, at: number): number {
    const mask = this.#states.length - 1;
    let sum = 0;
    for (let word = 0; word < WORDS; word += 1) sum = (sum + Math.imul(words[at + word] ?? 0, this.#factors[word] ?? 1)) | 0;
    let slot = (sum ^ (sum >>> 15)) & mask;
    while (this.#states[slot] !== 0 && !this.#stands(slot, words, at)) slot = (slot + 1) & mask;
    return slot;
  }

  #stands(slot: number, words: Uint32Array, at: number): boolean {
    for (let word = 0; word < WORDS; word += 1) if (this.#words[slot * WORDS + word] !== words[at + word]) return false;
    return true;
  }

  #grow(): void {
    const [words, states] = [this.#words, this.#states];
    this.#words = new Uint32Array(words.length * 2);
    this.#states = new Uint8Array(states.length * 2);
    for (const [slot, state] of states.entries()) {
      if (state === 0) continue;
      const to = this.#slotOf(words, slot * WORDS);
      this.#words.set(words.subarray(slot * WORDS, slot * WORDS + WORDS), to * WORDS);
      this.#states[to] = state;
    }
  }
}
