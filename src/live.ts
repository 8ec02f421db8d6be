import { readdirSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { Problem } from './model/diagnostic.ts';
import type { LogFile } from './model/log-file.ts';
import { systemErrorCode } from './model/system-error.ts';

/** What was written to so lately may be written to still: HTTP.sys closes a log after fifteen minutes without a request. */
const RECENT_MS = 900_000;
/** Logs are written in blocks: the last record may be so much older, or newer where a clock is off. */
const LAG_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Of a folder, so many files are asked when they were written to, the last by name first. */
const ASKED_FILES = 200;

export interface ReadSoFar {
  readonly bytes: number;
  /** Of the last record; milliseconds since 1970. */
  readonly lastTime: number | undefined;
  /** Of the last `#Date` line. */
  readonly day: string | undefined;
}

/**
 * Whether a file that was read to its end is still written to: it grew since it was found, or was written to a moment ago, and not only copied, for its
 * records are of that time too.
 */
export function isBeingWritten({ location, path: name, bytes: bytesFound, begun }: LogFile, { bytes, lastTime, day }: ReadSoFar): boolean {
  // A stream has ended, and nobody writes to what an archive holds.
  if (begun !== undefined || name.includes('!/')) return false;
  const stats = statsOf(location);
  if (stats === 'refused') return false;
  // Moved or deleted since it was opened, as old logs are.
  if (stats === undefined || bytes > bytesFound || stats.size > bytesFound) return true;
  if (!isRecent(stats.mtimeMs)) return false;
  if (lastTime !== undefined) return Math.abs(stats.mtimeMs - lastTime) <= LAG_MS;
  return day !== undefined && Math.abs(stats.mtimeMs - Date.parse(day)) <= DAY_MS + LAG_MS;
}

/** Exchange deletes its old logs by itself: where others are written, one that is gone is no damage to evidence. */
export function refusalOf(reason: string, location: string): Problem {
  return reason === 'ENOENT' && isLiveFolder(path.dirname(location)) ? { code: 'FILE_VANISHED' } : { code: 'FILE_UNREADABLE', reason };
}

/** Whether more may be written to a file that was read up to here: then a line that has begun is left to whoever reads it next. */
export function mayGrow({ location, entry }: LogFile, bytesRead: number): boolean {
  const stats = entry === undefined ? statsOf(location) : undefined;
  return stats !== undefined && (stats === 'refused' || stats.size > bytesRead || isRecent(stats.mtimeMs));
}

/** Whether a file was written to a moment ago. */
export function isFresh(location: string): boolean {
  const stats = statsOf(location);
  return stats !== undefined && stats !== 'refused' && isRecent(stats.mtimeMs);
}

/** `undefined` where there is no file. */
function statsOf(location: string): Stats | 'refused' | undefined {
  try {
    return statSync(location, { throwIfNoEntry: false });
  } catch (error) {
    systemErrorCode(error);
    return 'refused';
  }
}

function isLiveFolder(folder: string): boolean {
  try {
    const names = readdirSync(folder).toSorted().toReversed().slice(0, ASKED_FILES);
    return names.some((name) => {
      const stats = statSync(path.join(folder, name), { throwIfNoEntry: false });
      return stats?.isFile() === true && isRecent(stats.mtimeMs);
    });
  } catch {
    // Gone as a whole, or closed: that is another matter.
    return false;
  }
}

function isRecent(time: number): boolean {
  return Math.abs(Date.now() - time) <= RECENT_MS;
}
