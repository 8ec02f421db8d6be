// Loaded before the program: the operating system's part fails, everything above it is the program's own.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const { FAULT_FILE = '', FAULT_AT = '0', FAULT_IN = 'anywhere' } = process.env;
const faulty = new Set();
const { openSync, readSync } = fs;

fs.openSync = (location, ...others) => {
  const descriptor = openSync(location, ...others);
  if (FAULT_FILE !== '' && String(location).endsWith(FAULT_FILE)) faulty.add(descriptor);
  else faulty.delete(descriptor);
  return descriptor;
};

fs.readSync = (descriptor, ...others) => {
  const [, , length, at] = others;
  if (faulty.has(descriptor) && at + length > Number(FAULT_AT) && length > 40_000) {
    if (FAULT_IN === 'worker' && !isMainThread) process.exit(9);
    if (FAULT_IN === 'anywhere') throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' });
  }
  return readSync(descriptor, ...others);
};

syncBuiltinESMExports();
