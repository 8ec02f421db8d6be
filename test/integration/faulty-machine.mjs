// Loaded before the program: what the machine does to it. The clock is ahead, the disk of the state is full or may not be written to, or the power fails.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { CLOCK_AHEAD_MS = '0', STATE_FILE = 'state.db', FULL_AT = '0', KILLED_AT = '0', WRITE_PROTECTED = '' } = process.env;
const { now } = Date;
Date.now = () => now() + Number(CLOCK_AHEAD_MS);

const { openSync, writeSync } = fs;
const watched = new Set();
let writes = 0;

fs.openSync = (location, flags, ...others) => {
  const isState = String(location).includes(STATE_FILE);
  if (WRITE_PROTECTED !== '' && String(location).includes(WRITE_PROTECTED) && String(flags) === 'wx')
    throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS', errno: -30, syscall: 'open' });
  const descriptor = openSync(location, flags, ...others);
  if (isState) watched.add(descriptor);
  else watched.delete(descriptor);
  return descriptor;
};

fs.writeSync = (descriptor, ...others) => {
  if (watched.has(descriptor)) {
    writes += 1;
    if (writes === Number(KILLED_AT)) {
      // Half of it is on the disk.
      const [buffer, offset, length, ...where] = others;
      writeSync(descriptor, buffer, offset, Math.floor(length / 2), ...where);
      process.kill(process.pid, 'SIGKILL');
    }
    if (FULL_AT !== '0' && writes >= Number(FULL_AT))
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28, syscall: 'write' });
  }
  return writeSync(descriptor, ...others);
};

process.on('exit', () => {
  if (process.env.COUNT_WRITES !== undefined) fs.writeFileSync(process.env.COUNT_WRITES, String(writes));
});

syncBuiltinESMExports();
