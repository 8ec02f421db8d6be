const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** While logs are read, a first signal ends the reading and not the program: what was found is reported. A second one ends the program. */
export class StopSignal {
  readonly #controller = new AbortController();
  readonly #user = new AbortController();
  readonly #onStop: () => void;
  #timer: NodeJS.Timeout | undefined;
  #caught: NodeJS.Signals | undefined;

  /** @param onStop told of the first signal */
  constructor(onStop: () => void) {
    this.#onStop = onStop;
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** Ends the reading after that time, counted from the start of the program; which then goes on to its end as usual. */
  stopAfter(milliseconds: number, onStop: () => void): void {
    this.#timer = setTimeout(
      () => {
        if (this.#controller.signal.aborted) return;
        onStop();
        this.#controller.abort();
      },
      Math.max(0, milliseconds - performance.now()),
    );
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Only where it is the user who ends it, and not that its time is over. */
  get userSignal(): AbortSignal {
    return this.#user.signal;
  }

  /** From here on signals end the program as they usually do. */
  release(): void {
    clearTimeout(this.#timer);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  /** Ends the program as the signal that was caught would have, if one was: whoever sent it looks for that. */
  async obey(): Promise<void> {
    if (this.#caught === undefined) return;
    process.kill(process.pid, this.#caught);
    // Until it comes.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#caught !== undefined) {
      this.release();
      process.kill(process.pid, signal);
      return;
    }
    this.#caught = signal;
    this.#onStop();
    this.#user.abort();
    this.#controller.abort();
  };
}
