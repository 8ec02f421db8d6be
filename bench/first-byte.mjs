// Loaded before exhunt by bench.ts: notes when the first block of a log is read, in whichever thread.
import fs, { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { readSync } = fs;
const BLOCK_BYTES = 262_144;
let isNoted = false;
fs.readSync = (descriptor, buffer, ...others) => {
  if (!isNoted && buffer.length >= BLOCK_BYTES) {
    isNoted = true;
    try {
      writeFileSync(process.env.FIRST_BYTE_FILE, String(performance.timeOrigin + performance.now()), { flag: 'wx' });
    } catch {
      // Another thread was first.
    }
  }
  return readSync(descriptor, buffer, ...others);
};
syncBuiltinESMExports();
