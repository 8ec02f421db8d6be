import type { Activity } from '../model/activity.ts';
import type { Coverage } from '../model/coverage.ts';
import type { LogFile } from '../model/log-file.ts';
import { BuildLedger } from './build-ledger.ts';
import type { FileReading } from './file-reading.ts';
import { logPart } from './log-parts.ts';
import { LogTimes } from './log-times.ts';

interface Entry {
  readonly host: string | undefined;
  readonly logType: string;
  files: number;
  bytes: number;
  lines: number;
  records: number;
  rejected: number;
  first: number;
  last: number;
  readonly unreadable: string[];
  /** Under every header so far; `undefined` before the first. */
  blind: ReadonlySet<string> | undefined;
  /** Under some header. */
  readonly sometimesBlind: Set<string>;
  readonly times: LogTimes;
  readonly parts: Set<string>;
}

/** More gaps, missing files or anomalies of a log are counted. */
const LISTED = 50;

/** Adds up what was read, per host and log type. */
export class CoverageLedger {
  /** What the logs say of the Exchange that wrote them. */
  readonly builds = new BuildLedger();
  readonly #entries = new Map<string, Entry>();

  /** @param blind ids of the rules that can never match under a header of the file */
  addHeader({ host }: LogFile, logType: string, ids: readonly string[]): void {
    const blind = new Set(ids);
    const entry = this.#entryOf(host, logType);
    entry.blind = entry.blind === undefined ? blind : new Set([...entry.blind].filter((id) => blind.has(id)));
    for (const id of blind) entry.sometimesBlind.add(id);
  }

  /** A file that holds several logs counts for each; its bytes for the one that it was taken for. */
  addFile({ host, logType, path }: LogFile, { bytes, isWhole, lines, spans, activities, builds, parts }: FileReading): void {
    const own = this.#entryOf(host, logType);
    this.builds.add(host, builds);
    own.bytes += bytes;
    if (!isWhole) own.unreadable.push(path);
    if (lines.size === 0) own.files += 1;
    for (const [type, counts] of lines) {
      const entry = this.#entryOf(host, type);
      entry.files += 1;
      const part = counts.records > 0 ? logPart(type, path) : undefined;
      for (const each of type === logType && parts !== undefined ? parts : [part]) if (each !== undefined) entry.parts.add(each);
      entry.lines += counts.lines;
      entry.records += counts.records;
      entry.rejected += counts.rejected;
      const { first, last } = spans.get(type) ?? entry;
      entry.first = Math.min(entry.first, first);
      entry.last = Math.max(entry.last, last);
      // Names of files below web roots are no dates, and none of them is missing.
      if (type === 'web-file') continue;
      entry.times.addFile(path, {
        activity: activities.get(type),
        span: spans.get(type),
        records: counts.records,
        isOwn: type === logType,
      });
    }
  }

  /**
   * By host, then log type.
   *
   * @param others paths of files that are there and were not read: none of them is missing
   */
  coverages(others: readonly string[]): Coverage[] {
    const sorted = [...this.#entries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
    for (const path of others) for (const { times } of sorted) times.addUnread(path);
    const activities = new Map<string, Map<string, Activity>>();
    for (const { host, logType, times } of sorted) {
      const ofHost = activities.get(hostKey(host)) ?? new Map<string, Activity>();
      activities.set(hostKey(host), ofHost.set(logType, times.activity()));
    }
    return sorted.map((entry) => ({ ...coverageOf(entry), ...oddities(entry, activities.get(hostKey(entry.host)) ?? new Map()) }));
  }

  #entryOf(host: string | undefined, logType: string): Entry {
    const key = `${hostKey(host)}\n${logType}`;
    const entry = this.#entries.get(key) ?? newEntry(host, logType);
    this.#entries.set(key, entry);
    return entry;
  }
}

function hostKey(host: string | undefined): string {
  return host?.toLowerCase() ?? '';
}

function newEntry(host: string | undefined, logType: string): Entry {
  const counts = { files: 0, bytes: 0, lines: 0, records: 0, rejected: 0 };
  const [times, parts] = [new LogTimes(), new Set<string>()];
  return {
    host,
    logType,
    ...counts,
    parts,
    first: Infinity,
    last: -Infinity,
    unreadable: [],
    blind: undefined,
    sometimesBlind: new Set(),
    times,
  };
}

function coverageOf({ host, logType, first, last, blind, sometimesBlind, ...entry }: Entry): Coverage {
  const { files, bytes, lines, records, rejected, unreadable, parts } = entry;
  const always = [...(blind ?? [])].toSorted();
  const sometimes = [...sometimesBlind].filter((id) => blind?.has(id) !== true).toSorted();
  return {
    ...(host !== undefined && { host: { name: host } }),
    log: { type: logType },
    files,
    bytes,
    lines,
    records,
    ...(Number.isFinite(first) && { first: new Date(first).toISOString(), last: new Date(last).toISOString() }),
    rejected,
    unreadable,
    blind: always,
    ...(parts.size > 0 && { parts: [...parts].toSorted() }),
    ...(sometimes.length > 0 && { partlyBlind: sometimes }),
  };
}

/** What is odd about the times of a log; what is not odd is left out. */
function oddities({ logType, times }: Entry, ofHost: ReadonlyMap<string, Activity>): Partial<Coverage> {
  const all = ofHost.get(logType) ?? times.activity();
  const [gaps, missingFiles, anomalies] = [times.gaps(all, ofHost), times.missingFiles(), times.anomalies(all)];
  const notListed = [gaps, missingFiles, anomalies].reduce((sum, { length }) => sum + Math.max(0, length - LISTED), 0);
  return {
    ...(gaps.length > 0 && { gaps: gaps.slice(0, LISTED) }),
    ...(missingFiles.length > 0 && { missingFiles: missingFiles.slice(0, LISTED) }),
    ...(anomalies.length > 0 && { anomalies: anomalies.slice(0, LISTED) }),
    ...(notListed > 0 && { notListed }),
    ...(all.isOverfull && { gapsUnknown: true as const }),
  };
}
