import type { ArchiveStep } from '../model/archive.ts';
import type { Problem } from '../model/diagnostic.ts';
import { ArchiveError, archiveProblem } from './archive-error.ts';
import type { RandomBytes } from './bytes.ts';
import { readHeader, walkHeaders } from './zip-headers.ts';
import type { ListedEntry } from './zip-library.ts';

/** An entry of a zip, and how it is read. */
export interface ZipEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Of a file that can be read. */
  readonly steps: readonly ArchiveStep[];
  /** Why it cannot. */
  readonly problem?: Problem;
  readonly size: number;
  /** From its header to behind its bytes. */
  readonly place: { readonly from: number; readonly to: number };
}

/** A header, and a name of one letter. */
const LEAST_ENTRY_BYTES = 31;
const STORED = 0;
const DEFLATED = 8;
const DEFLATED_64 = 9;
const ZSTANDARD = 93;
const METHOD_NAMES: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  12: 'bzip2',
  14: 'LZMA',
  95: 'XZ',
  96: 'JPEG',
  97: 'WavPack',
  98: 'PPMd',
};

/**
 * The entries of a zip, in the order of its list. What has lost the list is walked from header to header.
 *
 * @param report told of damage; the entries that can be found are handed out all the same
 */
export async function* walkZip(bytes: RandomBytes, report: (problem: Problem) => void): AsyncGenerator<ZipEntry> {
  // Loaded when the first zip is met.
  const { listEntries } = await import('./zip-library.ts');
  const listed: ZipEntry['place'][] = [];
  let isTold = false;
  try {
    for await (const each of listEntries(bytes)) {
      const entry = entryOf(bytes, each);
      listed.push(entry.place);
      yield entry;
    }
  } catch (error) {
    const problem = archiveProblem(error);
    report(problem);
    if (problem.code !== 'FILE_ARCHIVE_DAMAGED') return;
    isTold = true;
  }
  for (const entry of walkUnlisted(bytes, listed)) {
    if (!isTold) report({ code: 'FILE_ARCHIVE_DAMAGED', damage: 'directory' });
    isTold = true;
    yield entry;
  }
}

/** Entries that lie between those of the list: it is damaged, or somebody hid them. */
function* walkUnlisted(bytes: RandomBytes, listed: readonly ZipEntry['place'][]): Generator<ZipEntry> {
  let end = 0;
  for (const { from, to } of [...listed.toSorted((a, b) => a.from - b.from), { from: bytes.size, to: bytes.size }]) {
    for (const header of from - end >= LEAST_ENTRY_BYTES ? walkHeaders(bytes, end, from) : []) {
      yield {
        name: header.name,
        kind: header.name.endsWith('/') ? 'folder' : 'file',
        ...stepsOf({ ...header, headerFrom: undefined }),
        size: header.size ?? header.bytes,
        place: { from: header.at, to: header.from + header.bytes },
      };
    }
    end = Math.max(end, to);
  }
}

function entryOf(bytes: RandomBytes, listed: ListedEntry): ZipEntry {
  const { name, isFolder, isLink, size, from } = listed;
  const header = readHeader(bytes, from);
  const start = header?.from ?? from;
  const kind = isFolder || name.endsWith('\\') ? 'folder' : isLink ? 'link' : 'file';
  const place = { from, to: start + listed.bytes };
  if (header === undefined) return { name, kind, steps: [], problem: { code: 'FILE_ARCHIVE_DAMAGED', damage: 'corrupt' }, size, place };
  return { name, kind, ...stepsOf({ ...listed, from: start, headerFrom: from }), size, place };
}

interface Packed {
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly from: number;
  /** Where the library knows it from; left out: it does not. */
  readonly headerFrom: number | undefined;
  readonly bytes: number;
  readonly size: number | undefined;
  readonly crc: number | undefined;
}

function stepsOf({ isEncrypted, method, from, headerFrom, bytes, size, crc }: Packed): Pick<ZipEntry, 'steps' | 'problem'> {
  const sum = crc === undefined ? {} : { crc };
  const whole = { ...(size !== undefined && { size }), ...sum };
  const isForLibrary = isEncrypted ? [STORED, DEFLATED, DEFLATED_64].includes(method) : method === DEFLATED_64;
  if (isForLibrary && headerFrom !== undefined)
    return { steps: [{ kind: 'zip', from: headerFrom, bytes, isDeflated: method === DEFLATED, ...whole }] };
  if (isEncrypted || isForLibrary) return { steps: [], problem: unreadable(isEncrypted ? 'encrypted' : 'Deflate64') };
  if (method === STORED) return { steps: [{ kind: 'slice', from, bytes, ...sum }] };
  // zlib's Deflate is quicker than the library's, which copies each piece twice: measured, by a third.
  if (method === DEFLATED) return { steps: [{ kind: 'deflate', from, bytes, ...whole }] };
  if (method === ZSTANDARD) return { steps: [{ kind: 'slice', from, bytes }, { kind: 'zstd' }] };
  return { steps: [], problem: unreadable(METHOD_NAMES[method] ?? `method ${method}`) };
}

function unreadable(method: string): Problem {
  return new ArchiveError({ code: 'FILE_ARCHIVE_METHOD', method }).problem;
}
