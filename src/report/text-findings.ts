import type { ChalkInstance } from 'chalk';
import type { Finding } from '../model/finding.ts';
import { sayIndicator } from '../model/indicator.ts';
import { LEVELS } from '../model/rule.ts';
import { tellingOriginalPath } from './original-path.ts';
import {
  addAnswer,
  addDistinct,
  atLeast,
  colourLevel,
  describeAnswers,
  indent,
  onlyOrCount,
  plural,
  readable,
  safe,
} from './text-words.ts';
import type { Column } from './table.ts';
import { layDated, type DatedTable } from './dated-table.ts';

/** Of each rule, so many findings are shown in full; the others are counted. */
export const EXAMPLES = 3;
const VALUE_CHARACTERS = 180;
const LONGEST_LEVEL = 'informational'.length;

/** All findings of one rule, in bounded memory. */
export interface Group {
  readonly first: Finding;
  /** Findings without a time come last of all. */
  lastTime: string | undefined;
  count: number;
  readonly examples: Finding[];
  readonly hosts: Set<string>;
  readonly addresses: Set<string>;
  readonly files: Set<string>;
  readonly answers: Map<number, number>;
}

/** By the id of their rule. */
export type Groups = ReadonlyMap<string, Group>;

export function addToGroup(groups: Map<string, Group>, finding: Finding): void {
  let group = groups.get(finding.rule.id);
  if (group === undefined) {
    const spread = { hosts: new Set<string>(), addresses: new Set<string>(), files: new Set<string>(), answers: new Map<number, number>() };
    group = { first: finding, lastTime: undefined, count: 0, examples: [], ...spread };
    groups.set(finding.rule.id, group);
  }
  if (finding['@timestamp'] !== undefined) group.lastTime = finding['@timestamp'];
  group.count += 1;
  if (group.examples.length < EXAMPLES) group.examples.push(finding);
  addDistinct(group.hosts, finding.host?.name);
  addDistinct(group.addresses, finding.source?.ip);
  addDistinct(group.files, finding.log.file.path);
  addAnswer(group.answers, finding.http?.response?.status_code);
}

/** The worst first, then by the time of the first finding. */
export function sortGroups(groups: Groups): Group[] {
  return [...groups.values()].toSorted((a, b) => LEVELS.indexOf(b.first.rule.level) - LEVELS.indexOf(a.first.rule.level));
}

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
    sorted.map(({ first, lastTime, count, hosts, addresses }) => [
      { text: first.rule.level, paint: colourLevel(first.rule.level, chalk) },
      { text: safe(first.rule.name) },
      { text: count.toLocaleString('en-US') },
      { text: onlyOrCount(hosts, LONGEST_HOST) },
      { text: onlyOrCount(addresses, LONGEST_ADDRESS) },
      { text: write(first['@timestamp']) },
      { text: write(lastTime) },
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
    `${level} ${chalk.bold(safe(rule.name))}`,
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
    indent(`${timeOf(finding)}  ${safe(shortened(request))}`),
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
      safe(`  ${readable(time)}  ${groups.get(rule.id)?.first.rule.name ?? rule.id}`),
      chalk.cyan(safe(`    ${log.file.path}:${log.line}`)),
    ]);
  const first = finding.event.start === undefined ? '' : `${readable(finding.event.start)} to `;
  return [
    indent(`${first}${timeOf(finding)}  ${safe(shortened([plural(count, 'event'), ...shared].join(', ')))}`),
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
