import type { ChalkInstance } from 'chalk';
import type { Finding } from '../model/finding.ts';
import { sayIndicator } from '../model/indicator.ts';
import { NO_TIME } from '../model/story.ts';
import { tellingOriginalPath } from './original-path.ts';
import { atLeast, colourLevel, describeAnswers, indent, onlyOrCount, plural, readable, safe } from './text-words.ts';
import type { Column } from './table.ts';
import { tagOf, tagOfExample, type Group, type Groups } from './text-groups.ts';
import { layDated, type DatedTable } from './dated-table.ts';

const VALUE_CHARACTERS = 180;
const LONGEST_LEVEL = 'informational'.length;

const COLUMNS: readonly Column[] = [
  { name: 'level', isTitle: true },
  { name: 'rule', least: 20, isTitle: true },
  { name: 'count', isNumber: true },
  { name: 'hosts', least: 12 },
  { name: 'addresses' },
  { name: 'first' },
  { name: 'last' },
];

/** All rules that found something, one row each. */
export function describeOverview(sorted: readonly Group[], width: number, chalk: ChalkInstance): string {
  if (sorted.length === 0) return '';
  const rows: DatedTable['rows'] = (write) =>
    sorted.map((group) => [
      { text: group.first.rule.level, paint: colourLevel(group.first.rule.level, chalk) },
      { text: `${safe(group.first.rule.name)}${tagOf(group)}` },
      { text: group.count.toLocaleString('en-US') },
      { text: onlyOrCount(group.hosts, LONGEST_HOST) },
      { text: onlyOrCount(group.addresses, LONGEST_ADDRESS) },
      { text: write(group.first['@timestamp']) },
      { text: write(group.lastTime) },
    ]);
  const times = sorted.flatMap(({ first, lastTime }) => [first['@timestamp'], lastTime]);
  return layDated({ title: 'Findings by rule', times, columns: COLUMNS, rows, wished: 30 }, width, chalk);
}

/** In the overview; what is longer stands below, with the rule. */
const LONGEST_HOST = 24;
const LONGEST_ADDRESS = '255.255.255.255'.length;

/** A rule, and the first few of its findings in full. */
export function describeGroup(group: Group, groups: Groups, chalk: ChalkInstance): string {
  const { first, lastTime, count, examples, hosts, addresses, files, answers } = group;
  const { rule, vulnerability, threat } = first;
  const level = colourLevel(rule.level, chalk)(rule.level.toUpperCase()) + ' '.repeat(LONGEST_LEVEL - rule.level.length);
  const facts = [rule.stage, ...(vulnerability?.id ?? []), ...(threat?.technique.id ?? [])].filter((fact) => fact !== undefined);
  const spread = [
    plural(count, 'finding'),
    hosts.size > 0 && `on ${listed([...hosts], 'hosts')}`,
    addresses.size > 0 && `from ${listed([...addresses], 'addresses')}`,
    files.size > 1 && `in ${atLeast(files.size)} files`,
  ].filter((part) => part !== false);
  const answered = answers.size > 0 && count > 1 ? `; answered ${describeAnswers(answers)}` : '';
  const lines = [
    `${level} ${chalk.bold(safe(rule.name))}${tagOf(group)}`,
    ...(facts.length > 0 ? [indent(facts.map(safe).join(' · '))] : []),
    indent(chalk.dim(safe(attribution(rule)))),
    indent(`${spread.join(' ')}, ${timeOf(first)}${count > 1 && lastTime !== undefined ? ` to ${readable(lastTime)}` : ''}${answered}`),
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

function describeExample(finding: Finding, groups: Groups, chalk: ChalkInstance): string[] {
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

function describeCorrelated(finding: Finding, groups: Groups, chalk: ChalkInstance): string[] {
  const { count = 0, group = {}, records = [] } = finding.correlation ?? {};
  const shared = Object.entries(group).map(([field, value]) => `${field} ${value}`);
  const shown = records
    .slice(0, RECORDS)
    .flatMap(({ '@timestamp': time, rule, log }) => [
      safe(`  ${time === undefined ? NO_TIME : readable(time)}  ${groups.get(rule.id)?.first.rule.name ?? rule.id}`),
      chalk.cyan(safe(`    ${log.file.path}:${log.line}`)),
    ]);
  const first = finding.event.start === undefined ? '' : `${readable(finding.event.start)} to `;
  return [
    indent(`${first}${timeOf(finding)}  ${safe(shortened([plural(count, 'event'), ...shared].join(', ')))}${safe(tagOfExample(finding))}`),
    ...shown.map((line) => indent(line)),
    ...(count > RECORDS ? [indent(chalk.dim(`  and ${plural(count - RECORDS, 'more event')}`))] : []),
  ];
}

function shortened(text: string): string {
  return text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS)}…` : text;
}

function timeOf(finding: Finding): string {
  return finding['@timestamp'] === undefined ? 'no time' : readable(finding['@timestamp']);
}

function listed(names: readonly string[], noun: string): string {
  return names.length > 3 ? `${atLeast(names.length)} ${noun} (${names.slice(0, 3).map(safe).join(', ')}, …)` : names.map(safe).join(', ');
}
