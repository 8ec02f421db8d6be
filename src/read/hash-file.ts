import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { systemErrorCode } from '../model/system-error.ts';

const BLOCK_BYTES = 1_048_576;

export type HashedFile =
  { readonly sha256: string; readonly bytes: number; readonly modifiedMs: number } | { readonly reason: string; readonly bytes?: never };

/** Hashes a file that is read for nothing else, as far as it goes when it is opened. What cannot be read has a reason. */
export async function hashFile(location: string): Promise<HashedFile> {
  try {
    // Whatever has taken the file's place in the meantime, opening it must not wait: a pipe would.
    const handle = await open(location, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) return { reason: 'it is no regular file' };
      const hash = createHash('sha256');
      const buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, stats.size + 1));
      let at = 0;
      while (at < stats.size) {
        const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, stats.size - at), at);
        if (bytesRead === 0) return { reason: 'it became shorter while it was read' };
        hash.update(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
      return { sha256: hash.digest('hex'), bytes: at, modifiedMs: stats.mtimeMs };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { reason: systemErrorCode(error) };
  }
}
