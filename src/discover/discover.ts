import { closeSync, fstatSync, readSync } from 'node:fs';
import path from 'node:path';
import { archiveKind, isPackedDocument } from '../archive/kind.ts';
import { walkArchive } from '../archive/walk.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from '../model/archive.ts';
import type { Problem } from '../model/diagnostic.ts';
import type { Classification, LogFile } from '../model/log-file.ts';
import { systemErrorCode } from '../model/system-error.ts';
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
  /** Told of the folder of a collection and the host that it was taken from. */
  readonly onCollection: (folder: string, host: string) => void;
}

/** The log files below what the user named, in the order of their paths. Whatever else lies there is reported, not read. */
export async function discover(paths: readonly string[], options: DiscoverOptions): Promise<LogFile[]> {
  const roots = rootsOf(paths);
  for (const name of missingPaths(paths)) options.report({ code: 'FILE_UNREADABLE', reason: 'ENOENT' }, name);
  const collections = new Map<string, string>();
  const sniffing: SniffOptions = { ...options, onCollection: (folder, host) => collections.set(folder, host) };
  const base = commonFolder(roots)?.split(path.sep) ?? [];
  const originalOf = (name: string) => {
    const original = originalPath(name, base);
    return original === undefined ? {} : { originalPath: original };
  };
  const sniffed: Sniffed[] = [];
  for (const candidate of findFiles(roots, options.report)) {
    if (options.stop?.aborted === true) {
      options.report({ code: 'FILE_STOPPED' }, candidate.path);
      continue;
    }
    const found = sniffFile(candidate, sniffing);
    if (found === undefined || found === 'archive') options.onOther?.({ ...candidate, ...originalOf(candidate.path) });
    if (found === 'archive') sniffed.push(...(await sniffArchive(candidate, sniffing)));
    else if (found !== undefined) sniffed.push(found);
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
    onEntry: ({ head, path: name, bytes, address }) => {
      const found = sniff(head, { location: candidate.location, path: name, bytes, entry: address }, options);
      if (found !== undefined) sniffed.push(found);
      return found !== undefined;
    },
  });
  const isInOrder = sniffed.some(({ file }) => file.entry?.steps.slice(0, -1).some(({ kind }) => kind === 'gzip' || kind === 'zstd'));
  return isInOrder ? sniffed : sniffed.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function sniffFile({ location, path: name }: Candidate, options: SniffOptions): Sniffed | 'archive' | undefined {
  try {
    const descriptor = openEvidence(location);
    try {
      const { size: bytes, mtimeMs: modifiedMs } = fstatSync(descriptor);
      const head = Buffer.allocUnsafe(Math.min(HEAD_BYTES, bytes));
      const bytesRead = readSync(descriptor, head, 0, head.length, 0);
      const begin = head.subarray(0, bytesRead);
      if (options.archives?.areOpened !== false && isArchive(begin, name)) return 'archive';
      return sniff(begin, { location, path: name, bytes, modifiedMs }, options);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { report, refusal = (reason) => ({ code: 'FILE_UNREADABLE', reason }) } = options;
    report(refusal(systemErrorCode(error), location), name);
    return undefined;
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

type Where = Pick<LogFile, 'location' | 'path' | 'bytes' | 'modifiedMs' | 'entry'>;

function isArchive(head: Uint8Array, name: string): boolean {
  return archiveKind(head) !== undefined && !isPackedDocument(name);
}

function sniff(head: Uint8Array, where: Where, options: SniffOptions): Sniffed | undefined {
  const { classify, report } = options;
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
