/** Where a copied disk begins in a path. */
export interface Disk {
  /** Of the folder that stands for it. */
  readonly index: number;
  /** What Windows calls it: `C:`. */
  readonly name: string;
  /** Whether the collector wrote `%3A` for `:`, and so on, in all names below. */
  readonly isEncoded: boolean;
}

/** A single letter is a drive for sure where one of these lies below it. */
const TOP_FOLDERS = /^(?:inetpub|Windows|Windows\.old|Program Files(?: \(x86\))?|ProgramData|Exchange Server|Users)$/i;
const LIVE_FOLDERS = /^(?:inetpub|Windows|Program Files(?: \(x86\))?|Exchange Server)$/i;

/** `C:`, `C$` of a share, `Drive_C`; `\\.\C:` is Velociraptor's for a disk that it read itself. */
const DRIVE = /^(?:\\\\[.?]\\)?(?:Drive[-_ ]?)?([A-Za-z])(?:[:$])?$/i;
const SHADOW_COPY = /^\\\\[.?]\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy\d{1,9}$/i;

/**
 * The copied disk that a file lies on. Of several, one below the other, the last: a copy was copied. A single letter may be a folder like any other
 * and counts only where a folder of Windows lies below it.
 *
 * @param aboveRoot so many of the first folders lie above what is scanned, on the disk of whoever scans
 */
export function findDisk(folders: readonly string[], aboveRoot = 0): Disk | undefined {
  for (let index = folders.length - 1; index >= 0; index -= 1) {
    const folder = folders[index] ?? '';
    const below = folders[index + 1] ?? '';
    const name = diskName(folder, folders[index - 1]);
    if (name === undefined) continue;
    // On a live server the disk is its own; on the machine of a responder it is not that of the logs.
    const mayBeOwn = index < aboveRoot && (folder.length === 1 || index === 0);
    if (mayBeOwn ? LIVE_FOLDERS.test(below) : folder.length > 1 || TOP_FOLDERS.test(below))
      return { index, name, isEncoded: folder.includes('%') };
  }
  return undefined;
}

/** A single letter in front of folders that nothing else is known of: capital, as collectors write it. */
export function supposeDisk(folders: readonly string[]): Disk | undefined {
  const index = folders.findIndex((folder, at) => /^[C-Z]$/.test(folder) && at < folders.length - 1);
  return index === -1 ? undefined : { index, name: `${folders[index]}:`, isEncoded: false };
}

/** The folders of a path, and its file; names in archives that PowerShell wrote are parted by `\`. */
export function splitPath(path: string): { readonly folders: readonly string[]; readonly file: string } {
  const names = path.split(/[/\\]/);
  return { folders: names.slice(0, -1), file: names.at(-1) ?? '' };
}

/** `%3A` is `:`; what is no percent-encoded UTF-8 stays as it is. */
export function decodeName(name: string): string {
  return name.replaceAll(/(?:%[\dA-Fa-f]{2})+/g, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

function diskName(folder: string, above: string | undefined): string | undefined {
  // The disk that Windows runs from, in what acquire collects.
  if (above === 'fs' && folder === 'sysvol') return '%SystemDrive%';
  const decoded = decodeName(folder);
  if (SHADOW_COPY.test(decoded)) return decoded;
  const [, letter] = DRIVE.exec(decoded) ?? [];
  return letter && `${letter.toUpperCase()}:`;
}
