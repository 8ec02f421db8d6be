import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import fastGlob from 'fast-glob';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import { errorCode } from './paths.ts';

/** The longest rule of the public Sigma rule set holds some 60 KB. */
const RULE_FILE_LIMIT_BYTES = 1_048_576;

export interface RuleFile {
  /** What messages call it. */
  readonly name: string;
  readonly text: string;
}

/**
 * Reads every `.yml` and `.yaml` file below a folder, or one file, in the order of their paths.
 *
 * @param name what messages call the folder
 */
export function readRuleFiles(location: string, name: string): { readonly files: RuleFile[]; readonly diagnostics: Diagnostic[] } {
  const files: RuleFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const attempt = (shown: string, read: () => void): void => {
    try {
      read();
    } catch (error) {
      diagnostics.push(diagnostic({ code: 'RULE_FILE_UNREADABLE', reason: errorCode(error) }, { path: shown }));
    }
  };
  const readOne = (relative: string): void => {
    const file = path.join(location, relative);
    const shown = path.join(name, relative);
    attempt(shown, () => {
      const bytes = statSync(file).size;
      if (bytes <= RULE_FILE_LIMIT_BYTES) files.push({ name: shown, text: readFileSync(file, 'utf8') });
      else diagnostics.push(diagnostic({ code: 'RULE_FILE_TOO_LARGE', bytes, limitBytes: RULE_FILE_LIMIT_BYTES }, { path: shown }));
    });
  };
  attempt(name, () => {
    const isFolder = statSync(location).isDirectory();
    const found = isFolder ? fastGlob.sync('**/*.{yml,yaml}', { cwd: location, caseSensitiveMatch: false }).toSorted() : [''];
    for (const relative of found) readOne(relative);
  });
  return { files, diagnostics };
}
