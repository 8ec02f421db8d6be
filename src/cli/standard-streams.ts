import { OutputError } from './output-error.ts';

const BUFFER_CHARACTERS = 65_536;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a pipe says when its reader has seen enough (`| head`): nothing is wrong then, and nothing more is wanted. */
const CLOSED: ReadonlySet<unknown> = new Set(['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED']);

/** Standard output and standard error of one run. */
export class StandardStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  #buffered = '';
  #isClosed = false;
  #isListening = false;
  #isWriting = false;
  #caught: NodeJS.Signals | undefined;

  constructor(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream) {
    this.stdout = stdout;
    this.stderr = stderr;
    // An error nobody listens to would end the process; `flush` learns of it by its callback.
    stdout.on('error', () => undefined);
    stderr.on('error', () => undefined);
  }

  /** Whether the reader of standard output has gone: what is written then is for nobody. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @throws {OutputError} as `flush` does */
  async write(text: string): Promise<void> {
    this.#buffered += text;
    if (this.#buffered.length >= BUFFER_CHARACTERS) await this.flush();
  }

  /** @throws {OutputError} when the operating system refuses, a full disk for instance */
  async flush(): Promise<void> {
    const text = this.#buffered;
    this.#buffered = '';
    if (text === '' || this.#isClosed) return;
    const error = await this.#writeWhole(text);
    if (error === null || error === undefined) return;
    if (!CLOSED.has(error.code)) throw new OutputError(`standard output cannot be written (${error.code ?? error.message})`);
    this.#isClosed = true;
  }

  /** Somebody else looks after signals, and ends the program when all is told. */
  leaveSignals(): void {
    this.#isListening = true;
  }

  /**
   * A signal waits until what is being written is whole: it would end a pipe in the middle of a line. From the first text on it is listened to,
   * for what is written to a pipe takes no turn of the loop, and a signal is told in one.
   */
  async #writeWhole(text: string): Promise<NodeJS.ErrnoException | null | undefined> {
    if (!this.#isListening) for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    this.#isListening = true;
    this.#isWriting = true;
    const error = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
      this.stdout.write(text, (reason) => setImmediate(() => setImmediate(() => resolve(reason))));
    });
    this.#isWriting = false;
    if (this.#caught !== undefined) {
      this.#end(this.#caught);
      // Until it comes.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    return error;
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    // Who asks twice does not wait.
    if (this.#isWriting && this.#caught === undefined) this.#caught = signal;
    else this.#end(signal);
  };

  #end(signal: NodeJS.Signals): void {
    for (const each of SIGNALS) process.off(each, this.#onSignal);
    process.kill(process.pid, signal);
  }

  /** Tells something on standard error. */
  note(text: string): void {
    this.stderr.write(text);
  }
}
