import { readFileSync, statSync } from 'node:fs';
import { systemErrorCode } from './model/system-error.ts';
import { IgnoreList, type IgnoreEntry } from './suppress/ignore-list.ts';
import { readIgnoreFile } from './suppress/read-ignore-file.ts';

const MOST_BYTES = 4_194_304;
/** Of what is wrong in a file so much is said at once. */
const SAID = 20;

/** An ignore file that cannot be used; each line of the message names file, line and reason. */
export class IgnoreFileError extends Error {
  override readonly name = 'IgnoreFileError';
}

/**
 * Reads ignore files; of several the entries of the first come first. An entry's last day is one of UTC.
 *
 * @param now milliseconds since 1970
 * @throws {IgnoreFileError}
 */
export async function loadIgnoreFiles(files: readonly string[], now: number): Promise<IgnoreList> {
  const entries: IgnoreEntry[] = [];
  const wrong: string[] = [];
  // The YAML library is loaded when it is needed.
  const { parseRuleFile } = await import('./sigma/load.ts');
  for (const file of new Set(files)) {
    const read = readIgnoreFile(file, parseRuleFile(readText(file)));
    for (const each of read.entries) entries.push(each);
    for (const { at, reason } of read.problems) wrong.push(`${file}:${at.lineNumber}:${at.column}: ${reason}`);
  }
  if (wrong.length > 0) {
    const more = wrong.length > SAID ? [`and ${wrong.length - SAID} more`] : [];
    throw new IgnoreFileError([...wrong.slice(0, SAID), ...more].join('\n'));
  }
  return new IgnoreList(entries, new Date(now).toISOString().slice(0, 10));
}

function readText(file: string): string {
  let problem: string;
  try {
    const status = statSync(file);
    if (status.isFile() && status.size <= MOST_BYTES) return readFileSync(file, 'utf8');
    problem = status.isFile() ? `is larger than an ignore file may be (${MOST_BYTES} bytes)` : 'is no regular file';
  } catch (error) {
    problem = `cannot be read (${systemErrorCode(error)})`;
  }
  throw new IgnoreFileError(`${file}: ${problem}`);
}
