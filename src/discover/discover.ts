import { closeSync, fstatSync, readSync } from 'node:fs';
import path from 'node:path';
import { archiveKind, isPackedDocument } from '../archive/kind.ts';
import { walkArchive } from '../archive/walk.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from '../model/archive.ts';
import type { Problem } from '../model/diagnostic.ts';
import type { Classification, LogFile } from '../model/log-file.ts';
import { systemErrorCode } from '../model/system-error.ts';
import { extensionOf, targetOf, webPlaceOf } from '../model/web-place.ts';
import { openEvidence } from '../open-evidence.ts';
import { StoppedError, untilStopped } from '../stop.ts';
import { isClientInfo, readClientInfo } from './client-info.ts';
import { isForeignBinary, looksLikeText, sniffEncoding } from './encoding.ts';
import { tellHosts, type HostClue } from './host.ts';
import { originalPath } from './original-path.ts';
import { findFiles, type Candidate, type ReportProblem } from './paths.ts';
import { commonFolder, missingPaths, rootsOf } from './roots.ts';

/** Says what a file is by its beginning, as text and as bytes, and by its path. */
export type Classify = (head: string, path: string, bytes: Uint8Array) => Classification | undefined;

export interface DiscoverOptions {
  readonly classify: Classify;
  readonly report: ReportProblem;
  /** The host of files whose records and path do not tell. */
  readonly host?: string | undefined;
  /** From then on files are told, and not looked at. */
  readonly stop?: AbortSignal | undefined;
  /** Told of each file that is no log, or could not be looked at. */
  readonly onOther?: (file: Pick<LogFile, 'location' | 'path' | 'originalPath'>) => void;
  /** What it means that the operating system refuses a file that was there a moment ago; left out: it cannot be read. */
  readonly refusal?: (reason: string, location: string) => Problem;
  /** How archives are opened; left out: as usual. */
  readonly archives?: ArchiveOptions;
  /** Whether files below web roots are looked at; left out: yes. */
  readonly hasWebFiles?: boolean | undefined;
}

/** How archives are opened. */
export interface ArchiveOptions {
  /** Left out: yes. */
  readonly areOpened?: boolean;
  /** Others than the usual. */
  readonly limits?: Partial<ArchiveLimits>;
  /** Of encrypted zips. */
  readonly password?: string;
  /** Where a file may be made for an archive that has to be unpacked to be opened. */
  readonly spillFolder?: string;
}

/** Enough for a preamble and one of the longest records. */
const HEAD_BYTES = 32_768;

interface Sniffed extends HostClue {
  readonly file: Omit<LogFile, 'host'>;
}

interface SniffOptions extends Pick<DiscoverOptions, 'classify' | 'report' | 'refusal' | 'archives' | 'stop'> {
  /** What a file below a web root is called on its server, as far as that is known; `undefined` for all others. */
  readonly webTargetOf: (path: string) => string | undefined;
  /** Told of the folder of a collection and the host that it was taken from. */
  readonly onCollection: (folder: string, host: string) => void;
}

/** The log files below what the user named, in the order of their paths. Whatever else lies there is reported, not read. */
export async function discover(paths: readonly string[], options: DiscoverOptions): Promise<LogFile[]> {
  const roots = rootsOf(paths);
  for (const name of missingPaths(paths)) options.report({ code: 'FILE_UNREADABLE', reason: 'ENOENT' }, name);
  const collections = new Map<string, string>();
  const base = commonFolder(roots)?.split(path.sep) ?? [];
  const originalOf = (name: string) => {
    const original = originalPath(name, base);
    return original === undefined ? {} : { originalPath: original };
  };
  const webTargetOf = (name: string): string | undefined => {
    if (options.hasWebFiles === false) return undefined;
    const original = originalPath(name, base);
    const known = original ?? [...base, name].join('/');
    const place = webPlaceOf(known);
    // What is in an archive that lies below a web root is not served.
    if (place === undefined || place.below.includes('!\\')) return undefined;
    return original ?? targetOf(known, place);
  };
  const sniffing: SniffOptions = { ...options, webTargetOf, onCollection: (folder, host) => collections.set(folder, host) };
  const sniffed: Sniffed[] = [];
  for (const candidate of findFiles(roots, options.report)) {
    if (options.stop?.aborted === true) {
      options.report({ code: 'FILE_STOPPED' }, candidate.path);
      continue;
    }
    const { found, isArchive: hasEntries } = sniffFile(candidate, sniffing);
    if (found === undefined) options.onOther?.({ ...candidate, ...originalOf(candidate.path) });
    else sniffed.push(found);
    if (hasEntries) sniffed.push(...(await sniffArchive(candidate, sniffing)));
  }
  if (paths.includes('-')) sniffed.push(...(await sniffStandardInput(sniffing)));
  const hostOf = tellHosts(sniffed, { base, collections, ...(options.host !== undefined && { given: options.host }) });
  return sniffed.map((each) => {
    const host = hostOf(each);
    return { ...each.file, ...(host !== undefined && { host }), ...originalOf(each.path) };
  });
}

/** The logs in an archive: in the order of their paths, or in that of the archive, where another order would cost a pass through it for each. */
async function sniffArchive(candidate: Candidate, options: SniffOptions): Promise<Sniffed[]> {
  const { report, archives = {} } = options;
  const { areOpened: _, limits, ...others } = archives;
  const sniffed: Sniffed[] = [];
  await walkArchive(candidate, {
    ...others,
    limits: { ...ARCHIVE_LIMITS, ...limits },
    report,
    onArchive: ({ path: name, bytes, address }) => {
      const found = webFileAt({ location: candidate.location, path: name, bytes, entry: address }, options);
      if (found !== undefined) sniffed.push(found);
    },
    onEntry: ({ head, path: name, bytes, address }) => {
      const found = sniff(head, { location: candidate.location, path: name, bytes, entry: address }, options);
      if (found !== undefined) sniffed.push(found);
      return found !== undefined;
    },
  });
  const isInOrder = sniffed.some(({ file }) => file.entry?.steps.slice(0, -1).some(({ kind }) => kind === 'gzip' || kind === 'zstd'));
  return isInOrder ? sniffed : sniffed.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

interface SniffedFile {
  readonly found?: Sniffed | undefined;
  /** Whether there are files in it. */
  readonly isArchive?: boolean;
}

function sniffFile({ location, path: name }: Candidate, options: SniffOptions): SniffedFile {
  try {
    const descriptor = openEvidence(location);
    try {
      const stats = fstatSync(descriptor, { bigint: true });
      const [bytes, modifiedMs] = [Number(stats.size), Number(stats.mtimeNs) / 1e6];
      const head = Buffer.allocUnsafe(Math.min(HEAD_BYTES, bytes));
      const bytesRead = readSync(descriptor, head, 0, head.length, 0);
      const begin = head.subarray(0, bytesRead);
      const where = { location, path: name, bytes, modifiedMs, identity: `${stats.dev}:${stats.ino}` };
      // An archive below a web root is there to be fetched: it is a file like others, and what is in it is looked at too.
      if (options.archives?.areOpened !== false && isArchive(begin, name)) return { found: webFileAt(where, options), isArchive: true };
      return { found: sniff(begin, where, options) };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { report, refusal = (reason) => ({ code: 'FILE_UNREADABLE', reason }) } = options;
    report(refusal(systemErrorCode(error), location), name);
    return {};
  }
}

async function sniffStandardInput(options: SniffOptions): Promise<Sniffed[]> {
  const { report } = options;
  if (isFolder(0)) {
    // Node would read nothing from it and say nothing.
    report({ code: 'FILE_UNREADABLE', reason: 'EISDIR' }, '-');
    return [];
  }
  const chunks = untilStopped<Uint8Array>(process.stdin[Symbol.asyncIterator](), options.stop);
  let head = Buffer.alloc(0);
  try {
    while (head.length < HEAD_BYTES) {
      const { value, done } = await chunks.next();
      if (done === true) break;
      head = Buffer.concat([head, value]);
    }
  } catch (error) {
    report(error instanceof StoppedError ? { code: 'FILE_STOPPED' } : { code: 'FILE_UNREADABLE', reason: systemErrorCode(error) }, '-');
    return [];
  }
  // Not `for await` over the stream: leaving that loop would close it.
  const rest = { [Symbol.asyncIterator]: () => chunks };
  const found = sniff(head, { location: '-', path: '-', bytes: 0 }, options);
  return found === undefined ? [] : [{ ...found, file: { ...found.file, begun: { head, rest } } }];
}

function isFolder(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isDirectory();
  } catch {
    // Closed: there is nothing to read.
    return false;
  }
}

type Where = Pick<LogFile, 'location' | 'path' | 'bytes' | 'modifiedMs' | 'identity' | 'entry'>;

function isArchive(head: Uint8Array, name: string): boolean {
  return archiveKind(head) !== undefined && !isPackedDocument(name);
}

/** Logs may be put below a web root; what could be served as a page is none, whatever it looks like. */
const LOG_EXTENSIONS: ReadonlySet<string> = new Set(['', 'csv', 'log', 'tsv', 'txt']);

function webFileAt(where: Where, { webTargetOf }: SniffOptions): Sniffed | undefined {
  const webTarget = webTargetOf(where.path);
  return webTarget === undefined ? undefined : { path: where.path, file: { ...where, webTarget, logType: 'web-file', encoding: 'utf-8' } };
}

function sniff(head: Uint8Array, where: Where, options: SniffOptions): Sniffed | undefined {
  const { classify, report } = options;
  const web = webFileAt(where, options);
  if (web !== undefined && !LOG_EXTENSIONS.has(extensionOf(where.path.split('/').at(-1) ?? ''))) return web;
  const encoding = sniffEncoding(head);
  if (isClientInfo(where.path)) {
    takeClientInfo(new TextDecoder(encoding).decode(head), where, options);
    return undefined;
  }
  const found =
    head.length === 0 || archiveKind(head) !== undefined || isForeignBinary(head)
      ? undefined
      : classify(new TextDecoder(encoding).decode(head), where.path, head);
  if (found?.kind === 'log') {
    const { logType, host, isChunked } = found;
    return {
      path: where.path,
      ...(host !== undefined && { recordHost: host }),
      file: { ...where, logType, encoding, ...(isChunked === true && { isChunked }) },
    };
  }
  if (web !== undefined) return web;
  if (head.length === 0) report({ code: 'FILE_EMPTY' }, where.path);
  else if (found !== undefined) report({ code: 'FILE_OTHER_LOG', kind: found.name }, where.path);
  else if (isArchive(head, where.path)) report({ code: 'FILE_ARCHIVE' }, where.path);
  else report({ code: looksLikeText(head, encoding) ? 'FILE_NOT_UNDERSTOOD' : 'FILE_NOT_TEXT' }, where.path);
  return undefined;
}

function takeClientInfo(head: string, { path: name, bytes }: Where, { report, onCollection }: SniffOptions): void {
  const info = readClientInfo(head, bytes, name);
  if ('problem' in info) {
    report(info.problem, name);
    return;
  }
  onCollection(info.folder, info.host);
  report({ code: 'FILE_CLIENT_INFO', host: info.host }, name);
}
