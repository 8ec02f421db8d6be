/** How far archives are opened; each is told when it is reached. */
export const ARCHIVE_LIMITS = {
  /** Bytes that come out for each that goes in, beyond the first 100 MB; of an entry, and of an archive with all in it. Logs have 20 to 100. */
  ratio: 200,
  /** Of one entry. */
  'entry-bytes': 68_719_476_736,
  /** Of all entries of an archive that were read, those of archives inside of it among them. */
  'total-bytes': 549_755_813_888,
  /** Of an archive, those of archives inside of it among them. */
  entries: 200_000,
  /** Archives inside each other. */
  depth: 3,
  /** That unpacking one archive takes, on whatever thread. */
  seconds: 3_600,
} as const;

export type ArchiveLimit = keyof typeof ARCHIVE_LIMITS;
export type ArchiveLimits = Readonly<Record<ArchiveLimit, number>>;

/** The sum that an entry's bytes must have (CRC-32). */
interface Checked {
  readonly crc?: number;
}

/** How the bytes of an entry are got out of those that hold it; places are bytes from the start of these. */
export type ArchiveStep =
  | { readonly kind: 'gzip' | 'zstd' }
  /** As they are: of a tar archive, or stored in a zip. */
  | ({ readonly kind: 'slice'; readonly from: number; readonly bytes: number } & Checked)
  /** Deflated in a zip; `size` is what the zip says of what comes out. */
  | ({ readonly kind: 'deflate'; readonly from: number; readonly bytes: number; readonly size?: number } & Checked)
  /** Encrypted, or deflated in another way; `from` is where the zip says that its header is. */
  | ({
      readonly kind: 'zip';
      readonly from: number;
      readonly bytes: number;
      readonly size?: number;
      /** Else as the zip says. */
      readonly isDeflated: boolean;
    } & Checked);

/** What holds for all entries of an archive that lies in a folder. Goes over to workers: values only. */
export interface ArchiveTerms {
  readonly limits: ArchiveLimits;
  /** Of the archive. */
  readonly bytes: number;
  /** What was spent on it, shared by all threads: bytes, and microseconds. */
  readonly spent: SharedArrayBuffer;
  /** Of encrypted entries. */
  readonly password?: string;
  /** Where a file may be made for an archive that has to be unpacked to be opened; left out: only small ones are. */
  readonly spillFolder?: string;
}

/** Where in an archive a file lies. */
export interface EntryAddress {
  /** One for each wrapping, from the outermost on. */
  readonly steps: readonly ArchiveStep[];
  readonly terms: ArchiveTerms;
}
