import { Worker } from 'node:worker_threads';
import { YARA_LIMITS, type YaraMatch, type YaraSource } from '../model/yara.ts';
import { YARA_PROGRAM } from '../yara-program.ts';
import type { YaraStart, YaraTrouble, YaraWord } from './messages.ts';

/** What YARA says of a content. */
export interface YaraOutcome {
  readonly matches: readonly YaraMatch[];
  /** Files of rules that took too long over it: what they would have said is not known. */
  readonly late: readonly string[];
  /** Those of them that are left out from now on. */
  readonly leftOut: readonly string[];
}

export interface YaraScannerOptions {
  /** The program of the thread; left out: the usual. */
  readonly program?: URL;
  /** Another figure for tests. */
  readonly limitMs?: number;
}

/** Memory of WebAssembly only grows: after so many contents the thread is another. */
const MOST_SCANS = 20_000;
/** Of contents that were met before, as pages of several builds of Exchange are, the outcome is known. */
const MOST_KNOWN = 10_000;

/** A thread at work with some files of rules. */
interface Hired {
  readonly worker: Worker;
  readonly ready: Promise<Extract<YaraWord, { kind: 'ready' }>>;
  scans: number;
}

/** The thread came to an end by itself. */
export class YaraDiedError extends Error {}

/** Looks at contents with YARA rules, in a thread that is ended when it takes too long. One content at a time. */
export class YaraScanner {
  readonly #program: URL;
  readonly #limitMs: number;
  readonly #strikes = new Map<string, number>();
  readonly #known = new Map<string, YaraOutcome>();
  #sources: readonly YaraSource[];
  #hired: Hired | undefined;

  constructor(sources: readonly YaraSource[], { program = YARA_PROGRAM, limitMs = YARA_LIMITS.seconds * 1_000 }: YaraScannerOptions = {}) {
    this.#sources = sources;
    this.#program = program;
    this.#limitMs = limitMs;
  }

  /**
   * Compiles the rules.
   *
   * @returns the files without what is broken, and what is wrong with them
   * @throws {YaraDiedError}
   */
  async start(): Promise<{ readonly sources: readonly YaraSource[]; readonly troubles: readonly YaraTrouble[] }> {
    this.#hired ??= this.#hire(this.#sources);
    const { sources, troubles } = await this.#hired.ready;
    this.#sources = sources;
    return { sources, troubles };
  }

  /**
   * @param key the same for the same content; left out where that is not known
   * @throws {YaraDiedError}
   */
  async scan(key: string | undefined, content: Uint8Array): Promise<YaraOutcome> {
    const before = key === undefined ? undefined : this.#known.get(key);
    if (before !== undefined) return before;
    const outcome = await this.#scanAll(content);
    if (key !== undefined && this.#known.size < MOST_KNOWN && outcome.late.length === 0) this.#known.set(key, outcome);
    return outcome;
  }

  async close(): Promise<void> {
    const hired = this.#hired;
    this.#hired = undefined;
    await hired?.worker.terminate();
  }

  async #scanAll(content: Uint8Array): Promise<YaraOutcome> {
    if (this.#sources.length === 0) return { matches: [], late: [], leftOut: [] };
    if (this.#hired !== undefined && this.#hired.scans >= MOST_SCANS) await this.close();
    this.#hired ??= this.#hire(this.#sources);
    const matches = await this.#ask(this.#hired, content);
    if (matches !== undefined) return { matches, late: [], leftOut: [] };
    this.#hired = undefined;
    const { found, late } = await this.#part(this.#sources, content);
    const leftOut = late.filter((file) => {
      const strikes = (this.#strikes.get(file) ?? 0) + 1;
      this.#strikes.set(file, strikes);
      return strikes >= YARA_LIMITS.strikes;
    });
    this.#sources = this.#sources.filter(({ file }) => !leftOut.includes(file));
    return { matches: found, late, leftOut };
  }

  /** Halves the files of rules that together took too long, until those are alone that do. */
  async #part(sources: readonly YaraSource[], content: Uint8Array): Promise<{ readonly found: YaraMatch[]; readonly late: string[] }> {
    const [only] = sources;
    if (only !== undefined && sources.length === 1) return { found: [], late: [only.file] };
    const middle = Math.ceil(sources.length / 2);
    const found: YaraMatch[] = [];
    const late: string[] = [];
    for (const half of [sources.slice(0, middle), sources.slice(middle)]) {
      const hired = this.#hire(half);
      try {
        const matches = await this.#ask(hired, content);
        const parted = matches === undefined ? await this.#part(half, content) : { found: matches, late: [] };
        found.push(...parted.found);
        late.push(...parted.late);
      } finally {
        await hired.worker.terminate();
      }
    }
    return { found, late };
  }

  /** `undefined` where it took too long: then the thread is ended. */
  async #ask(hired: Hired, content: Uint8Array): Promise<readonly YaraMatch[] | undefined> {
    const { worker } = hired;
    // Compiling counts for nothing.
    await hired.ready;
    hired.scans += 1;
    let timer: NodeJS.Timeout | undefined;
    try {
      const scanned = wordOf(worker, 'scanned');
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), this.#limitMs);
      });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
      worker.postMessage(content);
      const word = await Promise.race([scanned, late]);
      // Nobody waits for it any more.
      if (word === undefined) scanned.catch(() => undefined);
      if (word === undefined) await worker.terminate();
      return word?.matches;
    } catch (error) {
      if (this.#hired === hired) this.#hired = undefined;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #hire(sources: readonly YaraSource[]): Hired {
    const worker = new Worker(this.#program, { workerData: { sources } satisfies YaraStart });
    const ready = wordOf(worker, 'ready');
    ready.catch(() => undefined);
    return { worker, ready, scans: 0 };
  }
}

/** The next word of a kind. */
function wordOf<Kind extends YaraWord['kind']>(worker: Worker, kind: Kind): Promise<Extract<YaraWord, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      settle();
    };
    const onMessage = (word: YaraWord): void => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is of this kind
      if (word.kind === kind) end(() => resolve(word as Extract<YaraWord, { kind: Kind }>));
    };
    const onError = (error: unknown): void => end(() => reject(new YaraDiedError(error instanceof Error ? error.message : String(error))));
    const onExit = (code: number): void => end(() => reject(new YaraDiedError(`it ended with code ${code}`)));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
