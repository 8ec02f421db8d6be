/** A report could not be written. Shown without a stack; exit code 70. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}
