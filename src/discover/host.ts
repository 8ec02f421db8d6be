import { findDisk, splitPath } from './disk.ts';

/** A file whose host is to be told. */
export interface HostClue {
  /** Relative to the scanned root; `/`-separated. */
  readonly path: string;
  /** What its own records say. */
  readonly recordHost?: string;
}

/**
 * Folders that begin a copy of a server's logs, where no folder stands for the disk: the one above them is named for the server, if any is. The
 * last line holds the folders of Microsoft's ExchangeLogCollector, which zips each.
 */
const LOG_FOLDERS = new RegExp(
  [
    '^(?:IIS[-_ ]?Logs?|inetpub|LogFiles|W3SVC\\d+|Program Files|Exchange Server|V1[45]|Logging|HttpProxy|ECP|Windows',
    '(?:IIS_W3SVC\\d+|\\w+_Proxy(?:_\\w+)?|ECP|EWS_BE|MAPI|RCA|RPC_Http|AutoD|OWA|OAB_Generation|CmdletInfra|HTTPERR)_Logs(?:\\.zip!)?)$',
  ].join('|'),
  'i',
);

/** A single letter is a drive only where something lies below it in folders. */
const DRIVE_LETTER = /^[A-Za-z]$/;

/** Names that collectors and responders give to folders above a disk; none of them is a server. */
const COLLECTION_FOLDERS =
  /^(?:uploads|auto|files?|ntfs|fs|evidence|collect(?:ion|ed)|triage|logs?|data|iis|exchange|copy|copies|te?mp|input|case[-_ ]?\w*|mnt|media|usb|disk\d*|root|downloads?|desktop|kape|cylr|samples?|collection-.+-\d{4}-\d\d-\d\dT.*)$/i;

/** Evidence sorted by log first: IIS itself makes no folders below that of a site. */
const BELOW_SITE = /(?:^|\/)W3SVC\d+\/([^/]+)\/[^/]+$/i;

/** What a server may be called (RFC 1123, and `_` as Windows lets it). */
const SERVER_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
/** Numbers and dates name a case or a day; four numbers are an address. */
const NUMBER = /^(?!\d+\.\d+\.\d+\.\d+$)[\d._-]+$/;

export interface HostDefaults {
  /** What the user says. */
  readonly given?: string;
  /** The scanned folder and those above it. */
  readonly base: readonly string[];
  /** By the folder of a collection, what the collector says of it. */
  readonly collections: ReadonlyMap<string, string>;
}

/**
 * Tells the host of each file: its own records first; then what the records of other logs in the same copy agree on, unless a folder below
 * the site's says otherwise; then what the collector wrote beside the copy; then the folder that the copy lies in; then the user; last the scanned
 * folder, where it holds a copied drive, or the one above the drive that it lies on. `undefined` where nothing tells. The name of an archive tells nothing: it is a folder that ends in `!`.
 */
export function tellHosts(clues: readonly HostClue[], { given, base, collections }: HostDefaults): (clue: HostClue) => string | undefined {
  const hostsOfCopy = new Map<string, Set<string>>();
  for (const { path, recordHost } of clues) {
    const { above, begins } = splitAtCopy(path);
    if (recordHost === undefined || begins === undefined) continue;
    const copy = above.join('/');
    hostsOfCopy.set(copy, (hostsOfCopy.get(copy) ?? new Set()).add(recordHost));
  }
  return ({ path, recordHost }) => {
    const { above, begins } = splitAtCopy(path);
    const hosts = begins === undefined ? [] : [...(hostsOfCopy.get(above.join('/')) ?? [])];
    const agreed = hosts.every((host) => host.toLowerCase() === hosts[0]?.toLowerCase()) ? hosts[0] : undefined;
    return (
      recordHost ??
      serverName(BELOW_SITE.exec(path)?.[1]) ??
      agreed ??
      collectedFrom(path, collections) ??
      serverName(begins === undefined ? undefined : above.at(-1)) ??
      given ??
      serverName(begins === 'top disk' ? base.at(-1) : aboveDiskOf(base, path))
    );
  };
}

/** Of a folder on a copied disk that is scanned alone, or of a share, the folder or the server above the disk. */
function aboveDiskOf(base: readonly string[], path: string): string | undefined {
  const disk = findDisk([...base, ...splitPath(path).folders], base.length);
  return disk !== undefined && disk.index < base.length ? withoutCollector(base.slice(0, disk.index)).at(-1) : undefined;
}

/** What lies above a copy, and what begins it: a folder of logs, or one that stands for a disk, perhaps at the very top. */
function splitAtCopy(path: string): { readonly above: readonly string[]; readonly begins: 'top disk' | 'disk' | 'logs' | undefined } {
  const { folders } = splitPath(path);
  const beginsAt = (index: number) => (index === 0 ? 'top disk' : 'disk');
  const disk = findDisk(folders);
  if (disk !== undefined) return { above: withoutCollector(folders.slice(0, disk.index)), begins: beginsAt(disk.index) };
  const isDrive = (folder: string, index: number): boolean => DRIVE_LETTER.test(folder) && index < folders.length - 1;
  const start = folders.findIndex((folder, index) => LOG_FOLDERS.test(folder) || isDrive(folder, index));
  if (start === -1) return { above: folders, begins: undefined };
  return { above: withoutCollector(folders.slice(0, start)), begins: isDrive(folders[start] ?? '', start) ? beginsAt(start) : 'logs' };
}

/** Without the folders that Velociraptor (`uploads/auto`, named for how it read the disk) and acquire (`fs`) put above disks. */
function withoutCollector(above: readonly string[]): readonly string[] {
  if (above.at(-2) === 'uploads') return above.slice(0, -2);
  return above.at(-1) === 'uploads' || above.at(-1) === 'fs' ? above.slice(0, -1) : above;
}

function collectedFrom(path: string, collections: ReadonlyMap<string, string>): string | undefined {
  const { folders } = splitPath(path);
  for (let index = folders.lastIndexOf('uploads'); index !== -1; index = index === 0 ? -1 : folders.lastIndexOf('uploads', index - 1)) {
    const host = collections.get(folders.slice(0, index).join('/'));
    if (host !== undefined) return host;
  }
  return undefined;
}

/** Whether a text may be the name of a server: neither a number nor a date. */
export function isServerName(text: string): boolean {
  return SERVER_NAME.test(text) && !NUMBER.test(text);
}

function serverName(folder: string | undefined): string | undefined {
  return folder !== undefined && !COLLECTION_FOLDERS.test(folder) && isServerName(folder) ? folder : undefined;
}
