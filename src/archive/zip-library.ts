import {
  configure,
  ERR_ENCRYPTED_CENTRAL_DIRECTORY,
  ERR_INVALID_AUTHENTICATION_CODE,
  ERR_INVALID_CRC32,
  ERR_INVALID_PASSWORD,
  ERR_ENCRYPTED,
  ERR_SPLIT_ZIP_FILE,
  ERR_UNSUPPORTED_COMPRESSION,
  ERR_UNSUPPORTED_ENCRYPTION,
  Reader,
  ZipReader,
  type FileEntry,
} from '@zip.js/zip.js';
import type { ArchiveStep } from '../model/archive.ts';
import { ArchiveError, damaged } from './archive-error.ts';
import type { RandomBytes } from './bytes.ts';

configure({ useWebWorkers: false });

/** The list of entries lies in one piece. */
const MOST_DIRECTORY_BYTES = 134_217_728;

class BytesReader extends Reader<RandomBytes> {
  readonly #bytes: RandomBytes;

  constructor(bytes: RandomBytes) {
    super(bytes);
    this.#bytes = bytes;
    this.size = bytes.size;
  }

  override async readUint8Array(at: number, length: number): Promise<Uint8Array> {
    if (length > MOST_DIRECTORY_BYTES) throw damaged('directory');
    return this.#bytes.read(at, length);
  }
}

/** What a zip's directory says of an entry. */
export interface ListedEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly isLink: boolean;
  readonly isEncrypted: boolean;
  /** Where its header is. */
  readonly from: number;
  readonly method: number;
  readonly bytes: number;
  readonly size: number;
  readonly crc: number | undefined;
}

/**
 * The entries that a zip's directory lists, whatever they are called.
 *
 * @throws {ArchiveError}
 */
export async function* listEntries(bytes: RandomBytes): AsyncGenerator<ListedEntry> {
  const reader = readerOf(bytes);
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      // With AES, most writers leave the sum out.
      const hasSum = !entry.encrypted || (entry.crc32 ?? 0) !== 0;
      yield {
        name: entry.filename,
        isFolder: entry.directory,
        isLink: entry.symlink,
        isEncrypted: entry.encrypted,
        from: entry.offset,
        method: entry.compressionMethod,
        bytes: entry.compressedSize,
        size: entry.uncompressedSize,
        crc: hasSum ? entry.crc32 : undefined,
      };
    }
  } catch (error) {
    throw translate(error, 'directory');
  }
}

/** Listed once for each archive, however many of its entries are read. */
const listed = new WeakMap<RandomBytes, Promise<ReadonlyMap<number, FileEntry>>>();

/**
 * Reads an entry as the library does: decrypted, and unpacked unless that is left to us.
 *
 * @throws {ArchiveError}
 */
export async function* readThroughLibrary(
  bytes: RandomBytes,
  { from, isDeflated }: Extract<ArchiveStep, { kind: 'zip' }>,
  password: string | undefined,
): AsyncGenerator<Uint8Array> {
  const entries = listed.get(bytes) ?? filesOf(bytes);
  listed.set(bytes, entries);
  const entry = (await entries).get(from);
  if (entry === undefined) throw damaged('directory');
  if (entry.encrypted && password === undefined) throw new ArchiveError({ code: 'FILE_ARCHIVE_PASSWORD', isGiven: false });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const abort = new AbortController();
  let failure: unknown;
  const chunks = readable.getReader();
  const reading = entry
    .getData(writable, {
      ...(password !== undefined && { password }),
      ...(isDeflated && { passThrough: 'compressed' as const }),
      signal: abort.signal,
    })
    .catch(async (error: unknown) => {
      failure ??= error;
      // What goes wrong before it begins to write leaves whoever waits for its bytes waiting.
      await chunks.cancel().catch(() => undefined);
    });
  try {
    for (;;) {
      const { value, done } = await chunks.read();
      if (done) break;
      yield value;
    }
    await reading;
    if (failure !== undefined) throw failure;
  } catch (error) {
    await reading;
    throw translate(failure ?? error, 'corrupt');
  } finally {
    abort.abort();
    await chunks.cancel().catch(() => undefined);
    await reading;
  }
}

async function filesOf(bytes: RandomBytes): Promise<ReadonlyMap<number, FileEntry>> {
  const files = new Map<number, FileEntry>();
  try {
    for await (const entry of readerOf(bytes).getEntriesGenerator()) if (!entry.directory) files.set(entry.offset, entry);
  } catch (error) {
    // What was listed before that can be read.
    translate(error, 'directory');
  }
  return files;
}

function readerOf(bytes: RandomBytes): ZipReader<RandomBytes> {
  // Names are data: one that is hostile must not hide the others.
  return new ZipReader(new BytesReader(bytes), { strictness: 'tolerant', filenameValidation: 'tolerant' });
}

function translate(error: unknown, damage: 'directory' | 'corrupt'): ArchiveError {
  if (error instanceof ArchiveError) return error;
  const message = error instanceof Error ? error.message : '';
  switch (message) {
    case ERR_INVALID_PASSWORD:
    case ERR_ENCRYPTED:
      return new ArchiveError({ code: 'FILE_ARCHIVE_PASSWORD', isGiven: message === ERR_INVALID_PASSWORD }, error);
    case ERR_INVALID_AUTHENTICATION_CODE:
    case ERR_INVALID_CRC32:
      return damaged('checksum', error);
    case ERR_UNSUPPORTED_ENCRYPTION:
    case ERR_UNSUPPORTED_COMPRESSION:
      return new ArchiveError({ code: 'FILE_ARCHIVE_METHOD', method: message.toLowerCase() }, error);
    case ERR_SPLIT_ZIP_FILE:
      return new ArchiveError({ code: 'FILE_ARCHIVE_METHOD', method: 'a zip of several parts' }, error);
    case ERR_ENCRYPTED_CENTRAL_DIRECTORY:
      return new ArchiveError({ code: 'FILE_ARCHIVE_METHOD', method: 'a zip whose names are encrypted' }, error);
    default:
      return damaged(damage, error);
  }
}
