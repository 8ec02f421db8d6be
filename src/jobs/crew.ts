import { Worker } from 'node:worker_threads';
import { receiveFindings, receiveMatches } from '../packed-finding.ts';
import type { ParserState } from '../parse/log-parser.ts';
import type { WorkerOrder, WorkerStart, WorkerWord } from './messages.ts';
import type { Piece, PieceReading } from './piece.ts';
import { ReaderDiedError, type Runner, type RunListener } from './runner.ts';

export interface CrewOptions {
  /** How many read at a time, this thread among them, and how many of them from the beginning. */
  readonly jobs: number;
  readonly promptJobs: number;
  /** Asked once, when the first worker is hired. */
  readonly start: () => WorkerStart;
  /** Reads in this thread, also what cannot go over to a worker: standard input. */
  readonly local: Runner;
  /** The program of a worker. */
  readonly program: URL;
  readonly stop?: AbortSignal | undefined;
}

/**
 * V8 would let each thread have 48 MB for what does not live long, and collects late what does. Beside what it reads, a worker needs room for
 * its rules: measured, some eleven bytes for each byte of them, with rule sets of 0.5 to 12 MB; thrice as much leaves room for garbage.
 */
function limitsFor({ rules, indicators }: WorkerStart): {
  readonly maxYoungGenerationSizeMb: number;
  readonly maxOldGenerationSizeMb: number;
} {
  const bytes = indicators.reduce((sum, { source }) => sum + source.text.length, JSON.stringify(rules).length);
  return { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 50 + Math.ceil((33 * bytes) / 1_000_000) };
}

/** This thread and workers, of which each reads one piece at a time. A worker that dies takes its piece with it, and another takes its place. */
export class Crew implements Runner {
  readonly hands: number;
  readonly promptHands: number;
  readonly #options: CrewOptions;
  readonly #listener: RunListener;
  #start: { readonly workerData: WorkerStart; readonly resourceLimits: ReturnType<typeof limitsFor> } | undefined;
  readonly #workers = new Set<Worker>();
  /** Alive, as far as is known. */
  readonly #idle: Worker[];
  /** What this thread reads, and what waits for it. */
  #local: Promise<unknown> | undefined;

  constructor(options: CrewOptions, listener: RunListener) {
    this.hands = options.jobs;
    this.promptHands = options.promptJobs;
    this.#options = options;
    this.#listener = listener;
    options.stop?.addEventListener('abort', () => this.#workers.forEach((worker) => order(worker, { kind: 'stop' })), { once: true });
    this.#idle = Array.from({ length: options.promptJobs - 1 }, () => this.#hire());
  }

  get isStopped(): boolean {
    return this.#options.local.isStopped;
  }

  run(piece: Piece, onHead: (state: ParserState) => void): Promise<PieceReading> {
    // This thread begins at once; a worker has to start first.
    if (piece.logFile.begun !== undefined || this.#local === undefined) return this.#runHere(piece, onHead);
    const worker = this.#idle.pop() ?? this.#hire();
    return new Promise((resolve, reject) => {
      const onError = (error: unknown): void =>
        end(() => reject(new ReaderDiedError(error instanceof Error ? error.message : String(error))));
      const onExit = (code: number): void => end(() => reject(new ReaderDiedError(`it ended with code ${code}`)));
      const onMessage = (word: WorkerWord): void => {
        try {
          if (word.kind === 'head') onHead(word.state);
          else if (word.kind === 'progress') this.#take(worker, piece, word);
          else {
            this.#idle.push(worker);
            end(() => resolve(word.reading));
          }
        } catch (error) {
          // Whoever listens has failed, not the worker.
          end(() => reject(error));
        }
      };
      const end = (settle: () => void): void => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit).off('messageerror', onError);
        settle();
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit).on('messageerror', onError);
      order(worker, { kind: 'read', piece });
    });
  }

  async #runHere(piece: Piece, onHead: (state: ParserState) => void): Promise<PieceReading> {
    const before = this.#local;
    const reading = (async () => {
      await before?.catch(() => undefined);
      return this.#options.local.run(piece, onHead);
    })();
    this.#local = reading;
    try {
      return await reading;
    } finally {
      if (this.#local === reading) this.#local = undefined;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#options.local.close(), ...[...this.#workers].map((worker) => worker.terminate())]);
  }

  #take(worker: Worker, piece: Piece, { bytes, findings, feeding }: Extract<WorkerWord, { kind: 'progress' }>): void {
    this.#listener.onBlock(bytes);
    for (const finding of findings === undefined ? [] : receiveFindings(findings)) this.#listener.onFinding(finding, piece.number);
    for (const match of feeding === undefined ? [] : receiveMatches(feeding)) this.#listener.onFeed(match, piece.number);
    order(worker, { kind: 'taken' });
  }

  #hire(): Worker {
    if (this.#start === undefined) {
      const workerData = this.#options.start();
      this.#start = { workerData, resourceLimits: limitsFor(workerData) };
    }
    const worker = new Worker(this.#options.program, this.#start);
    this.#workers.add(worker);
    const leave = (): void => {
      this.#workers.delete(worker);
      const place = this.#idle.indexOf(worker);
      if (place !== -1) this.#idle.splice(place, 1);
    };
    worker.on('error', leave).on('exit', leave);
    return worker;
  }
}

function order(worker: Worker, what: WorkerOrder): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
  worker.postMessage(what);
}
