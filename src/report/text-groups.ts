import type { Finding } from '../model/finding.ts';
import { LEVELS } from '../model/rule.ts';
import { whySuppressed } from './suppressions.ts';
import { addAnswer, addDistinct } from './text-words.ts';

/** Of each rule, so many findings are shown in full; the others are counted. */
export const EXAMPLES = 3;

/** All findings of one rule, in bounded memory; those that are suppressed are a group of their own. */
export interface Group {
  readonly first: Finding;
  /** Findings without a time come last of all. */
  lastTime: string | undefined;
  count: number;
  /** That the report of before lacks. */
  fresh: number;
  /** New ones first. */
  readonly examples: Finding[];
  readonly hosts: Set<string>;
  readonly addresses: Set<string>;
  readonly files: Set<string>;
  readonly answers: Map<number, number>;
}

/** By the id of their rule. */
export type Groups = ReadonlyMap<string, Group>;

export function addToGroup(groups: Map<string, Group>, finding: Finding): void {
  const key = finding.suppression === undefined ? finding.rule.id : `suppressed\n${finding.rule.id}`;
  let group = groups.get(key);
  if (group === undefined) {
    const spread = { hosts: new Set<string>(), addresses: new Set<string>(), files: new Set<string>(), answers: new Map<number, number>() };
    group = { first: finding, lastTime: undefined, count: 0, fresh: 0, examples: [], ...spread };
    groups.set(key, group);
  }
  if (finding['@timestamp'] !== undefined) group.lastTime = finding['@timestamp'];
  group.count += 1;
  if (finding.baseline === 'new') group.fresh += 1;
  addExample(group.examples, finding);
  addDistinct(group.hosts, finding.host?.name);
  addDistinct(group.addresses, finding.source?.ip);
  addDistinct(group.files, finding.log.file.path);
  addAnswer(group.answers, finding.http?.response?.status_code);
}

/** One that was known before gives way to a new one. */
function addExample(examples: Finding[], finding: Finding): void {
  if (finding.baseline === 'new') {
    const known = examples.findIndex(({ baseline }) => baseline !== 'new');
    examples.splice(known === -1 ? examples.length : known, 0, finding);
  } else examples.push(finding);
  if (examples.length > EXAMPLES) examples.pop();
}

/** What counts and is new first, then by level; what is suppressed stands last. */
export function sortGroups(groups: Groups): Group[] {
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
