import { closeSync, fstatSync, readSync } from 'node:fs';
import type { EntryAddress } from '../model/archive.ts';
import type { LogFile } from '../model/log-file.ts';
import { systemErrorCode } from '../model/system-error.ts';
import { openEvidence } from '../open-evidence.ts';
import { readBlocks } from './blocks.ts';

const PIECES = 8;
const PIECE_BYTES = 32_768;

/**
 * Some text from all over a file, as Latin 1; of an entry of an archive from its beginning, unless that costs a pass through the archive. Nothing where it is not
 * UTF-8 or cannot be read again. What is wrong with it was told before.
 */
export async function readSamples(logFile: LogFile): Promise<string[]> {
  const { location, encoding, begun, entry } = logFile;
  if (begun !== undefined || encoding !== 'utf-8') return [];
  if (entry !== undefined) return isNear(entry) ? [await readBeginning(logFile)] : [];
  try {
    const descriptor = openEvidence(location);
    try {
      const { size } = fstatSync(descriptor);
      const buffer = Buffer.allocUnsafe(PIECE_BYTES);
      return Array.from({ length: Math.min(PIECES, Math.ceil(size / PIECE_BYTES)) }, (_, index) => {
        const bytes = readSync(descriptor, buffer, 0, buffer.length, Math.floor((size / PIECES) * index));
        return buffer.toString('latin1', 0, bytes);
      });
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    systemErrorCode(error);
    return [];
  }
}

/** Whether nothing in front of it has to be unpacked, nor a list to be read. */
function isNear({ steps }: EntryAddress): boolean {
  return steps.slice(0, -1).every(({ kind }) => kind === 'slice') && steps.at(-1)?.kind !== 'zip';
}

async function readBeginning(logFile: LogFile): Promise<string> {
  let text = '';
  for await (const block of readBlocks(logFile, { onRefusal: () => undefined })) {
    text += Buffer.from(block.buffer, block.byteOffset, block.length).toString('latin1');
    if (text.length >= PIECES * PIECE_BYTES) break;
  }
  return text.slice(0, PIECES * PIECE_BYTES);
}
