import type { Dirent, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import nodePath, { type PlatformPath } from 'node:path';
import type fastGlob from 'fast-glob';

/** Whether a name is a pattern: of files, rather than the name of one. */
export function isPattern(name: string): boolean {
  return name !== '' && glob().isDynamicPattern(name);
}

/** The folder that a pattern begins in. */
export function baseOf(pattern: string): string {
  return nodePath.resolve(glob().generateTasks(pattern)[0]?.base ?? '.');
}

/**
 * Names that a pattern matches, folders and links too, in any case.
 *
 * @param list asked for the entries of a folder; to answer with none where the operating system refuses
 */
export function matchesOf(pattern: string, list: (folder: string) => Dirent[]): string[] {
  return glob().sync(pattern, {
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    caseSensitiveMatch: false,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one overload that fast-glob calls
    fs: { readdirSync: list as unknown as typeof readdirSync },
  });
}

/** Patterns are written with `/`; Windows' own `\` would be an escape in them. */
export function withSlashes(name: string, { sep }: PlatformPath = nodePath): string {
  return sep === '\\' ? name.replaceAll('\\', '/') : name;
}

const require = createRequire(import.meta.url);

/** Loaded when it is needed: most scans name folders, and it is a tenth of the program's start. */
function glob(): typeof fastGlob {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the package's own types say
  return require('fast-glob') as typeof fastGlob;
}
