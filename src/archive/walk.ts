import { closeSync, fstatSync } from 'node:fs';
import type { ArchiveLimits, ArchiveStep, ArchiveTerms, EntryAddress } from '../model/archive.ts';
import type { Problem } from '../model/diagnostic.ts';
import { openEvidence } from '../open-evidence.ts';
import { Account, limitError, openAccount } from './account.ts';
import { archiveProblem } from './archive-error.ts';
import { bytesOfFile, chunksOf, NOTHING, readerOf, streamReader, type ByteReader } from './bytes.ts';
import { archiveKind, isForeign, isPackedDocument, type ArchiveKind } from './kind.ts';
import { chunksOfLayer, randomly, unwrap, type Layer, type LayerContext } from './layers.ts';
import { EntryNames, unpackedName } from './names.ts';
import { isTar, walkTar } from './tar.ts';
import { walkZip, type ZipEntry } from './zip.ts';

/** A file in an archive, to be told what it is. */
export interface FoundEntry {
  readonly path: string;
  readonly head: Uint8Array;
  readonly address: EntryAddress;
  /** A guess where the archive does not say. */
  readonly bytes: number;
}

export interface WalkOptions {
  readonly limits: ArchiveLimits;
  readonly password?: string;
  readonly spillFolder?: string;
  readonly report: (problem: Problem, path: string) => void;
  /** @returns whether it will be read */
  readonly onEntry: (entry: FoundEntry) => boolean;
  /** Told of each archive inside of the archive, before it is opened. */
  readonly onArchive?: (entry: Omit<FoundEntry, 'head'>) => void;
}

/** As much of each entry is read to tell what it is. */
const HEAD_BYTES = 32_768;
/** What a log of unknown size is likely to be, for each byte of it packed. */
const LIKELY_RATIO = 12;

/** An archive inside of which we are. */
interface Inside {
  readonly layer: Layer;
  readonly steps: readonly ArchiveStep[];
  readonly path: string;
  readonly depth: number;
  /** Packed, as far as is known. */
  readonly bytes: number;
}

/**
 * Finds the files in an archive, also in archives inside of it. What cannot be read is told under its own name, and does not hide the rest.
 *
 * @param path what the archive is called
 */
export async function walkArchive(file: { readonly location: string; readonly path: string }, options: WalkOptions): Promise<void> {
  try {
    const descriptor = openEvidence(file.location);
    try {
      const { size } = fstatSync(descriptor);
      const layer: Layer = { kind: 'random', bytes: bytesOfFile(descriptor, size) };
      const head = layer.bytes.read(0, HEAD_BYTES);
      await new Walker(size, options).walk(head, { layer, steps: [], path: file.path, depth: 1, bytes: size });
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    options.report(archiveProblem(error), file.path);
  }
}

class Walker {
  readonly #options: WalkOptions;
  readonly #terms: ArchiveTerms;
  readonly #context: LayerContext;
  #entries = 0;
  /** Of a limit of the whole archive: nothing more is read of it. */
  #isOver = false;

  constructor(bytes: number, options: WalkOptions) {
    const { limits, password, spillFolder } = options;
    this.#options = options;
    const terms = { limits, bytes, ...(password !== undefined && { password }), ...(spillFolder !== undefined && { spillFolder }) };
    this.#terms = { ...terms, spent: openAccount() };
    // What it takes to find the entries is reckoned apart from what it takes to read them.
    const looking = { ...terms, spent: openAccount() };
    this.#context = { terms: looking, account: new Account(looking), countsAll: true };
  }

  /** @param head of the archive */
  async walk(head: Uint8Array, inside: Inside): Promise<void> {
    const kind = archiveKind(head);
    if (kind === undefined) return;
    if (isForeign(kind)) this.#options.report({ code: 'FILE_ARCHIVE_KIND', kind }, inside.path);
    else if (inside.depth > this.#terms.limits.depth) throw limitError(this.#terms.limits, 'depth');
    else await this.#walkKind(kind, inside);
  }

  async #walkKind(kind: ArchiveKind, inside: Inside): Promise<void> {
    if (kind === 'zip') await this.#walkZip(inside);
    else if (kind === 'tar') await this.#walkTar(inside.layer, inside);
    else await this.#walkPacked(kind, inside);
  }

  /** One file, or a tar archive. */
  async #walkPacked(kind: 'gzip' | 'zstd', inside: Inside): Promise<void> {
    const steps = [...inside.steps, { kind }];
    const layer = await unwrap(inside.layer, { kind }, this.#context);
    if (layer.kind !== 'stream') return;
    const { head, failure } = await takeHead(layer.reader);
    if (isTar(head)) return await this.#walkTar(layer, { ...inside, steps });
    this.#count();
    const path = `${inside.path}!/${unpackedName(inside.path)}`;
    const entry = { head, failure, layer, steps, path, bytes: inside.bytes * LIKELY_RATIO };
    await this.#attempt(path, () => this.#takeEntry(entry, inside.depth));
    await layer.reader.close();
  }

  async #walkTar(layer: Layer, inside: Inside): Promise<void> {
    const names = new EntryNames(inside.path);
    const links: { readonly path: string; readonly name: string; readonly target: string }[] = [];
    const reader = layer.kind === 'random' ? readerOf(layer.bytes) : layer.reader;
    for await (const { name, kind, target, from, bytes } of walkTar(reader)) {
      this.#count();
      if (kind === 'folder') continue;
      const path = this.#name(names, name);
      if (kind === 'special') this.#options.report({ code: 'FILE_SPECIAL' }, path);
      else if (kind === 'link') links.push({ path, name, target });
      else {
        const step = { kind: 'slice' as const, from, bytes };
        const entry: Layer =
          layer.kind === 'random'
            ? await unwrap(layer, step, this.#context)
            : { kind: 'stream', reader: streamReader(chunksOf(reader, bytes)) };
        await this.#openEntry({ layer: entry, steps: [...inside.steps, step], path, bytes, depth: inside.depth });
      }
    }
    for (const { path, name, target } of links) {
      // A link to what is in the archive is found without it.
      const folder = name.slice(0, name.lastIndexOf('/') + 1);
      if (![target, resolveIn(folder, target)].some((each) => names.has(each))) this.#options.report({ code: 'FILE_LINK', target }, path);
    }
  }

  async #walkZip(inside: Inside): Promise<void> {
    const names = new EntryNames(inside.path);
    const layer = await randomly(inside.layer, this.#context);
    const places: { readonly path: string; readonly from: number; readonly to: number }[] = [];
    try {
      for await (const entry of walkZip(layer.bytes, (problem) => this.#options.report(problem, inside.path))) {
        this.#count();
        if (entry.kind === 'folder') continue;
        const path = this.#name(names, entry.name);
        places.push({ path, ...entry.place });
        if (entry.problem !== undefined) this.#options.report(entry.problem, path);
        else await this.#openZipEntry(layer, entry, path, inside);
      }
    } finally {
      layer.close?.();
    }
    this.#tellOverlaps(places);
  }

  async #openZipEntry(layer: Layer, { kind, steps, size }: ZipEntry, path: string, inside: Inside): Promise<void> {
    await this.#attempt(path, async () => {
      let entry = layer;
      for (const step of steps) entry = await unwrap(entry, step, this.#context);
      const all = { layer: entry, steps: [...inside.steps, ...steps], path, bytes: size, depth: inside.depth };
      if (kind === 'link') this.#options.report({ code: 'FILE_LINK', target: await textOf(all) }, path);
      else await this.#openEntry(all);
    });
  }

  /** Looks at the beginning of an entry. */
  async #openEntry({ layer, ...entry }: Inside): Promise<void> {
    await this.#attempt(entry.path, async () => {
      const reader = layer.kind === 'stream' ? layer.reader : streamReader(chunksOfLayer(layer, entry.steps.at(-1)));
      try {
        await this.#takeEntry(
          { ...(await takeHead(reader)), ...entry, layer: layer.kind === 'random' ? layer : { kind: 'stream', reader } },
          entry.depth,
        );
      } finally {
        await reader.close();
      }
    });
  }

  async #takeEntry(entry: Omit<Inside, 'depth'> & { readonly head: Uint8Array; readonly failure: unknown }, depth: number): Promise<void> {
    const { head, failure, layer, steps, path, bytes } = entry;
    if (archiveKind(head) !== undefined && !isPackedDocument(path)) {
      this.#options.onArchive?.({ path, address: { steps, terms: this.#terms }, bytes });
      await this.#attempt(path, () => this.walk(head, { layer, steps, path, depth: depth + 1, bytes }));
      return;
    }
    if (failure !== undefined && head.length === 0) throw failure;
    const isRead = this.#options.onEntry({ path, head, address: { steps, terms: this.#terms }, bytes });
    // What ends in its beginning is told when it is read; of what will not be, it has to be told now.
    if (failure !== undefined && !isRead) throw failure;
  }

  /** What happens to an entry is told of it, unless it ends all. */
  async #attempt(path: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (this.#isOver) throw error;
      const problem = archiveProblem(error);
      const isOver = problem.code === 'FILE_ARCHIVE_LIMIT' && this.#context.account.isOver;
      this.#isOver ||= isOver;
      if (this.#isOver) throw error;
      this.#options.report(problem, path);
    }
  }

  #count(): void {
    this.#entries += 1;
    if (this.#entries <= this.#terms.limits.entries) return;
    this.#isOver = true;
    throw limitError(this.#terms.limits, 'entries');
  }

  #name(names: EntryNames, raw: string): string {
    const { path, name, isTwice } = names.add(raw);
    if (isTwice) this.#options.report({ code: 'FILE_ARCHIVE_TWICE', name }, path);
    return path;
  }

  #tellOverlaps(places: { readonly path: string; readonly from: number; readonly to: number }[]): void {
    let end = 0;
    for (const { path, from, to } of places.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
      if (from < end) this.#options.report({ code: 'FILE_ARCHIVE_OVERLAP' }, path);
      end = Math.max(end, to);
    }
  }
}

/** The beginning of what a reader holds, put back again, and what ended it. */
async function takeHead(reader: ByteReader): Promise<{ readonly head: Buffer; readonly failure: unknown }> {
  const parts: Buffer[] = [];
  let missing = HEAD_BYTES;
  let failure: unknown;
  try {
    for (let part = await reader.some(missing); part !== undefined; part = missing > 0 ? await reader.some(missing) : undefined) {
      parts.push(Buffer.from(part));
      missing -= part.length;
    }
  } catch (error) {
    archiveProblem(error);
    failure = error;
  }
  const head = parts.length === 0 ? NOTHING : Buffer.concat(parts);
  reader.putBack(head);
  return { head, failure };
}

/** What a link in a zip leads to is its content. */
async function textOf({ layer, steps }: Inside): Promise<string> {
  const reader = streamReader(chunksOfLayer(layer, steps.at(-1)));
  try {
    return (await reader.exactly(512)).toString();
  } finally {
    await reader.close();
  }
}

function resolveIn(folder: string, target: string): string {
  const parts: string[] = [];
  for (const part of `${folder}${target}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
