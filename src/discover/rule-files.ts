import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { diagnostic, type Diagnostic, type Problem } from '../model/diagnostic.ts';
import { systemErrorCode } from '../model/system-error.ts';

/** The longest rule of the public Sigma rule set holds some 60 KB. */
const RULE_FILE_LIMIT_BYTES = 1_048_576;

/** The public Sigma rule set has some 4,000 files of 12 MB together. */
const MOST_FILES = 20_000;
const MOST_BYTES = 33_554_432;
/** Files and folders of any kind that are looked at for rules. */
const MOST_ENTRIES = 200_000;

export interface RuleFile {
  /** What messages call it. */
  readonly name: string;
  readonly text: string;
}

/**
 * Reads every `.yml` and `.yaml` file below a folder, or one file, in the order of their paths.
 *
 * @param name what messages call the folder
 * @param isRules other names of files than these
 */
export function readRuleFiles(
  location: string,
  name: string,
  isRules = /\.ya?ml$/i,
): { readonly files: RuleFile[]; readonly diagnostics: Diagnostic[] } {
  const files: RuleFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const attempt = (shown: string, read: () => Problem | undefined): void => {
    let problem: Problem | undefined;
    try {
      problem = read();
    } catch (error) {
      problem = { code: 'RULE_FILE_UNREADABLE', reason: systemErrorCode(error) };
    }
    if (problem !== undefined) diagnostics.push(diagnostic(problem, { path: shown }));
  };
  let bytes = 0;
  const room = { entries: MOST_ENTRIES };
  const readOne = (relative: string): void => {
    const shown = path.join(name, relative);
    attempt(shown, () => {
      const text = readRuleFile(path.join(location, relative));
      if (typeof text !== 'string') return text;
      bytes += text.length;
      files.push({ name: shown, text });
      return undefined;
    });
  };
  const list = (folder: string): Dirent[] => {
    let entries: Dirent[] = [];
    attempt(path.join(name, path.relative(location, folder)), () => {
      entries = room.entries < 0 ? [] : readdirSync(folder, { withFileTypes: true });
      room.entries -= entries.length;
      return undefined;
    });
    return entries;
  };
  attempt(name, () => {
    const found = statSync(location).isDirectory() ? findRuleFiles(location, list, isRules) : [''];
    for (const [index, relative] of found.entries()) {
      if (index >= MOST_FILES) return tooMany('files', MOST_FILES, found.length - index);
      if (bytes >= MOST_BYTES) return tooMany('bytes of rules', MOST_BYTES, found.length - index);
      readOne(relative);
    }
    if (room.entries < 0) return tooMany('names below it', MOST_ENTRIES, undefined);
    return undefined;
  });
  return { files, diagnostics };
}

function tooMany(what: string, limit: number, left: number | undefined): Problem {
  return { code: 'RULE_TOO_MANY_FILES', what, limit, ...(left !== undefined && { left }) };
}

/** Relative to the first folder, in order. Links to folders are not followed: they may lead in circles. */
function findRuleFiles(folder: string, list: (folder: string) => Dirent[], isRules: RegExp, prefix = ''): string[] {
  const found = list(folder).flatMap((entry) => {
    const relative = path.join(prefix, entry.name);
    if (entry.isDirectory()) return findRuleFiles(path.join(folder, entry.name), list, isRules, relative);
    return isRules.test(entry.name) ? [relative] : [];
  });
  return found.toSorted();
}

/** A pipe would be waited for, and a file may grow while it is read: neither is trusted. */
function readRuleFile(file: string): string | Problem {
  if (!statSync(file).isFile()) return { code: 'RULE_FILE_UNREADABLE', reason: 'no regular file' };
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size > RULE_FILE_LIMIT_BYTES) return { code: 'RULE_FILE_TOO_LARGE', bytes: size, limitBytes: RULE_FILE_LIMIT_BYTES };
    const buffer = Buffer.allocUnsafe(size + 1);
    const bytes = readSync(descriptor, buffer, 0, buffer.length, 0);
    return bytes === size ? buffer.toString('utf8', 0, bytes) : { code: 'RULE_FILE_UNREADABLE', reason: 'it changes while it is read' };
  } finally {
    closeSync(descriptor);
  }
}
