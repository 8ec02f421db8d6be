import type { EntryAddress } from './archive.ts';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A file of evidence that a parser understands. */
export interface LogFile {
  /** Where to read it from; `-` is standard input. Of an entry of an archive: the archive. */
  readonly location: string;
  /** Left out: it lies in a folder. */
  readonly entry?: EntryAddress;
  /** Relative to the scanned root, `/`-separated: what findings name. */
  readonly path: string;
  /** What Windows called it on the server, where the path of the copy tells: `C:\inetpub\...`. */
  readonly originalPath?: string;
  /** Of a file below a web root: its path on the server, as far as it is known. */
  readonly webTarget?: string;
  /** Id of a row of the log type table. */
  readonly logType: string;
  readonly encoding: Encoding;
  /** Left out: it is text. Otherwise it is a header and chunks of one size, and parts of it end where chunks do. */
  readonly isChunked?: true;
  /** The server that wrote it, where its records, its path or the user tell. */
  readonly host?: string;
  /** Size in bytes when it was discovered; 0 for standard input; a guess where an archive does not tell. */
  readonly bytes: number;
  /** When it had been written to last then; milliseconds since 1970. */
  readonly modifiedMs?: number;
  /** What stays the same of it whatever it is called. */
  readonly identity?: string;
  /** Standard input cannot be read twice: what was read of it to see what it is, and the rest. */
  readonly begun?: { readonly head: Uint8Array; readonly rest: AsyncIterable<Uint8Array> };
}

/** The lines of a file that begin in a range of its bytes; `to` is behind the last, and may be infinite. */
export interface FilePart {
  readonly from: number;
  readonly to: number;
}

/** What the beginning of a file says it is. */
export type Classification =
  | { readonly kind: 'log'; readonly logType: string; readonly host?: string; readonly isChunked?: true }
  /** A log by its own words, but of a kind that is not hunted in. */
  | { readonly kind: 'other-log'; readonly name: string };
