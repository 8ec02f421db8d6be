import { existsSync, readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import fastGlob from 'fast-glob';
import type { Problem } from '../model/diagnostic.ts';

/** A file to look at, before anything of it was read. */
export interface Candidate {
  readonly location: string;
  /** Relative to the deepest folder that holds all that the user named; `/`-separated. */
  readonly path: string;
}

type EntryKind = Pick<Dirent, 'isDirectory' | 'isFile' | 'isSymbolicLink'>;

export type ReportProblem = (problem: Problem, path: string) => void;

/** Paths that the user named and that neither exist nor are patterns. Standard input (`-`) always exists. */
export function missingPaths(paths: readonly string[]): string[] {
  return paths.filter((name) => name !== '-' && !existsSync(name) && (name === '' || !fastGlob.isDynamicPattern(name)));
}

/** The deepest folder that holds all that the user named: what reported paths are relative to. */
export function commonFolder(paths: readonly string[]): string {
  const folders = paths.filter((name) => name !== '-').map(folderOf);
  const [first = [], ...others] = folders.map((folder) => folder.split(path.sep));
  const differs = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return (differs === -1 ? first : first.slice(0, differs)).join(path.sep) || path.sep;
}

/** Every regular file below the folders, files and patterns that the user named, each once, in the order of their paths. */
export function findFiles(paths: readonly string[], report: ReportProblem): Candidate[] {
  const base = commonFolder(paths);
  const relative = (location: string): string => path.relative(base, location).split(path.sep).join('/');
  const found = new Map<string, Candidate>();
  const visit = (location: string): void => {
    if (statSync(location).isDirectory()) walk(location, visitEntry, (problem, where) => report(problem, relative(where)));
    else visitFile(location, statSync(location).isFile());
  };
  const visitEntry = (location: string, entry: EntryKind, root: string): void => {
    if (entry.isSymbolicLink()) visitLink(location, root);
    else if (!entry.isDirectory()) visitFile(location, entry.isFile());
  };
  // What a link inside the root points to is found without it; following it would read it twice, or for ever.
  const visitLink = (location: string, root: string): void => {
    const target = realPath(location);
    if (target === undefined || !isInside(target, realPath(root) ?? root))
      report({ code: 'FILE_LINK', target: target ?? '' }, relative(location));
  };
  const visitFile = (location: string, isRegular: boolean): void => {
    const real = realPath(location) ?? location;
    if (!isRegular) report({ code: 'FILE_SPECIAL' }, relative(location));
    else if (!found.has(real)) found.set(real, { location, path: relative(location) });
  };
  for (const name of paths.filter((each) => each !== '-').flatMap(expand)) visit(path.resolve(name));
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Calls back for all that lies below a folder. A folder that cannot be listed is reported, and the walk goes on. */
function walk(root: string, visit: (location: string, entry: EntryKind, root: string) => void, report: ReportProblem): void {
  const list = (folder: string): Dirent[] => {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      report({ code: 'FILE_UNREADABLE', reason: errorCode(error) }, folder);
      return [];
    }
  };
  const entries = fastGlob.sync('**', {
    cwd: root,
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    objectMode: true,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one overload that fast-glob calls
    fs: { readdirSync: list as unknown as typeof readdirSync },
  });
  for (const entry of entries) visit(path.join(root, entry.path), entry.dirent, root);
}

function expand(name: string): string[] {
  if (existsSync(name)) return [name];
  const pattern = process.platform === 'win32' ? name.replaceAll('\\', '/') : name;
  return fastGlob.sync(pattern, { dot: true, onlyFiles: false, followSymbolicLinks: false, caseSensitiveMatch: false });
}

function folderOf(name: string): string {
  if (existsSync(name)) return statSync(name).isDirectory() ? path.resolve(name) : path.dirname(path.resolve(name));
  const bases = fastGlob.generateTasks(name).map(({ base }) => base);
  return path.resolve(bases[0] ?? '.');
}

export function isInside(location: string, folder: string): boolean {
  const relative = path.relative(folder, location);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}

function realPath(location: string): string | undefined {
  try {
    return realpathSync(location);
  } catch {
    return undefined;
  }
}

/**
 * The operating system's name for what went wrong: `EACCES`, `ENOENT`, ...
 *
 * @throws the error itself when it is not the operating system's
 */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error) return error.code;
  throw error;
}
