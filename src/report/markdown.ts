import type { Coverage, Summary } from '../model/coverage.ts';
import { isOfEvidence } from '../model/diagnostic.ts';
import type { Exposure } from '../model/exposure.ts';
import type { Finding } from '../model/finding.ts';
import { LEVELS } from '../model/rule.ts';
import { NO_TIME, type Story } from '../model/story.ts';
import type { HostVerdict } from '../model/verdict.ts';
import { describeDiagnostic } from './describe.ts';
import { code, codes, count, minute, plural, second, table, text } from './markdown-text.ts';
import type { Reporter } from './reporter.ts';

/** So many of each are told; the others are counted. */
const MOST = { hosts: 50, stories: 10, steps: 20, rules: 100, coverages: 100, absences: 50, problems: 20 } as const;
/** Distinct hosts and addresses of a rule are counted up to here, rules of which one is remembered up to there. */
const DISTINCT_LIMIT = 1_000;
const RULES_LIMIT = 10_000;

interface Group {
  readonly first: Finding;
  last: string | undefined;
  count: number;
  readonly hosts: Set<string>;
  readonly addresses: Set<string>;
}

/** A summary for a case note, in CommonMark with tables: what happened and what was not seen; findings by rule, not one by one. */
export function createMarkdownReporter(): Reporter {
  const groups = new Map<string, Group>();
  const stories = new Few<Story>(5_000);
  const verdicts = new Few<HostVerdict>(MOST.hosts);
  const coverages = new Few<Coverage>(MOST.coverages);
  const absences = new Few<string>(MOST.absences);
  const exposures = new Few<Exposure>(MOST.hosts);
  const problems = new Few<string>(MOST.problems);
  let ungrouped = 0;
  let noTime = 0;
  const keep = (act: () => void): string => {
    act();
    return '';
  };
  return {
    begin: () => '# exhunt report\n\n',
    finding: (finding) => {
      if (finding['@timestamp'] === undefined) noTime += 1;
      if (!addTo(groups, finding)) ungrouped += 1;
      return '';
    },
    story: (story) => keep(() => stories.add(story)),
    verdict: (verdict) => keep(() => verdicts.add(verdict)),
    coverage: (coverage) =>
      keep(() => {
        coverages.add(coverage);
        for (const absence of absencesOf(coverage)) absences.add(absence);
      }),
    exposure: (exposure) => keep(() => exposures.add(exposure)),
    diagnostic: ({ diagnostic, more }) =>
      keep(() => {
        if (diagnostic.severity !== 'error' || !isOfEvidence(diagnostic.problem)) return;
        problems.add(`- ${code(describeDiagnostic(diagnostic))}${more > 0 ? ` and ${count(more)} more in this file` : ''}`);
      }),
    end: (summary) =>
      [
        verdictSection(verdicts),
        storySection(stories),
        findingSection(groups, ungrouped, noTime),
        coverageSection(coverages),
        section('What is missing from the logs', [...absences.shown, ...absences.more('absence')]),
        section('Builds of Exchange', [...exposures.shown.flatMap(exposureLines), ...exposures.more('host')]),
        section('What could not be read', [...problems.shown, ...problems.more('problem')]),
        section('Summary', [`- ${describe(summary)}`]),
      ]
        .filter((part) => part !== '')
        .join('\n'),
  };
}

/** The first of many, and how many they are. */
class Few<Item> {
  readonly shown: Item[] = [];
  readonly #most: number;
  #left = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(item: Item): void {
    if (this.shown.length < this.#most) this.shown.push(item);
    else this.#left += 1;
  }

  more(noun: string): string[] {
    return this.#left === 0 ? [] : [`- and ${plural(this.#left, noun)} more, not listed here`];
  }
}

/** @returns whether there was room */
function addTo(groups: Map<string, Group>, finding: Finding): boolean {
  let group = groups.get(finding.rule.id);
  if (group === undefined) {
    if (groups.size >= RULES_LIMIT) return false;
    group = { first: finding, last: undefined, count: 0, hosts: new Set(), addresses: new Set() };
    groups.set(finding.rule.id, group);
  }
  group.count += 1;
  group.last = finding['@timestamp'] ?? group.last;
  if (finding.host !== undefined && group.hosts.size < DISTINCT_LIMIT) group.hosts.add(finding.host.name);
  if (finding.source !== undefined && group.addresses.size < DISTINCT_LIMIT) group.addresses.add(finding.source.ip);
  return true;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${title}\n\n${lines.join('\n')}\n`;
}

function verdictSection(verdicts: Few<HostVerdict>): string {
  const rows = verdicts.shown.map(({ host, verdict, from, to, worst }) => [
    text(host?.name ?? 'unknown host'),
    `**${verdict}**`,
    minute(from),
    minute(to),
    worst === undefined ? '-' : `${worst.level}: ${text(worst.rule)}`,
  ]);
  const told = verdicts.shown.flatMap(({ host, reason, cve, missing }) => {
    const hit = cve.filter((each) => each.verdict !== 'clean' && each.verdict !== 'not assessed');
    return [
      '',
      `${text(host?.name ?? 'unknown host')}:`,
      '',
      `- ${text(reason)}`,
      ...hit.map((each) => `- ${text(each.id)} ${each.verdict}${each.assessed ? '' : `; for more there is no ${codes(each.missing)}`}`),
      ...notAssessed(cve),
      ...(missing.length > 0 ? [`- logs that are not there: ${codes(missing)}`] : []),
    ];
  });
  return section('Verdict', [
    ...table(['Host', 'Verdict', 'Logs from (UTC)', 'to', 'Worst finding'], rows),
    ...told,
    ...verdicts.more('host'),
  ]);
}

/** Vulnerabilities for which the same logs are missing stand together. */
function notAssessed(cve: HostVerdict['cve']): string[] {
  const byMissing = new Map<string, string[]>();
  for (const { id, verdict, missing } of cve)
    if (verdict === 'not assessed') byMissing.set(missing.join(', '), [...(byMissing.get(missing.join(', ')) ?? []), id]);
  return [...byMissing].map(([missing, ids]) => `- not assessed, for want of ${text(missing)}: ${codes(ids, 50)}`);
}

function storySection(stories: Few<Story>): string {
  const sorted = stories.shown.toSorted(
    (a, b) => LEVELS.indexOf(b.chain.level) - LEVELS.indexOf(a.chain.level) || (a.from < b.from ? -1 : 1),
  );
  const left = sorted.length - MOST.stories;
  const lines = sorted.slice(0, MOST.stories).flatMap(({ chain, host, actors, from, to, steps, more, missing }) => {
    const rest = Math.max(0, steps.length - MOST.steps) + more;
    const where = [host && `on ${text(host.name)}`, actors.length > 0 && `from ${codes(actors)}`, `${second(from)} to ${second(to)} UTC`];
    return [
      `### ${text(chain.name)}`,
      '',
      `${chain.level}, ${where.filter((part) => typeof part === 'string').join(', ')}`,
      '',
      ...steps
        .slice(0, MOST.steps)
        .map(
          ({ '@timestamp': time, stage, name, log }) =>
            `1. ${time === undefined ? NO_TIME : second(time)} ${stage ?? ''} ${text(name)} at ${code(`${log.file.path}:${log.line}`)}`,
        ),
      ...(rest > 0 ? ['', `and ${count(rest)} more steps`] : []),
      ...(missing.length > 0 ? ['', `not seen: ${codes(missing)}`] : []),
      '',
    ];
  });
  return section('What happened', [
    ...lines,
    ...(left > 0 ? [`and ${plural(left, 'story').replace('storys', 'stories')} more`] : []),
    ...stories.more('story'),
  ]);
}

function findingSection(groups: ReadonlyMap<string, Group>, ungrouped: number, noTime: number): string {
  const sorted = [...groups.values()].toSorted((a, b) => LEVELS.indexOf(b.first.rule.level) - LEVELS.indexOf(a.first.rule.level));
  const rows = sorted
    .slice(0, MOST.rules)
    .map(({ first, last, count: findings, hosts, addresses }) => [
      first.rule.level,
      first.rule.stage ?? '-',
      text(first.rule.name),
      count(findings),
      spread(hosts),
      spread(addresses),
      second(first['@timestamp']),
      second(last),
      code(`${first.log.file.path}:${first.log.line}`),
      codes([...(first.vulnerability?.id ?? []), ...(first.threat?.technique.id ?? [])]),
    ]);
  const left = sorted.length - MOST.rules;
  const notes = [
    ...(left > 0 ? [`- and ${plural(left, 'rule')} more, not listed here`] : []),
    ...(ungrouped > 0 ? [`- and ${plural(ungrouped, 'finding')} of rules beyond the first ${count(RULES_LIMIT)}`] : []),
    ...(noTime > 0 ? [`- ${plural(noTime, 'finding')} without a time`] : []),
    ...(rows.length > 0
      ? [
          `- rules: ${codes(
            sorted.slice(0, MOST.rules).map(({ first }) => ruleWords(first)),
            MOST.rules,
          )}`,
        ]
      : []),
  ];
  const header = ['Level', 'Stage', 'Rule', 'Findings', 'Hosts', 'Addresses', 'First (UTC)', 'Last', 'First at', 'CVE, technique'];
  return section('Findings by rule', [...table(header, rows), ...(notes.length > 0 ? ['', ...notes] : [])]);
}

/** Counted no further than the limit. */
function spread(names: ReadonlySet<string>): string {
  return `${codes([...names], 3)}${names.size < DISTINCT_LIMIT ? '' : ' at least'}`;
}

/** Licences ask that whose rule it is goes with what it found. */
function ruleWords({ rule }: Finding): string {
  return [rule.id, rule.author && `by ${rule.author.join(', ')}`, rule.license].filter(Boolean).join(' ');
}

function coverageSection(coverages: Few<Coverage>): string {
  const rows = coverages.shown.map(({ host, log, files, lines, records, rejected, first, last, unreadable, blind }) => [
    text(host?.name ?? 'unknown host'),
    text(log.type),
    ...[files, lines, records, rejected, unreadable.length].map(count),
    minute(first),
    minute(last),
    count(blind.length),
  ]);
  const header = ['Host', 'Log', 'Files', 'Lines', 'Records', 'Rejected', 'Not read whole', 'First (UTC)', 'Last', 'Blind rules'];
  return section('What was read', [...table(header, rows), ...coverages.more('log')]);
}

function absencesOf({ host, log, gaps = [], missingFiles = [], anomalies = [], notListed = 0 }: Coverage): string[] {
  const name = `- ${code(`${host?.name ?? 'unknown host'} ${log.type}`)}`;
  return [
    ...gaps.map(({ from, to, expected, nearRule }) => {
      const near = nearRule === undefined ? '' : `; possible log deletion, near ${text(nearRule)}`;
      return `${name} is silent from ${minute(from)} to ${minute(to)}, where some ${count(expected)} records should be${near}`;
    }),
    ...missingFiles.map(
      ({ from, to, files }) => `${name} lacks ${plural(files, 'file')}: ${code(from === to ? from : `${from} to ${to}`)}`,
    ),
    ...anomalies.map((anomaly) => `${name} has odd times (${anomaly.kind}), ${minute(anomaly.from)} to ${minute(anomaly.to)}`),
    ...(notListed > 0 ? [`${name}: and ${count(notListed)} more`] : []),
  ];
}

function exposureLines({ host, builds, cves, unknown }: Exposure): string[] {
  const open = cves.map(({ id, daysAfterUpdate: days }) => (days === undefined ? id : `${id} for ${days} days after the update`));
  const ran = builds.map(
    ({ build, name, from, to }) => `${code(`${name ?? 'unknown build'} ${build}`)} from ${minute(from)} to ${minute(to)}`,
  );
  return [
    `- ${text(host?.name ?? 'unknown host')} ran ${ran.slice(0, 10).join(', ')}${ran.length > 10 ? ` and ${count(ran.length - 10)} more` : ''}`,
    ...(open.length > 0 ? [`  - open to ${codes(open, 30)}`] : []),
    ...(unknown.length > 0 ? [`  - not known: ${codes(unknown, 30)}`] : []),
  ];
}

function describe({ findings, byLevel, files, lines, rules, complete, span }: Summary): string {
  const levels = LEVELS.toReversed().flatMap((level) => ((byLevel[level] ?? 0) > 0 ? [`${count(byLevel[level] ?? 0)} ${level}`] : []));
  return [
    `${findings === 0 ? 'No findings' : `${plural(findings, 'finding')} (${levels.join(', ')})`} of ${plural(rules, 'rule')} over ${plural(files, 'file')}, ${plural(lines, 'line')}`,
    span === undefined ? '' : ` from ${minute(span.from)} to ${minute(span.to)}`,
    complete ? '; every log was read to its end.' : '; **some of the evidence could not be read**.',
  ].join('');
}
