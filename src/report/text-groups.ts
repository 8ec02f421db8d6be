import type { Finding } from '../model/finding.ts';
import { LEVELS } from '../model/rule.ts';
import { whySuppressed } from './suppressions.ts';

/** Of each rule, so many findings are shown in full; the others are counted. */
export const EXAMPLES = 3;
/** Distinct addresses and files are counted up to here. */
export const DISTINCT_LIMIT = 10_000;

/** All findings of one rule, in bounded memory; those that are suppressed are a group of their own. */
export interface Group {
  readonly first: Finding;
  /** Findings without a time come last of all. */
  lastTime: string;
  count: number;
  /** That the report of before lacks. */
  fresh: number;
  /** New ones first. */
  readonly examples: Finding[];
  readonly hosts: Set<string>;
  readonly addresses: Set<string>;
  readonly files: Set<string>;
}

export function addTo(groups: Map<string, Group>, finding: Finding, readable: string): void {
  const key = finding.suppression === undefined ? finding.rule.id : `suppressed\n${finding.rule.id}`;
  let group = groups.get(key);
  if (group === undefined) {
    group = { first: finding, lastTime: '', count: 0, fresh: 0, examples: [], hosts: new Set(), addresses: new Set(), files: new Set() };
    groups.set(key, group);
  }
  if (finding['@timestamp'] !== undefined) group.lastTime = readable;
  group.count += 1;
  if (finding.baseline === 'new') group.fresh += 1;
  addExample(group.examples, finding);
  addDistinct(group.hosts, finding.host?.name);
  addDistinct(group.addresses, finding.source?.ip);
  addDistinct(group.files, finding.log.file.path);
}

/** One that was known before gives way to a new one. */
function addExample(examples: Finding[], finding: Finding): void {
  if (finding.baseline === 'new') {
    const known = examples.findIndex(({ baseline }) => baseline !== 'new');
    examples.splice(known === -1 ? examples.length : known, 0, finding);
  } else examples.push(finding);
  if (examples.length > EXAMPLES) examples.pop();
}

function addDistinct(set: Set<string>, value: string | undefined): void {
  if (value !== undefined && set.size < DISTINCT_LIMIT) set.add(value);
}

/** What counts and is new first, then by level; what is suppressed stands last. */
export function sortGroups(groups: ReadonlyMap<string, Group>): Group[] {
  const rank = ({ first, fresh }: Group): number => (first.suppression === undefined ? 1 : 0) + (fresh > 0 ? 1 : 0);
  return [...groups.values()].toSorted(
    (a, b) => rank(b) - rank(a) || LEVELS.indexOf(b.first.rule.level) - LEVELS.indexOf(a.first.rule.level),
  );
}

/** Behind the name of the rule. */
export function tagOf({ first, count, fresh }: Group): string {
  if (first.suppression !== undefined) return '  SUPPRESSED';
  if (first.baseline === undefined) return '';
  return fresh === 0 ? '  still there' : fresh === count ? '  NEW' : `  ${fresh.toLocaleString('en-US')} NEW`;
}

/** Behind the time of a finding. */
export function tagOfExample({ suppression, baseline }: Finding): string {
  if (suppression !== undefined) return `  (suppressed: ${whySuppressed(suppression)})`;
  return baseline === 'new' ? '  (new)' : '';
}
