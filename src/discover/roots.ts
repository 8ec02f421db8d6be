import { existsSync, statSync } from 'node:fs';
import nodePath from 'node:path';
import { systemErrorCode } from '../model/system-error.ts';
import { deepestCommon } from './location.ts';
import { baseOf, isPattern, withSlashes } from './pattern.ts';

/** Something that the user named. */
export type Root =
  | { readonly kind: 'folder' | 'file'; readonly location: string }
  /** `base` is the folder that the pattern begins in. */
  | { readonly kind: 'pattern'; readonly pattern: string; readonly base: string }
  | { readonly kind: 'refused'; readonly location: string; readonly reason: string };

/** What stands behind the names that the user gave; standard input (`-`) and names of nothing are left out. */
export function rootsOf(names: readonly string[]): Root[] {
  return names.filter((name) => name !== '-').flatMap((name) => rootOf(name) ?? []);
}

/** Names that neither exist nor are patterns in a folder that does. */
export function missingPaths(names: readonly string[]): string[] {
  return names.filter((name) => name !== '-' && rootOf(name) === undefined);
}

/** The deepest folder that holds all that the user named: what reported paths are relative to. */
export function commonFolder(roots: readonly Root[]): string | undefined {
  return deepestCommon(
    roots.map((root) => {
      if (root.kind === 'pattern') return root.base;
      return root.kind === 'folder' ? root.location : nodePath.dirname(root.location);
    }),
  );
}

function rootOf(name: string): Root | undefined {
  const location = nodePath.resolve(name);
  try {
    const stats = name === '' ? undefined : statSync(name, { throwIfNoEntry: false });
    if (stats !== undefined) return { kind: stats.isDirectory() ? 'folder' : 'file', location };
  } catch (error) {
    const reason = systemErrorCode(error);
    // Of a name with NUL or too long to be one, a pattern may be meant as little as a file.
    if (!['ELOOP', 'ENAMETOOLONG', 'ENOTDIR', 'ENOENT'].includes(reason)) return { kind: 'refused', location, reason };
  }
  const pattern = withSlashes(name);
  if (!isPattern(pattern)) return undefined;
  const base = baseOf(pattern);
  return existsSync(base) ? { kind: 'pattern', pattern, base } : undefined;
}
