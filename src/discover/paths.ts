import { lstatSync, readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import nodePath from 'node:path';
import type { Problem } from '../model/diagnostic.ts';
import { systemErrorCode } from '../model/system-error.ts';
import { displayPath, isInside } from './location.ts';
import { matchesOf } from './pattern.ts';
import { commonFolder, type Root } from './roots.ts';

/** A file to look at, before anything of it was read. */
export interface Candidate {
  readonly location: string;
  /** Relative to the deepest folder that holds all that the user named; `/`-separated. */
  readonly path: string;
}

export type ReportProblem = (problem: Problem, path: string) => void;

/** Every regular file below what the user named, each once, in the order of their paths. */
export function findFiles(roots: readonly Root[], report: ReportProblem): Candidate[] {
  const base = commonFolder(roots);
  const finder = new Finder((problem, location) => report(problem, displayPath(location, base)));
  for (const root of roots) {
    if (root.kind === 'pattern') finder.addMatched(root.pattern, root.base);
    else if (root.kind === 'refused') finder.refuse(root.location, root.reason);
    else if (root.kind === 'folder') finder.addFolder(root.location);
    else finder.addNamed(root.location);
  }
  const found = [...finder.found.values()].map((location) => ({ location, path: displayPath(location, base) }));
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether a location (its real path) is one that a pattern matches, or lies in a folder that it matches; also one that is not there yet. */
export function isMatchedBy(location: string, { pattern, base }: Extract<Root, { kind: 'pattern' }>): boolean {
  const list = (folder: string): Dirent[] => {
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      const isThere = realPath(folder) !== nodePath.dirname(location) || entries.some(({ name }) => name === nodePath.basename(location));
      return isThere ? entries : [...entries, fileNamed(nodePath.basename(location))];
    } catch {
      return [];
    }
  };
  return (
    isInside(location, realPath(base) ?? base) &&
    matchesOf(pattern, list).some((matched) => isInside(location, realPath(matched) ?? matched))
  );
}

/** What a folder would list if the file were there. */
function fileNamed(name: string): Dirent {
  const no = (): boolean => false;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fast-glob asks for nothing else
  return { name, isFile: () => true, isDirectory: no, isSymbolicLink: no } as Dirent;
}

/** Collects files and goes on where the operating system refuses something. */
class Finder {
  /** By its real path, so that nothing is read twice. */
  readonly found = new Map<string, string>();
  readonly #walked = new Set<string>();
  readonly #report: ReportProblem;

  constructor(report: ReportProblem) {
    this.#report = report;
  }

  refuse(location: string, reason: string): void {
    this.#report({ code: 'FILE_UNREADABLE', reason }, location);
  }

  /** What the user names is read, also if it is a link. */
  addNamed(location: string): void {
    this.#attempt(location, () => this.#addFile(location, statSync(location).isFile()));
  }

  /** Reads what a pattern matches; a link only when it leads to something below the folder that the pattern begins in. */
  addMatched(pattern: string, base: string): void {
    const matched = this.#attempt(base, () => matchesOf(pattern, (folder) => this.#list(folder))) ?? [];
    if (matched.length === 0) this.#report({ code: 'FILE_PATTERN_EMPTY', pattern }, base);
    for (const location of matched.map((name) => nodePath.resolve(name))) {
      this.#attempt(location, () => {
        if (lstatSync(location).isSymbolicLink() && this.#isStray(location, base)) return;
        const stats = statSync(location);
        if (stats.isDirectory()) this.addFolder(location);
        else this.#addFile(location, stats.isFile());
      });
    }
  }

  addFolder(root: string): void {
    this.#walk(root, root);
  }

  #walk(folder: string, root: string): void {
    if (this.#walked.has(folder)) return;
    this.#walked.add(folder);
    for (const entry of this.#list(folder)) {
      const location = nodePath.join(folder, entry.name);
      // What a link inside the root leads to is found without it; following it would read it twice, or for ever.
      if (entry.isSymbolicLink()) this.#isStray(location, root);
      else if (entry.isDirectory()) this.#walk(location, root);
      else this.#addFile(location, entry.isFile());
    }
  }

  /** Reports a link that leads out of the root or nowhere. */
  #isStray(link: string, root: string): boolean {
    const target = realPath(link);
    const isStray = target === undefined || !isInside(target, realPath(root) ?? root);
    if (isStray) this.#report({ code: 'FILE_LINK', target: target ?? '' }, link);
    return isStray;
  }

  #addFile(location: string, isRegular: boolean): void {
    const real = realPath(location) ?? location;
    if (!isRegular) this.#report({ code: 'FILE_SPECIAL' }, location);
    else if (!this.found.has(real)) this.found.set(real, location);
  }

  #list(folder: string): Dirent[] {
    return this.#attempt(folder, () => readdirSync(folder, { withFileTypes: true })) ?? [];
  }

  #attempt<Outcome>(location: string, act: () => Outcome): Outcome | undefined {
    try {
      return act();
    } catch (error) {
      this.refuse(location, systemErrorCode(error));
      return undefined;
    }
  }
}

/** `undefined` for a link to nothing, and where the operating system does not tell. */
function realPath(location: string): string | undefined {
  try {
    return realpathSync(location);
  } catch {
    return undefined;
  }
}
