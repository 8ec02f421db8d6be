import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { LogFile } from '../model/log-file.ts';
import { systemErrorCode } from '../model/system-error.ts';

const PIECES = 8;
const PIECE_BYTES = 32_768;

/** Some text from all over a file, as Latin 1; nothing where it is not UTF-8 or cannot be read again. What is wrong with it was told before. */
export function readSamples({ location, encoding, begun, entry }: LogFile): string[] {
  if (begun !== undefined || entry !== undefined || encoding !== 'utf-8') return [];
  try {
    const descriptor = openSync(location, 'r');
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
