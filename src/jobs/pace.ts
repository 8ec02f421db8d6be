/** A rest shorter than this is put off: timers do not keep shorter ones. */
const LEAST_REST_MS = 20;
/** So long nobody asks whether the run was stopped meanwhile. */
const SLICE_MS = 100;

/**
 * Keeps one thread below a part of a core: it rests between blocks, so long that what it worked since the last rest comes to no more. Work is time that
 * passed, also where the thread waited for a disk: rather too little is taken than too much.
 */
export class Pace {
  readonly #restPerWork: number;
  readonly #isStopped: () => boolean;
  #worksSince = performance.now();
  #owedMs = 0;

  /** @param percent of a core, above 0; 100: it never rests */
  constructor(percent: number, isStopped: () => boolean) {
    this.#restPerWork = (100 - percent) / percent;
    this.#isStopped = isStopped;
  }

  /** Asked between blocks: whether a rest is due. */
  get isDue(): boolean {
    const now = performance.now();
    this.#owedMs += (now - this.#worksSince) * this.#restPerWork;
    this.#worksSince = now;
    return this.#owedMs >= LEAST_REST_MS;
  }

  /** Rests what is owed; a run that is stopped does not. */
  async rest(): Promise<void> {
    const begun = performance.now();
    const until = begun + this.#owedMs;
    for (let left = this.#owedMs; left > 0 && !this.#isStopped(); left = until - performance.now())
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, SLICE_MS)));
    this.resume();
    // A timer that came late counts for the next rest.
    this.#owedMs -= this.#worksSince - begun;
  }

  /** What has passed until now was no work: the thread was given none. */
  resume(): void {
    this.#worksSince = performance.now();
  }
}
