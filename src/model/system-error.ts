/**
 * The operating system's name for what went wrong: `EACCES`, `ENOENT`, `EIO`, ...
 *
 * @throws the error itself when it is not the operating system's
 */
export function systemErrorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error) return error.code;
  throw error;
}
