import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { FileOutput } from './file-output.ts';

/** `findings-2.csv` for `findings.csv`. */
function continuation(file: string, number: number): string {
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}-${number}${ext}`);
}

/** Whether a file is one that another may go on in. */
export function isContinuationOf(file: string, first: string): boolean {
  const { dir, name, ext } = path.parse(first);
  const [, number] = /-(\d+)$/.exec(path.basename(file, ext)) ?? [];
  return number !== undefined && Number(number) >= 2 && file === path.join(dir, `${name}-${number}${ext}`);
}

/** The files that are there already, and the first in any case. */
export function continuationsOf(file: string): string[] {
  const folder = path.dirname(file);
  const there = readdirSync(folder).map((name) => path.join(path.dirname(file), name));
  return [...new Set([continuation(file, 2), ...there.filter((each) => isContinuationOf(each, path.normalize(file)))])];
}

/** A file, and those that it goes on in. They get their names when the last is whole; the first one gets its name last. */
export class SplitOutput {
  /** A device or a pipe is written to as it is. */
  readonly canSplit: boolean;
  readonly #file: string;
  readonly #parts: FileOutput[];
  #current: FileOutput;

  private constructor(file: string, first: FileOutput, maySplit: boolean) {
    this.#file = file;
    this.canSplit = maySplit && (!existsSync(file) || statSync(file).isFile());
    this.#parts = [first];
    this.#current = first;
  }

  /** @throws {OutputError} as all its methods do, when the operating system refuses */
  static async open(file: string, maySplit: boolean): Promise<SplitOutput> {
    return new SplitOutput(file, await FileOutput.open(file), maySplit);
  }

  async write(text: string): Promise<void> {
    await this.#current.write(text);
  }

  /** What is written from now on goes into another file. */
  async next(): Promise<void> {
    await this.#current.finish();
    this.#current = await FileOutput.open(continuation(this.#file, this.#parts.length + 1));
    this.#parts.push(this.#current);
  }

  /** @returns what is to be told of it */
  async close(mayOverwrite: boolean): Promise<string[]> {
    for (const part of this.#parts.toReversed()) await part.close(mayOverwrite);
    const { length } = this.#parts;
    const stale = continuation(this.#file, length + 1);
    return [
      ...(length > 1 ? [`was split into ${length} files: ${this.#file} to ${continuation(this.#file, length)}`] : []),
      ...(this.canSplit && existsSync(stale) ? [`${stale} was there before and does not belong to it`] : []),
    ];
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    for (const part of this.#parts) await part.abandon();
  }
}
