import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from '../discover/paths.ts';
import { REPORTERS, type ReportFormat } from '../report/reporters.ts';
import { UsageError } from './usage-error.ts';

/** One `-o FORMAT=FILE`. */
export interface OutputTarget {
  readonly format: ReportFormat;
  /** `-` is standard output. */
  readonly file: string;
}

/** Takes a report's text in order. `close` makes a file appear under its name, whole; `abandon` leaves none behind. */
export interface Output {
  readonly write: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
  readonly abandon: () => Promise<void>;
}

/** @throws {UsageError} an unknown format, or two outputs to the same place */
export function parseOutputs(values: readonly string[]): OutputTarget[] {
  const targets = values.map((value): OutputTarget => {
    const [format = '', ...rest] = value.split('=');
    const file = rest.join('=');
    if (!isFormat(format)) throw new UsageError(`--output: there is no format ${format}; there are ${Object.keys(REPORTERS).join(', ')}`);
    if (file === '') throw new UsageError(`--output: ${value} names no file; write ${format}=FILE, or ${format}=- for standard output`);
    return { format, file };
  });
  const places = targets.map(({ file }) => (file === '-' ? '-' : path.resolve(file)));
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) throw new UsageError(`--output: two outputs go to ${twice === '-' ? 'standard output' : twice}`);
  return targets;
}

export interface OutputRules {
  /** What is scanned: nothing is ever written there. */
  readonly evidence: readonly string[];
  readonly mayOverwrite: boolean;
}

/** @throws {UsageError} when a file could not or must not be written; asked before the scan, not after it */
export function checkOutputs(targets: readonly OutputTarget[], { evidence, mayOverwrite }: OutputRules): void {
  const scanned = evidence.filter((name) => name !== '-' && existsSync(name)).map((name) => realpathSync(name));
  for (const { file } of targets.filter((target) => target.file !== '-')) {
    const folder = path.dirname(path.resolve(file));
    if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new UsageError(`--output: there is no folder ${folder}`);
    const place = existsSync(file) ? realpathSync(file) : path.join(realpathSync(folder), path.basename(file));
    if (scanned.some((root) => isInside(place, root))) throw new UsageError(`--output: ${file} would be written into the evidence`);
    if (existsSync(file) && !statSync(file).isFile()) throw new UsageError(`--output: ${file} is no file`);
    if (existsSync(file) && !mayOverwrite) throw new UsageError(`--output: ${file} exists; --force overwrites it`);
    try {
      accessSync(folder, constants.W_OK);
    } catch {
      throw new UsageError(`--output: nothing can be written to ${folder}`);
    }
  }
}

export async function openOutput({ file }: OutputTarget): Promise<Output> {
  return file === '-' ? standardOutput() : await FileOutput.open(file);
}

function isFormat(format: string): format is ReportFormat {
  return Object.hasOwn(REPORTERS, format);
}

const BUFFER_CHARACTERS = 65_536;

/** Writes beside the wanted file and renames at the end: a file under that name is never half a report. */
class FileOutput implements Output {
  readonly #file: string;
  readonly #handle: FileHandle;
  #buffered = '';

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  static async open(file: string): Promise<FileOutput> {
    return new FileOutput(file, await open(temporary(file), 'w'));
  }

  async write(text: string): Promise<void> {
    this.#buffered += text;
    if (this.#buffered.length >= BUFFER_CHARACTERS) await this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#handle.close();
    await rename(temporary(this.#file), this.#file);
  }

  async abandon(): Promise<void> {
    await this.#handle.close();
    await rm(temporary(this.#file), { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#buffered;
    this.#buffered = '';
    await this.#handle.writeFile(text);
  }
}

function temporary(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

/** A reader that has seen enough (`| head`) closes the pipe; the rest is then for nobody, and that is no error. */
function standardOutput(): Output {
  const { stdout } = process;
  return {
    write: async (text) => {
      if (text === '' || stdout.destroyed || stdout.write(text)) return;
      await new Promise<void>((resolve) => {
        stdout.once('drain', resolve);
        stdout.once('close', resolve);
      });
    },
    close: async () => undefined,
    abandon: async () => undefined,
  };
}
