/**
 * The operating system's name for what went wrong: `EACCES`, `ENOENT`, `EIO`, ...
 *
 * @throws the error itself when it is not the operating system's
 */
export function systemErrorCode(error: unknown): string {
  // Not by its class: tests run in a context of their own, and the operating system's errors do not.
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && 'syscall' in error)
    return error.code;
  throw error;
}
