import { Chalk, type ChalkInstance } from 'chalk';
import type { GoneFinding } from '../model/baseline.ts';
import type { Coverage, Summary } from '../model/coverage.ts';
import type { Exposure } from '../model/exposure.ts';
import { isOfEvidence } from '../model/diagnostic.ts';
import type { Finding } from '../model/finding.ts';
import { sayIndicator } from '../model/indicator.ts';
import { LEVELS, type Level } from '../model/rule.ts';
import { describeDiagnostic } from './describe.ts';
import type { Story } from '../model/story.ts';
import type { SuppressionSource } from '../model/suppression.ts';
import type { HostVerdict } from '../model/verdict.ts';
import { describeChanges } from './changes-text.ts';
import { escapeForTerminal } from './escape.ts';
import { tellingOriginalPath } from './original-path.ts';
import { describeStories } from './story-text.ts';
import { describeSuppressions } from './suppressions.ts';
import { describeVerdicts } from './verdict-text.ts';
import type { ReportContext, Reporter } from './reporter.ts';
import { describeAbsences, describeExposures } from './text-assessment.ts';
import { addTo, DISTINCT_LIMIT, EXAMPLES, sortGroups, tagOf, tagOfExample, type Group } from './text-groups.ts';

const VALUE_CHARACTERS = 180;

/** For people at a terminal: findings by rule, the worst first, a few examples each; then what was read. */
export function createTextReporter({ hasColour }: ReportContext): Reporter {
  const chalk = new Chalk({ level: hasColour ? 1 : 0 });
  const groups = new Map<string, Group>();
  const stories: Story[] = [];
  const verdicts: HostVerdict[] = [];
  const coverages: Coverage[] = [];
  const exposures: Exposure[] = [];
  const suppressions: SuppressionSource[] = [];
  const gone: GoneFinding[] = [];
  const notScanned = new Examples();
  const notRead = new Examples();
  return {
    begin: () => '',
    finding: (finding) => {
      addTo(groups, finding, timeOf(finding));
      return '';
    },
    story: (story) => {
      stories.push(story);
      return '';
    },
    verdict: (verdict) => {
      verdicts.push(verdict);
      return '';
    },
    coverage: (coverage) => {
      coverages.push(coverage);
      return '';
    },
    exposure: (exposure) => {
      exposures.push(exposure);
      return '';
    },
    suppression: (source) => {
      suppressions.push(source);
      return '';
    },
    gone: (finding) => {
      gone.push(finding);
      return '';
    },
    diagnostic: ({ diagnostic, more }) => {
      const { severity, problem, place } = diagnostic;
      if (NOT_SCANNED.has(problem.code)) notScanned.add(place.path, 1);
      if ((severity === 'error' && isOfEvidence(problem)) || problem.code === 'FILE_VANISHED')
        notRead.add(describeDiagnostic(diagnostic), 1 + more);
      return '';
    },
    end: (summary) => {
      const parts = [
        describeVerdicts(verdicts, chalk),
        describeStories(stories, chalk),
        describeChanges(summary, gone, chalk),
        ...sortGroups(groups).map((group) => describeGroup(group, groups, chalk)),
        describeCoverage(coverages, chalk),
        describeAbsences(coverages, chalk),
        describeExposures(exposures, chalk),
      ];
      if (notScanned.count > 0) parts.push(describeNotScanned(notScanned));
      if (notRead.count > 0) parts.push(describeNotRead(notRead, chalk));
      const areShown = [...groups.values()].some(({ first }) => first.suppression !== undefined);
      parts.push(
        describeSuppressions(summary.suppressed, suppressions, { chalk, areShown }),
        describeSummary(summary, notRead.count, chalk),
      );
      return parts.filter((part) => part !== '').join('\n');
    },
  };
}

const NOT_SCANNED: ReadonlySet<string> = new Set(['FILE_NOT_UNDERSTOOD', 'FILE_OTHER_LOG', 'FILE_NOT_TEXT']);

/** The first few of many, and how many they are. */
class Examples {
  readonly shown: string[] = [];
  count = 0;

  add(text: string, count: number): void {
    this.count += count;
    if (this.shown.length < EXAMPLES) this.shown.push(text);
  }
}

function describeGroup(group: Group, groups: ReadonlyMap<string, Group>, chalk: ChalkInstance): string {
  const { first, lastTime, count, examples, hosts, addresses, files } = group;
  const { rule, vulnerability, threat } = first;
  const level = colourLevel(rule.level, chalk)(rule.level.toUpperCase().padEnd(13));
  const facts = [rule.stage, ...(vulnerability?.id ?? []), ...(threat?.technique.id ?? [])].filter((fact) => fact !== undefined);
  const spread = [
    plural(count, 'finding'),
    hosts.size > 0 && `on ${listed([...hosts], 'hosts')}`,
    addresses.size > 0 && `from ${listed([...addresses], 'addresses')}`,
    files.size > 1 && `in ${atLeast(files.size)} files`,
  ].filter((part) => part !== false);
  const lines = [
    `${level} ${chalk.bold(safe(rule.name))}${tagOf(group)}`,
    ...(facts.length > 0 ? [indent(facts.map(safe).join(' · '))] : []),
    indent(chalk.dim(safe(attribution(rule)))),
    indent(`${spread.join(' ')}, ${timeOf(first)}${count > 1 && lastTime !== '' ? ` to ${lastTime}` : ''}`),
    ...examples.flatMap((example) => describeExample(example, groups, chalk)),
  ];
  if (count > examples.length)
    lines.push(indent(chalk.dim(`and ${plural(count - examples.length, 'more finding')}; -o csv=FILE or -o jsonl=FILE writes them all`)));
  return `${lines.join('\n')}\n`;
}

/** Whose rule it is: the licence of public rules wants it to stand beside what they found. */
function attribution({ id, author, license }: Finding['rule']): string {
  const names = author === undefined ? [] : [`by ${author.join(', ')}`];
  return [`rule ${id}`, ...names, ...(license === undefined ? [] : [`licence ${license}`])].join(' · ');
}

/** What the line with the request says already. */
const SAID_BY_REQUEST: ReadonlySet<string> = new Set(['cs-method', 'cs-uri-stem', 'sc-status', 'c-ip', 'Method', 'UrlStem', 'HttpStatus']);

function describeExample(finding: Finding, groups: ReadonlyMap<string, Group>, chalk: ChalkInstance): string[] {
  if (finding.correlation !== undefined) return describeCorrelated(finding, groups, chalk);
  const { http, url, source, log, matched } = finding;
  const request = [source?.ip, http?.request?.method, url?.path, http?.response?.status_code]
    .filter((part) => part !== undefined)
    .join(' ');
  const original = tellingOriginalPath(log.file);
  const evidence = matched.filter(({ field, view }) => view !== 'raw' || !SAID_BY_REQUEST.has(field));
  const indicators = new Set(matched.flatMap(({ indicator }) => (indicator === undefined ? [] : [sayIndicator(indicator)])));
  return [
    indent(`${timeOf(finding)}  ${safe(shortened(request))}${safe(tagOfExample(finding))}`),
    indent(chalk.cyan(`  ${safe(`${log.file.path}:${log.line}`)}`)),
    ...(original === undefined ? [] : [indent(chalk.dim(`  on the server ${safe(original)}`))]),
    ...evidence.map(({ field, value, view }) =>
      indent(chalk.dim(`  ${safe(field)}${view === 'raw' ? '' : ` (${safe(view)})`}: ${safe(shortened(value))}`)),
    ),
    ...[...indicators].map((words) => indent(chalk.dim(`  ${safe(shortened(words))}`))),
  ];
}

/** Of the records that made a correlation match, so many are shown. */
const RECORDS = 5;

function describeCorrelated(finding: Finding, groups: ReadonlyMap<string, Group>, chalk: ChalkInstance): string[] {
  const { count = 0, group = {}, records = [] } = finding.correlation ?? {};
  const shared = Object.entries(group).map(([field, value]) => `${field} ${value}`);
  const shown = records
    .slice(0, RECORDS)
    .flatMap(({ '@timestamp': time, rule, log }) => [
      safe(`  ${readable(time)}  ${groups.get(rule.id)?.first.rule.name ?? rule.id}`),
      chalk.cyan(safe(`    ${log.file.path}:${log.line}`)),
    ]);
  const first = finding.event.start === undefined ? '' : `${readable(finding.event.start)} to `;
  return [
    indent(`${first}${timeOf(finding)}  ${safe(shortened([plural(count, 'event'), ...shared].join(', ')))}${safe(tagOfExample(finding))}`),
    ...shown.map((line) => indent(line)),
    ...(count > RECORDS ? [indent(chalk.dim(`  and ${plural(count - RECORDS, 'more event')}`))] : []),
  ];
}

const COVERAGE_HEADER = ['host', 'log type', 'files', 'lines', 'records', 'rejected', 'first', 'last', 'blind rules'];

function describeCoverage(coverages: readonly Coverage[], chalk: ChalkInstance): string {
  if (coverages.length === 0) return '';
  const rows = coverages.map(({ host, log, files, lines, records, rejected, first, last, blind, partlyBlind = [] }) => {
    const blindRules = partlyBlind.length === 0 ? blind.length : `${blind.length} + ${partlyBlind.length} in part`;
    const cells = [host?.name ?? '?', log.type, files, lines, records, rejected, shortTime(first), shortTime(last), blindRules];
    return cells.map((cell) => safe(String(cell)));
  });
  const widths = COVERAGE_HEADER.map((name, column) => rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), name.length));
  const aligned = (row: readonly string[]): string =>
    row
      .map((cell, column) => align(cell, widths[column] ?? 0, column))
      .join('  ')
      .trimEnd();
  return `${chalk.bold('What was read')}\n${[COVERAGE_HEADER, ...rows].map((row) => `  ${aligned(row)}`).join('\n')}\n`;
}

/** Numbers stand right. */
function align(cell: string, width: number, column: number): string {
  return (column >= 2 && column <= 5) || column === 8 ? cell.padStart(width) : cell.padEnd(width);
}

function describeNotScanned({ shown, count }: Examples): string {
  const more = count > shown.length ? ` and ${count - shown.length} more` : '';
  return `Not scanned, being no log that exhunt hunts in: ${plural(count, 'file')} (${shown.map(safe).join(', ')}${more})\n`;
}

function describeNotRead({ shown, count }: Examples, chalk: ChalkInstance): string {
  const more = count > shown.length ? [`and ${plural(count - shown.length, 'more problem')}; -o jsonl=FILE counts them by file`] : [];
  return `${chalk.yellow('What could not be read')}\n${[...shown, ...more].map((line) => `  ${safe(line)}`).join('\n')}\n`;
}

function describeSummary(
  { findings, byLevel, files, lines, rules, complete, span }: Summary,
  notRead: number,
  chalk: ChalkInstance,
): string {
  const levels = LEVELS.toReversed().filter((level) => (byLevel[level] ?? 0) > 0);
  const counts = levels.map((level) => colourLevel(level, chalk)(`${(byLevel[level] ?? 0).toLocaleString('en-US')} ${level}`)).join(', ');
  const sentences = [
    chalk.bold(findings === 0 ? 'No findings' : `${plural(findings, 'finding')}: ${counts}`),
    `${plural(rules, 'rule')} over ${plural(files, 'file')}, ${plural(lines, 'line')}`,
    span && describeSpan(span),
    describeCompleteness(files, complete, notRead, chalk),
  ];
  return `${sentences.filter((sentence) => sentence !== undefined).join('. ')}.\n`;
}

function describeSpan({ from, to, records }: NonNullable<Summary['span']>): string {
  const ends = [from && `from ${from}`, to && `to ${to}`].filter((end) => end !== undefined);
  return `Asked for ${safe(ends.join(' '))} only: ${plural(records, 'record')}`;
}

function describeCompleteness(files: number, isComplete: boolean, notRead: number, chalk: ChalkInstance): string {
  if (!isComplete) return chalk.yellow('Some of the evidence could not be read');
  if (notRead > 0) return chalk.yellow('Every log that was still there was read to its end');
  return files === 0 ? chalk.yellow('There was no log to read: that says nothing of any server') : 'Every log was read to its end';
}

function colourLevel(level: Level, chalk: ChalkInstance): ChalkInstance {
  const colours = { critical: chalk.bold.white.bgRed, high: chalk.red, medium: chalk.yellow, low: chalk.blue, informational: chalk.dim };
  return colours[level];
}

function indent(text: string): string {
  return `    ${text}`;
}

function safe(text: string): string {
  return escapeForTerminal(text);
}

function shortened(text: string): string {
  return text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS)}…` : text;
}

function timeOf(finding: Finding): string {
  return finding['@timestamp'] === undefined ? 'no time' : readable(finding['@timestamp']);
}

function readable(time: string): string {
  return safe(time.replace('T', ' ').replace('Z', ''));
}

function shortTime(time: string | undefined): string {
  return time === undefined ? '-' : time.slice(0, 16).replace('T', ' ');
}

function listed(names: readonly string[], noun: string): string {
  return names.length > 3 ? `${atLeast(names.length)} ${noun} (${names.slice(0, 3).map(safe).join(', ')}, …)` : names.map(safe).join(', ');
}

/** A count that went no further than the limit. */
function atLeast(count: number): string {
  return `${count.toLocaleString('en-US')}${count < DISTINCT_LIMIT ? '' : ' or more'}`;
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
