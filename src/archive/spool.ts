import { SpillFile } from '../spill-file.ts';
import type { ArchiveTerms } from '../model/archive.ts';
import { systemErrorCode } from '../model/system-error.ts';
import { limitError } from './account.ts';
import { ArchiveError } from './archive-error.ts';
import type { ByteReader, RandomBytes } from './bytes.ts';

const MEMORY_BYTES = 16_777_216;

/**
 * All that a reader still has, to be read from anywhere: in memory where it is little, else in a file without a name outside of the evidence. An archive that
 * ends too early or is damaged is read as far as it goes; what reads it then finds the damage.
 *
 * @throws {ArchiveError} when there is no room
 */
export async function spool(reader: ByteReader, terms: ArchiveTerms): Promise<{ readonly bytes: RandomBytes; readonly close: () => void }> {
  const parts: Buffer[] = [];
  let size = 0;
  let file: SpillFile | undefined;
  try {
    for (let part = await next(reader); part !== undefined; part = await next(reader)) {
      parts.push(Buffer.from(part));
      size += part.length;
      if (size > terms.limits['entry-bytes']) throw limitError(terms.limits, 'entry-bytes');
      if (size <= MEMORY_BYTES) continue;
      file ??= createFile(terms.spillFolder);
      write(file, parts.splice(0));
    }
  } catch (error) {
    file?.close();
    throw error;
  }
  if (file === undefined) {
    const all = Buffer.concat(parts);
    return { bytes: { size, read: (at, length) => all.subarray(at, at + length) }, close: () => undefined };
  }
  const spilled = file;
  return {
    bytes: { size, read: (at, length) => spilled.read(at, Math.max(0, Math.min(length, size - at))) },
    close: () => spilled.close(),
  };
}

async function next(reader: ByteReader): Promise<Uint8Array | undefined> {
  try {
    return await reader.some(Infinity);
  } catch (error) {
    if (error instanceof ArchiveError && error.problem.code === 'FILE_ARCHIVE_DAMAGED') return undefined;
    throw error;
  }
}

function createFile(folder: string | undefined): SpillFile {
  if (folder === undefined) throw new ArchiveError({ code: 'FILE_ARCHIVE_NO_ROOM', reason: 'no folder' });
  return attempt(() => new SpillFile(folder));
}

function write(file: SpillFile, parts: readonly Buffer[]): void {
  attempt(() => file.write(parts));
}

function attempt<Outcome>(act: () => Outcome): Outcome {
  try {
    return act();
  } catch (error) {
    throw new ArchiveError({ code: 'FILE_ARCHIVE_NO_ROOM', reason: systemErrorCode(error) }, error);
  }
}
