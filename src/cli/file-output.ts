import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { systemErrorCode } from '../model/system-error.ts';
import type { AppendedForm } from '../report/formats.ts';
import { appendFile } from './append-file.ts';
import { OutputError } from './output-error.ts';

const BUFFER_CHARACTERS = 65_536;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What an interrupt would leave behind. A report may be split into many files, all of which wait for the last. */
const temporaries = new Set<string>();

function onSignal(signal: NodeJS.Signals): void {
  for (const temporary of temporaries) rmSync(temporary, { force: true });
  for (const each of SIGNALS) process.off(each, onSignal);
  process.kill(process.pid, signal);
}

/** Writes beside the wanted file and gives it its name at the end: a file under that name is never half a report. */
export class FileOutput {
  readonly #file: string;
  /** `undefined` for a device or a pipe. */
  readonly #temporary: string | undefined;
  #handle: FileHandle | undefined;
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

  /** Nothing more is written; it has not got its name yet. */
  async finish(): Promise<void> {
    await this.#flush();
    await attempt(this.#file, async () => await this.#handle?.close());
    this.#handle = undefined;
  }

  /** @param mayOverwrite whether a file that is there by now is replaced */
  async close(mayOverwrite: boolean): Promise<void> {
    await this.finish();
    await attempt(this.#file, async () => {
      if (this.#temporary === undefined) return;
      if (mayOverwrite) renameSync(this.#temporary, this.#file);
      else publish(this.#temporary, this.#file);
    });
    this.#forget();
  }

  /**
   * Puts it behind what the file holds. A device or a pipe has it already.
   *
   * @returns what is to be told of it
   */
  async append(form: AppendedForm): Promise<string[]> {
    await this.finish();
    const temporary = this.#temporary;
    if (temporary === undefined) return [];
    const notes = await attempt(this.#file, () => appendFile(temporary, this.#file, form));
    rmSync(temporary, { force: true });
    this.#forget();
    return notes;
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    // Closing again what is closed, or what the disk had no room for, is no further problem.
    await this.#handle?.close().catch(() => undefined);
    if (this.#temporary !== undefined) rmSync(this.#temporary, { force: true });
    this.#forget();
  }

  async #open(): Promise<void> {
    // Before there is a file: an interrupt may come as soon as there is one.
    if (this.#temporary !== undefined) {
      if (temporaries.size === 0) for (const signal of SIGNALS) process.on(signal, onSignal);
      temporaries.add(this.#temporary);
    }
    try {
      this.#handle = await attempt(this.#file, () => (this.#temporary === undefined ? open(this.#file, 'w') : open(this.#temporary, 'wx')));
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  async #flush(): Promise<void> {
    const text = this.#buffered;
    this.#buffered = '';
    await attempt(this.#file, async () => await this.#handle?.writeFile(text));
  }

  #forget(): void {
    if (this.#temporary === undefined || !temporaries.delete(this.#temporary) || temporaries.size > 0) return;
    for (const signal of SIGNALS) process.off(signal, onSignal);
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
