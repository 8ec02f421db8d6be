import { webPlaceOf } from './web-place.ts';

/** Lists of known good files: what they know, and by which list. Goes over to workers: values only. */
export interface KnownFiles {
  /** By MD5, SHA-1 or SHA-256 in small letters. */
  readonly hashes: ReadonlyMap<string, string>;
  /** By place below a web root: see `placeKey`. */
  readonly places: ReadonlyMap<string, string>;
}

/** What lists say of a file. */
export interface FileWord {
  readonly word: 'known' | 'changed';
  /** The list. */
  readonly list: string;
}

/** The same for a file on a server, in a copy and on the installation media; `undefined` for what lies below no web root. */
export function placeKey(path: string): string | undefined {
  const place = webPlaceOf(path);
  return place && `${place.webRoot}\n${place.urlPath ?? place.below}`.toLowerCase();
}

/** Says whether a file is one of the lists, or lies where another should. */
export function askKnownFiles(
  { hashes, places }: KnownFiles,
  { path, digests }: { readonly path: string; readonly digests: readonly string[] },
): FileWord | undefined {
  const known = digests.map((digest) => hashes.get(digest)).find((list) => list !== undefined);
  if (known !== undefined) return { word: 'known', list: known };
  const list = places.get(placeKey(path) ?? '');
  return list === undefined ? undefined : { word: 'changed', list };
}
