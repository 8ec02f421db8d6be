/** A file whose host is to be told. */
export interface HostClue {
  /** Relative to the scanned root; `/`-separated. */
  readonly path: string;
  /** What its own records say. */
  readonly recordHost?: string;
}

/** Folders that begin a copy of a server's disk: the one above them is named for the server, if any is. */
const DISK_FOLDERS =
  /^(?:[A-Za-z](?:\$|:|%3A)?|inetpub|LogFiles|W3SVC\d+|Program Files|Exchange Server|V1[45]|Logging|HttpProxy|ECP|Windows)$/i;

/** Names that collectors and responders give to folders above a disk; none of them is a server. */
const COLLECTION_FOLDERS =
  /^(?:uploads|auto|files?|ntfs|fs|evidence|collect(?:ion|ed)|triage|logs?|data|iis|exchange|copy|copies|te?mp|input|case[-_ ]?\w*|mnt|media|usb|disk\d*|root|downloads?|desktop|kape|cylr|samples?)$/i;

export interface HostDefaults {
  /** What the user says. */
  readonly given?: string;
  /** The name of the scanned folder itself. */
  readonly rootName: string;
}

/**
 * Tells the host of each file: its own records first; then what the records of other logs in the same copy agree on; then the folder that
 * the copy lies in; then the user; last the scanned folder's name, where it holds a copied drive. `undefined` where nothing tells.
 */
export function tellHosts(clues: readonly HostClue[], { given, rootName }: HostDefaults): (clue: HostClue) => string | undefined {
  const hostsOfCopy = new Map<string, Set<string>>();
  for (const { path, recordHost } of clues) {
    const { above, hasDisk } = splitAtDisk(path);
    if (recordHost === undefined || !hasDisk) continue;
    const copy = above.join('/');
    hostsOfCopy.set(copy, (hostsOfCopy.get(copy) ?? new Set()).add(recordHost));
  }
  return ({ path, recordHost }) => {
    const { above, hasDisk } = splitAtDisk(path);
    const hosts = hasDisk ? [...(hostsOfCopy.get(above.join('/')) ?? [])] : [];
    const agreed = hosts.every((host) => host.toLowerCase() === hosts[0]?.toLowerCase()) ? hosts[0] : undefined;
    const folder = hasDisk ? above.at(-1) : undefined;
    const root = /^[A-Za-z](?:\$|:|%3A)?\//.test(path) ? rootName : undefined;
    return recordHost ?? agreed ?? serverName(folder) ?? given ?? serverName(root);
  };
}

function splitAtDisk(path: string): { readonly above: readonly string[]; readonly hasDisk: boolean } {
  const folders = path.split('/').slice(0, -1);
  const disk = folders.findIndex((folder) => DISK_FOLDERS.test(folder));
  return { above: disk === -1 ? folders : folders.slice(0, disk), hasDisk: disk !== -1 };
}

function serverName(folder: string | undefined): string | undefined {
  return folder === undefined || folder === '' || COLLECTION_FOLDERS.test(folder) ? undefined : folder;
}
