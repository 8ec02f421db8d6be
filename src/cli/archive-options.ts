import type { ArchiveOptions } from '../discover/discover.ts';
import { ARCHIVE_LIMITS, type ArchiveLimit, type ArchiveLimits } from '../model/archive.ts';
import { suggest } from '../suggest.ts';
import { UsageError } from './usage-error.ts';

/** The command line's words on archives, as yargs hands them over. */
export interface ArchiveArguments {
  readonly archives: boolean;
  readonly zipPassword: string | undefined;
  readonly archiveLimit: readonly string[];
}

/** For the help: what may stand in front of `=`. */
export const LIMIT_NAMES = Object.keys(ARCHIVE_LIMITS).join(' ');

/**
 * Reads how archives are to be opened.
 *
 * @throws {UsageError}
 */
export function parseArchiveOptions({ archives, zipPassword, archiveLimit }: ArchiveArguments): Omit<ArchiveOptions, 'spillFolder'> {
  const limits: Partial<Record<ArchiveLimit, number>> = {};
  for (const text of archiveLimit) Object.assign(limits, parseLimit(text));
  return { areOpened: archives, limits, ...(zipPassword !== undefined && { password: zipPassword }) };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

function parseLimit(text: string): Partial<ArchiveLimits> {
  const [, name = '', digits, unit = ''] = /^([a-z-]+)=(\d{1,15})([KMGT]?)$/.exec(text) ?? [];
  if (!isLimit(name))
    throw new UsageError(
      `--archive-limit: ${text} is no NAME=NUMBER; the names are ${LIMIT_NAMES}${suggest(text.replace(/=.*/s, ''), LIMIT_NAMES.split(' '))}`,
    );
  return { [name]: Number(digits) * (UNITS[unit] ?? 1) };
}

function isLimit(name: string): name is ArchiveLimit {
  return Object.hasOwn(ARCHIVE_LIMITS, name);
}
