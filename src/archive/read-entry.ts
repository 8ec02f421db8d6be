import { closeSync, fstatSync } from 'node:fs';
import type { ArchiveStep, EntryAddress } from '../model/archive.ts';
import { openEvidence } from '../open-evidence.ts';
import { Account, limitError } from './account.ts';
import { bytesOfFile } from './bytes.ts';
import { chunksOfLayer, randomly, unwrap, type Layer, type LayerContext } from './layers.ts';

interface Opened {
  readonly location: string;
  readonly descriptor: number;
  readonly steps: ArchiveStep[];
  /** One more than steps: the first is the file. */
  readonly layers: Layer[];
}

/**
 * Reads entries, one at a time. The archive that was read last stays open, with its wrappings taken off as far as they were: entries that are asked for in
 * their order cost one pass through a compressed archive, and not one each.
 */
export class EntryReader {
  #opened: Opened | undefined;

  /**
   * The bytes of an entry.
   *
   * @throws {ArchiveError} behind all that can be read, when that is not all; and what the operating system refuses
   */
  async *read(location: string, { steps, terms }: EntryAddress): AsyncGenerator<Uint8Array> {
    const account = new Account(terms);
    const context: LayerContext = { terms, account, countsAll: false };
    const archive = this.#opened?.location === location ? this.#opened : await this.#open(location);
    await rewind(archive, steps);
    for (const step of steps.slice(archive.steps.length)) {
      const isRandom = step.kind === 'deflate' || step.kind === 'zip';
      const last = lastOf(archive);
      const layer = isRandom ? await randomly(last, context) : last;
      // What was unpacked to be read from anywhere stays so for the entries that follow.
      archive.layers[archive.layers.length - 1] = layer;
      archive.layers.push(await unwrap(layer, step, context));
      archive.steps.push(step);
    }
    let bytes = 0;
    for await (const chunk of chunksOfLayer(lastOf(archive), steps.at(-1))) {
      bytes += chunk.length;
      if (bytes > terms.limits['entry-bytes']) throw limitError(terms.limits, 'entry-bytes');
      account.add(chunk.length, 0);
      yield chunk;
    }
  }

  /** Closes what was left open for entries that might follow. */
  async close(): Promise<void> {
    const archive = this.#opened;
    this.#opened = undefined;
    if (archive === undefined) return;
    await dropBeyond(archive, 0);
    closeSync(archive.descriptor);
  }

  async #open(location: string): Promise<Opened> {
    await this.close();
    const descriptor = openEvidence(location);
    const layer: Layer = { kind: 'random', bytes: bytesOfFile(descriptor, fstatSync(descriptor).size) };
    this.#opened = { location, descriptor, steps: [], layers: [layer] };
    return this.#opened;
  }
}

function lastOf({ layers }: Opened): Layer {
  const last = layers.at(-1);
  if (last === undefined) throw new Error('an archive without its own bytes');
  return last;
}

/** Goes back to the last layer that is good for these steps. */
async function rewind(archive: Opened, steps: readonly ArchiveStep[]): Promise<void> {
  let common = 0;
  while (common < archive.steps.length && isSame(archive.steps[common], steps[common])) common += 1;
  while (common > 0 && !isGood(archive.layers[common], steps[common])) common -= 1;
  await dropBeyond(archive, common);
}

/** Of a stream, what is passed is gone. */
function isGood(layer: Layer | undefined, next: ArchiveStep | undefined): boolean {
  if (layer?.kind !== 'stream') return true;
  return next?.kind === 'slice' && layer.reader.position <= next.from;
}

async function dropBeyond(archive: Opened, count: number): Promise<void> {
  archive.steps.splice(count);
  for (const layer of archive.layers.splice(count + 1).toReversed()) {
    if (layer.kind === 'stream') await layer.reader.close();
    else layer.close?.();
  }
}

function isSame(a: ArchiveStep | undefined, b: ArchiveStep | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
