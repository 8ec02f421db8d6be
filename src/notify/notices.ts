import type { Finding } from '../model/finding.ts';
import { LEVELS, type Level } from '../model/rule.ts';
import type { HostVerdict } from '../model/verdict.ts';
import { createJsonlReporter } from '../report/jsonl.ts';

export interface Tellable {
  readonly findings: Iterable<Finding>;
  readonly verdicts: readonly HostVerdict[];
}

/**
 * What of a run is to be told, as lines of the native format: findings from a level on, without those that are suppressed or stood in the report of before;
 * then the verdicts on the hosts that have such.
 */
export function* recordsToTell({ findings, verdicts }: Tellable, level: Level): Generator<string> {
  const reporter = createJsonlReporter();
  const least = LEVELS.indexOf(level);
  const hosts = new Set<string | undefined>();
  for (const finding of findings) {
    if (finding.suppression !== undefined || finding.baseline === 'unchanged' || LEVELS.indexOf(finding.rule.level) < least) continue;
    hosts.add(finding.host?.name);
    yield reporter.finding(finding).trimEnd();
  }
  for (const verdict of verdicts) if (hosts.has(verdict.host?.name)) yield reporter.verdict(verdict).trimEnd();
}
