import type { Progress } from '../scan-options.ts';
import { describeProgress, Speed } from './progress-line.ts';

const TERMINAL_INTERVAL_MS = 200;
const LOG_INTERVAL_MS = 30_000;
/** Of a terminal that does not say how wide it is. */
const USUAL_COLUMNS = 80;
const TO_LINE_END = '\u001b[K';

export interface ProgressOptions {
  /** Whether anything is shown at all. */
  readonly isWanted: boolean;
  /** Other figures for tests. */
  readonly intervalMs?: number;
  readonly now?: () => number;
}

/**
 * Says how far the scan is: on one line of a terminal that is written over and taken away at the end, elsewhere a line every half minute. A timer looks
 * at the figures, so they cost nothing where they change.
 */
export class ProgressDisplay {
  readonly #stream: NodeJS.WriteStream;
  readonly #isTerminal: boolean;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #now: () => number;
  readonly #speed = new Speed();
  #latest: Progress | undefined;
  #shown = '';

  constructor(stream: NodeJS.WriteStream, { isWanted, intervalMs, now = () => performance.now() }: ProgressOptions) {
    this.#stream = stream;
    this.#now = now;
    // A dumb terminal cannot go back to the beginning of a line.
    this.#isTerminal = stream.isTTY && process.env['TERM'] !== 'dumb';
    if (!isWanted) return;
    this.#timer = setInterval(() => this.#show(), intervalMs ?? (this.#isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS));
    this.#timer.unref();
  }

  readonly take = (progress: Progress): void => {
    this.#latest = progress;
  };

  /** Takes the line away; nothing is shown afterwards. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#shown !== '') this.#stream.write(`\r${TO_LINE_END}`);
    this.#shown = '';
  }

  #show(): void {
    const progress = this.#latest;
    const rate = progress === undefined ? undefined : this.#speed.at(this.#now(), progress.bytes);
    const room = this.#isTerminal ? (this.#stream.columns || USUAL_COLUMNS) - 1 : Infinity;
    const text = describeProgress(progress, rate, room);
    if (!this.#isTerminal) {
      this.#stream.write(`${text}\n`);
      return;
    }
    if (text === this.#shown) return;
    this.#shown = text;
    // Written over and not cleared first: that would flicker.
    this.#stream.write(`\r${text}${TO_LINE_END}`);
  }
}
