import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { TargetError } from './target-error.ts';
import { parseReference } from './written-target.ts';

/** No secret and no list of certificates is larger. */
const LIMIT_BYTES = 1_048_576;

/**
 * What stands where a reference says, without the line end behind it.
 *
 * @throws {TargetError}
 */
export function lookUp(reference: string, environment: NodeJS.ProcessEnv): string {
  const { kind, name } = parseReference(reference) ?? { kind: 'file', name: '' };
  const text = (kind === 'env' ? environment[name] : readSmall(name))?.replace(/\r?\n$/, '');
  if (text === undefined) throw new TargetError(`there is no ${name} in the environment`);
  if (text === '') throw new TargetError(`${reference} is empty`);
  return text;
}

/** @throws {TargetError} */
export function readSmall(file: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const { size } = fstatSync(descriptor);
    if (size > LIMIT_BYTES) throw new TargetError(`${file} is larger than ${LIMIT_BYTES} bytes`);
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    if (error instanceof TargetError) throw error;
    throw new TargetError(`${file} cannot be read (${codeOf(error)})`, { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** What an error is called; its message may name what is secret. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && typeof error.name === 'string' ? error.name : 'unknown';
}
