import type { Notice, Outbox } from '../src/model/outbox.ts';

/** An outbox that forgets with the process; remembers what was settled when. */
export class MemoryOutbox implements Outbox {
  readonly settled: (readonly [receiver: string, through: number])[] = [];
  readonly #notices: Notice[] = [];
  readonly #through = new Map<string, number>();

  add(...records: readonly string[]): void {
    for (const record of records) this.#notices.push({ number: this.#notices.length + 1, record });
  }

  pending = (receiver: string, most: number): readonly Notice[] => this.#waiting(receiver).slice(0, most);

  settle = (receiver: string, through: number): void => {
    if (through < (this.#through.get(receiver) ?? 0)) throw new Error('settled backwards');
    this.#through.set(receiver, through);
    this.settled.push([receiver, through]);
  };

  count = (receiver: string): number => this.#waiting(receiver).length;

  #waiting(receiver: string): Notice[] {
    const through = this.#through.get(receiver) ?? 0;
    return this.#notices.filter(({ number }) => number > through);
  }
}
