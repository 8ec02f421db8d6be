import { closeSync, fstatSync, openSync } from 'node:fs';
import type { ArchiveStep, EntryAddress } from '../model/archive.ts';
import { Account, limitError } from './account.ts';
import { bytesOfFile } from './bytes.ts';
import { chunksOfLayer, randomly, unwrap, type Layer, type LayerContext } from './layers.ts';

/**
 * The archive that was read last, with its wrappings taken off as far as they were: entries that are asked for in their order cost one pass through a
 * compressed archive, and not one each. A thread reads one entry at a time.
 */
interface Opened {
  readonly location: string;
  readonly descriptor: number;
  readonly steps: ArchiveStep[];
  /** One more than steps: the first is the file. */
  readonly layers: Layer[];
}

let opened: Opened | undefined;

/**
 * The bytes of an entry.
 *
 * @throws {ArchiveError} behind all that can be read, when that is not all; and what the operating system refuses
 */
export async function* readEntry(location: string, { steps, terms }: EntryAddress): AsyncGenerator<Uint8Array> {
  const account = new Account(terms);
  const context: LayerContext = { terms, account, countsAll: false };
  if (opened?.location !== location) await open(location);
  const archive = opened;
  if (archive === undefined) return;
  await rewind(archive, steps);
  for (const step of steps.slice(archive.steps.length)) {
    const last = archive.layers.at(-1);
    if (last === undefined) return;
    const isRandom = step.kind === 'deflate' || step.kind === 'zip';
    const layer = isRandom ? await randomly(last, context) : last;
    // What was unpacked to be read from anywhere stays so for the entries that follow.
    archive.layers[archive.layers.length - 1] = layer;
    archive.layers.push(await unwrap(layer, step, context));
    archive.steps.push(step);
  }
  const layer = archive.layers.at(-1);
  if (layer === undefined) return;
  let bytes = 0;
  for await (const chunk of chunksOfLayer(layer, steps.at(-1))) {
    bytes += chunk.length;
    if (bytes > terms.limits['entry-bytes']) throw limitError(terms.limits, 'entry-bytes');
    account.add(chunk.length, 0);
    yield chunk;
  }
}

/** Closes what was left open for entries that might follow. */
export async function closeArchives(): Promise<void> {
  const archive = opened;
  opened = undefined;
  if (archive === undefined) return;
  await dropBeyond(archive, 0);
  closeSync(archive.descriptor);
}

async function open(location: string): Promise<void> {
  await closeArchives();
  const descriptor = openSync(location, 'r');
  opened = { location, descriptor, steps: [], layers: [{ kind: 'random', bytes: bytesOfFile(descriptor, fstatSync(descriptor).size) }] };
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
