import { OutputError } from './output-error.ts';

const BUFFER_CHARACTERS = 65_536;

/** What a pipe says when its reader has seen enough (`| head`): nothing is wrong then, and nothing more is wanted. */
const CLOSED: ReadonlySet<unknown> = new Set(['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED']);

/** Standard output and standard error of one run. */
export class StandardStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  #buffered = '';
  #isClosed = false;

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
    const error = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
      this.stdout.write(text, resolve);
    });
    if (error === null || error === undefined) return;
    if (!CLOSED.has(error.code)) throw new OutputError(`standard output cannot be written (${error.code ?? error.message})`);
    this.#isClosed = true;
  }

  /** Tells something on standard error. */
  note(text: string): void {
    this.stderr.write(text);
  }
}
