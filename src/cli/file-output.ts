import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { systemErrorCode } from '../model/system-error.ts';
import { OutputError } from './output-error.ts';

const BUFFER_CHARACTERS = 65_536;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Writes beside the wanted file and gives it its name at the end: a file under that name is never half a report. */
export class FileOutput {
  readonly #file: string;
  /** `undefined` for a device or a pipe. */
  readonly #temporary: string | undefined;
  #handle: FileHandle | undefined;
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.#removeTemporary();
    this.#forgetSignals();
    process.kill(process.pid, signal);
  };
  #buffered = '';

  private constructor(file: string, temporary: string | undefined) {
    this.#file = file;
    this.#temporary = temporary;
  }

  /** @throws {OutputError} as all its methods do, when the operating system refuses */
  static async open(file: string): Promise<FileOutput> {
    // A link stays a link: what it leads to is replaced.
    const place = existsSync(file) ? realpathSync(file) : file;
    const isDevice = existsSync(place) && !statSync(place).isFile();
    const output = new FileOutput(place, isDevice ? undefined : `${place}.${randomBytes(6).toString('hex')}.tmp`);
    await output.#open();
    return output;
  }

  async write(text: string): Promise<void> {
    this.#buffered += text;
    if (this.#buffered.length >= BUFFER_CHARACTERS) await this.#flush();
  }

  /** @param mayOverwrite whether a file that is there by now is replaced */
  async close(mayOverwrite: boolean): Promise<void> {
    await this.#flush();
    await attempt(this.#file, async () => {
      await this.#handle?.close();
      if (this.#temporary === undefined) return;
      if (mayOverwrite) renameSync(this.#temporary, this.#file);
      else publish(this.#temporary, this.#file);
    });
    this.#forgetSignals();
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    // Closing again what is closed, or what the disk had no room for, is no further problem.
    await this.#handle?.close().catch(() => undefined);
    this.#removeTemporary();
    this.#forgetSignals();
  }

  async #open(): Promise<void> {
    // Before there is a file: an interrupt may come as soon as there is one.
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    try {
      this.#handle = await attempt(this.#file, () => (this.#temporary === undefined ? open(this.#file, 'w') : open(this.#temporary, 'wx')));
    } catch (error) {
      this.#forgetSignals();
      throw error;
    }
  }

  async #flush(): Promise<void> {
    const text = this.#buffered;
    this.#buffered = '';
    await attempt(this.#file, async () => await this.#handle?.writeFile(text));
  }

  #removeTemporary(): void {
    if (this.#temporary !== undefined) rmSync(this.#temporary, { force: true });
  }

  #forgetSignals(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}

/** Unlike renaming, linking never replaces a file; not every file system can do it. */
function publish(temporary: string, file: string): void {
  try {
    linkSync(temporary, file);
    rmSync(temporary);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' || existsSync(file)) throw error;
    renameSync(temporary, file);
  }
}

async function attempt<Outcome>(file: string, act: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    throw new OutputError(`${file} cannot be written (${systemErrorCode(error)})`, { cause: error });
  }
}
