import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/**
 * Opens a file of evidence for reading. Whatever has taken its place since it was listed, opening it must not wait, as a pipe would.
 *
 * @returns its descriptor
 * @throws the operating system's error; `EFTYPE` where it is no regular file
 */
export function openEvidence(location: string): number {
  const descriptor = openSync(location, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw Object.assign(new Error(`${location} is no regular file`), { code: 'EFTYPE', syscall: 'open' });
}

/** What stays the same of an open file whatever it is called: the number of its disk, and its own there. */
export function identityOf(descriptor: number): string {
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  return `${dev}:${ino}`;
}
