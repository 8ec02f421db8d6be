import { findingOfRule, type CorrelatedRecord, type Finding } from '../model/finding.ts';
import { fold } from '../sigma/fold.ts';
import type { CorrelationMatch } from './correlator.ts';

/** A match of a detection rule, and what its finding is called. */
export interface IdentifiedRecord {
  readonly id: string;
  readonly record: CorrelatedRecord;
}

/** Fields that a group may be by, and where the Elastic Common Schema has them. */
const ADDRESSES: ReadonlySet<string> = new Set(['c-ip', 'clientipaddress', 'src_ip']);
const USERS: ReadonlySet<string> = new Set(['cs-username', 'authenticateduser']);
const PATHS: ReadonlySet<string> = new Set(['cs-uri-stem', 'urlstem']);

/**
 * Says in the terms of the Elastic Common Schema what a correlation found. Its place is that of the last record.
 *
 * @param records by their places, as the match has them
 * @param digest a hash of the text that tells findings apart
 */
export function createCorrelationFinding(
  match: CorrelationMatch,
  recordAt: (place: number) => IdentifiedRecord,
  digest: (text: string) => string,
): Finding {
  const { rule, group, count, host } = match;
  const last = recordAt(match.last);
  const found = match.matches.map(({ place }) => recordAt(place)).toSorted(compareRecords);
  const start = found[0]?.record['@timestamp'] ?? new Date(match.start).toISOString();
  const end = new Date(match.end).toISOString();
  const valueOf = (names: ReadonlySet<string>): string | undefined => group.find(([field]) => names.has(field.toLowerCase()))?.[1];
  const [address, user, path] = [ADDRESSES, USERS, PATHS].map(valueOf);
  const named = group.map(([field, value]) => `${field} ${value}`).join(', ');
  const ids = found.map(({ id }) => id);
  return {
    id: digest([rule.id, ...group.map(([, value]) => fold(value)), identifying(found)].join('\n')),
    '@timestamp': end,
    ...findingOfRule(rule),
    message: `${rule.title}: ${count} ${count === 1 ? 'event' : 'events'} from ${start} to ${end}${named === '' ? '' : `, ${named}`}`,
    ...(host !== undefined && { host: { name: host } }),
    ...(address !== undefined && { source: { ip: address } }),
    ...(user !== undefined && { user: { name: user } }),
    ...(path !== undefined && { url: { path } }),
    log: last.record.log,
    event: { start, end },
    matched: [],
    correlation: {
      type: rule.type,
      ...(group.length > 0 && { group: Object.fromEntries(group) }),
      count,
      findings: ids,
      records: found.map(({ record }) => record),
    },
  };
}

/**
 * Its first record, for windows of a group that overlap are one, and it goes on having it when it grows. It is the same from whatever copy: of what happened
 * at the same time, the first in the order of ids rather than of paths.
 */
function identifying(found: readonly IdentifiedRecord[]): string {
  const [first] = found.toSorted((a, b) => compareTimes(a.record, b.record) || compare(a.id, b.id));
  return first?.id ?? '';
}

function compareRecords({ record: a }: IdentifiedRecord, { record: b }: IdentifiedRecord): number {
  return compareTimes(a, b) || compare(a.log.file.path, b.log.file.path) || a.log.offset - b.log.offset || compare(a.rule.id, b.rule.id);
}

/** What has no time comes last. */
function compareTimes({ '@timestamp': a = '~' }: CorrelatedRecord, { '@timestamp': b = '~' }: CorrelatedRecord): number {
  return compare(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
