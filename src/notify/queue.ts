import type { NotifyFailure, NotifyProblem } from '../model/notify-problem.ts';
import type { Outbox } from '../model/outbox.ts';
import type { Channel, Message, Telling } from './channel.ts';
import { parseObject, textAt } from './json.ts';

/** So many records in a row that are refused one by one are no longer the records' fault. */
const MOST_ASIDE = 10;

interface Aside {
  readonly id: string;
  /** Left out: it is no record. */
  readonly status?: number;
}

/**
 * What waits for one receiver, cut into messages.
 *
 * A message that is refused for what it holds is tried in halves, then the record alone, then cut to its essentials. A record that is refused even so is stepped
 * over, and given up when the receiver takes a later one; until then it waits with the others, for it may be the receiver that is wrong.
 */
export class Queue {
  /** Records that were told, and how many of them had lost text. */
  told = 0;
  cut = 0;
  /** Of the record that was refused last. */
  refusal: NotifyFailure | undefined;
  readonly #outbox: Outbox;
  readonly #receiver: string;
  readonly #channel: Channel;
  readonly #report: (problem: NotifyProblem) => void;
  readonly #aside = new Map<number, Aside>();
  /** Of what is under way. */
  #tellings: readonly Telling[] = [];
  #most: number;
  #isShort = false;

  constructor(outbox: Outbox, receiver: string, channel: Channel, report: (problem: NotifyProblem) => void) {
    this.#outbox = outbox;
    this.#receiver = receiver;
    this.#channel = channel;
    this.#report = report;
    this.#most = channel.most;
  }

  get waiting(): number {
    return this.#outbox.count(this.#receiver);
  }

  /** The oldest that were not told; `undefined` where there are none. */
  next(): Message | undefined {
    for (;;) {
      const pending = this.#outbox.pending(this.#receiver, this.#aside.size + this.#most).filter(({ number }) => !this.#aside.has(number));
      if (pending.length === 0) {
        this.#settleUnreadable();
        return undefined;
      }
      const tellings: Telling[] = [];
      for (const { number, record: line } of pending) {
        const text = line.trim();
        const record = parseObject(text);
        if (record === undefined) this.#aside.set(number, { id: nameOf(number) });
        else tellings.push({ number, text, record });
      }
      if (tellings.length === 0) continue;
      const message = this.#channel.prepare(tellings, this.#isShort);
      this.#tellings = tellings.slice(0, message.count);
      return message;
    }
  }

  /** The message was taken. */
  settle(message: Message): void {
    const through = this.#tellings.at(-1)?.number ?? 0;
    for (const [number, aside] of this.#aside) {
      if (number > through) continue;
      this.#report({ code: 'NOTIFY_SET_ASIDE', ...aside });
      this.#aside.delete(number);
    }
    this.#outbox.settle(this.#receiver, through);
    this.told += message.count;
    this.cut += message.cut;
    this.#isShort = false;
    if (this.#aside.size === 0) this.refusal = undefined;
    this.#most = Math.min(this.#channel.most, this.#most * 2);
  }

  /**
   * The message was refused for what it holds: the next one is smaller.
   *
   * @returns `false` where it cannot be the records
   */
  shrink(message: Message, status: number): boolean {
    if (message.count > 1) {
      this.#most = Math.ceil(message.count / 2);
    } else if (!this.#isShort) {
      this.#most = 1;
      this.#isShort = true;
    } else {
      this.#isShort = false;
      this.refusal = { why: 'refused', status };
      for (const { number, record } of this.#tellings) this.#aside.set(number, { id: textAt(record, 'id') ?? nameOf(number), status });
    }
    return [...this.#aside.values()].filter((aside) => aside.status !== undefined).length < MOST_ASIDE;
  }

  /** What is no record is nobody's to take: it goes where nothing else waits in front of it. */
  #settleUnreadable(): void {
    for (const [number, aside] of [...this.#aside].toSorted(([one], [other]) => one - other)) {
      if (aside.status !== undefined) return;
      this.#report({ code: 'NOTIFY_SET_ASIDE', ...aside });
      this.#aside.delete(number);
      this.#outbox.settle(this.#receiver, number);
    }
  }
}

/** Of what has no id. */
function nameOf(number: number): string {
  return `number ${number} in the spool`;
}
