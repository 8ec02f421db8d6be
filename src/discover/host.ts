/** A file whose host is to be told. */
export interface HostClue {
  /** Relative to the scanned root; `/`-separated. */
  readonly path: string;
  /** What its own records say. */
  readonly recordHost?: string;
}

/**
 * Folders that begin a copy of a server's disk, or of its logs: the one above them is named for the server, if any is. `%5C%5C.%5CC%3A` is
 * how Velociraptor writes `\\.\C:`; the last line holds the folders of Microsoft's ExchangeLogCollector.
 */
const DISK_FOLDERS = new RegExp(
  [
    '^(?:[A-Za-z](?:\\$|:|%3A)',
    '%5C%5C\\.%5C[A-Za-z]%3A',
    'Drive[-_ ]?[A-Za-z]|IIS[-_ ]?Logs?|inetpub|LogFiles|W3SVC\\d+|Program Files|Exchange Server|V1[45]|Logging|HttpProxy|ECP|Windows',
    'IIS_W3SVC\\d+_Logs|\\w+_Proxy\\w*_Logs|ECP_Logs)$',
  ].join('|'),
  'i',
);

/** A single letter is a drive only where something lies below it in folders. */
const DRIVE_LETTER = /^[A-Za-z]$/;

/** Names that collectors and responders give to folders above a disk; none of them is a server. */
const COLLECTION_FOLDERS =
  /^(?:uploads|auto|files?|ntfs|fs|evidence|collect(?:ion|ed)|triage|logs?|data|iis|exchange|copy|copies|te?mp|input|case[-_ ]?\w*|mnt|media|usb|disk\d*|root|downloads?|desktop|kape|cylr|samples?)$/i;

/** Evidence sorted by log first: IIS itself makes no folders below that of a site. */
const BELOW_SITE = /(?:^|\/)W3SVC\d+\/([^/]+)\/[^/]+$/i;

/** What a server may be called (RFC 1123, and `_` as Windows lets it). */
const SERVER_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
/** Numbers and dates name a case or a day; four numbers are an address. */
const NUMBER = /^(?!\d+\.\d+\.\d+\.\d+$)[\d._-]+$/;

export interface HostDefaults {
  /** What the user says. */
  readonly given?: string;
  /** The name of the scanned folder itself. */
  readonly rootName: string;
}

/**
 * Tells the host of each file: its own records first; then what the records of other logs in the same copy agree on, unless a folder below
 * the site's says otherwise; then the folder that
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
    const root = /^(?:[A-Za-z](?:\$|:|%3A)?|%5C%5C\.%5C[A-Za-z]%3A)\/./.test(path) && hasDisk ? rootName : undefined;
    return (
      recordHost ??
      serverName(BELOW_SITE.exec(path)?.[1]) ??
      agreed ??
      serverName(hasDisk ? above.at(-1) : undefined) ??
      given ??
      serverName(root)
    );
  };
}

function splitAtDisk(path: string): { readonly above: readonly string[]; readonly hasDisk: boolean } {
  const folders = path.split('/').slice(0, -1);
  const disk = folders.findIndex((folder, index) => DISK_FOLDERS.test(folder) || (DRIVE_LETTER.test(folder) && index < folders.length - 1));
  return { above: disk === -1 ? folders : folders.slice(0, disk), hasDisk: disk !== -1 };
}

function serverName(folder: string | undefined): string | undefined {
  if (folder === undefined || COLLECTION_FOLDERS.test(folder) || NUMBER.test(folder)) return undefined;
  return SERVER_NAME.test(folder) ? folder : undefined;
}
