import { placeKey } from '../model/known-files.ts';
import { cellsOf } from './csv.ts';
import { isComment, linesOf } from './lines.ts';

/** What is told of a list line by line. */
export interface BaselineListener {
  /** A hash in small letters, and the place below a web root that the list gives for it. */
  readonly onHash: (hash: string, place: string | undefined) => void;
  readonly onBroken: (text: string, lineNumber: number) => void;
}

const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i;
/** `sha256sum`, and what is like it; two blanks, or one and `*` for binary. */
const SUM = /^(\\?)([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?:[ \t]+\*?(.+))?$/i;
const BSD_SUM = /^(?:MD5|SHA1|SHA256) \((.+)\) = ([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i;
const DELIMITERS = [',', ';', '\t'] as const;
const VERSION = /^[\d.]*$|^(?:MD5|SHA-?1|SHA-?256)$/i;

/**
 * Reads a list of known good files: what `md5sum`, `sha1sum` and `sha256sum` write (so are NCC Group's lists), and rows of CSV with or without a header, of
 * which any cell is a hash (`hash,version,path` in Microsoft's lists, `Get-FileHash | Export-Csv`).
 */
export function readBaseline(text: string, { onHash, onBroken }: BaselineListener): void {
  let pathColumn: number | undefined;
  let isFirst = true;
  for (const [index, line] of linesOf(text.replace(/^\uFEFF/, '')).entries()) {
    const row = line.trim();
    if (row === '' || isComment(row)) continue;
    const cells = rowOf(row);
    const hashes = cells.filter((cell) => HASH.test(cell));
    const sum = readSum(row);
    if (sum !== undefined) onHash(sum.hash.toLowerCase(), sum.path === undefined ? undefined : placeKey(sum.path));
    else if (hashes.length > 0) {
      const others = cells.filter((cell) => !HASH.test(cell) && !VERSION.test(cell));
      const path = (pathColumn === undefined ? undefined : cells[pathColumn]) ?? others.at(-1);
      for (const hash of hashes) onHash(hash.toLowerCase(), path === undefined ? undefined : placeKey(path));
    } else if (isFirst && cells.length > 1 && cells.some((cell) => /hash|md5|sha/i.test(cell))) pathColumn = findPath(cells);
    else onBroken(row, index + 1);
    isFirst = false;
  }
}

function readSum(row: string): { readonly hash: string; readonly path: string | undefined } | undefined {
  const [, named, bsd] = BSD_SUM.exec(row) ?? [];
  if (named !== undefined && bsd !== undefined) return { hash: bsd, path: named };
  const [, escape = '', hash, path] = SUM.exec(row) ?? [];
  // In front of the hash, a backslash says that those in the name are written twice.
  return hash === undefined ? undefined : { hash, path: escape === '' ? path : path?.replaceAll('\\\\', '\\') };
}

/** Cut by the delimiter that leaves a hash in a cell, or else by the first that there is. */
function rowOf(row: string): string[] {
  const ways = DELIMITERS.filter((delimiter) => row.includes(delimiter)).map((delimiter) =>
    (cellsOf(row, delimiter) ?? []).map((cell) => cell.trim()),
  );
  return ways.find((cells) => cells.some((cell) => HASH.test(cell))) ?? ways[0] ?? [row];
}

function findPath(header: readonly string[]): number | undefined {
  const columns = [/^(?:full)?path$|^fullname$|path/i, /file|name/i].map((name) => header.findIndex((cell) => name.test(cell)));
  return columns.find((index) => index !== -1);
}
