import type { ChalkInstance } from 'chalk';
import { VERDICTS, type CveVerdict, type HostVerdict, type Verdict } from '../model/verdict.ts';
import { escapeForTerminal as safe } from './escape.ts';
import { layOut, type Cell, type Column } from './table.ts';

/** So many hosts are told in sentences; all of several stand in the table. */
const TOLD_HOSTS = 20;

/** The answer first: for each host how far an attack got, why, and what could not be seen. */
export function describeVerdicts(verdicts: readonly HostVerdict[], width: number, chalk: ChalkInstance): string {
  if (verdicts.length === 0) return '';
  const told = verdicts.slice(0, TOLD_HOSTS).flatMap((verdict) => describeHost(verdict, chalk));
  const more = verdicts.length > TOLD_HOSTS ? [`  and ${verdicts.length - TOLD_HOSTS} more hosts, in the table`] : [];
  const table = verdicts.length > 1 ? ['', ...layOut(COLUMNS, tableRows(verdicts, chalk), width)] : [];
  return `${[chalk.bold('Verdict'), ...told, ...more, ...table].join('\n')}\n`;
}

function describeHost({ host, verdict, reason, from, to, cve }: HostVerdict, chalk: ChalkInstance): string[] {
  const span = saySpan(from, to);
  return [
    `  ${safe(host?.name ?? '?')}  ${colour(verdict, chalk)(verdict.toUpperCase())}${span === undefined ? '' : `  ${span}`}`,
    `    ${safe(reason)}`,
    ...hitsOf(cve).map((each) => `    ${safe(sayHit(each))}`),
    ...sayOthers(cve).map((words) => `    ${safe(words)}`),
  ];
}

/** `undefined` where no log has a time. */
export function saySpan(from: string | undefined, to: string | undefined): string | undefined {
  return from !== undefined && to !== undefined ? `logs from ${short(from)} to ${short(to)}` : undefined;
}

/** Vulnerabilities of which something was found. */
export function hitsOf(cve: readonly CveVerdict[]): readonly CveVerdict[] {
  return cve.filter(({ verdict }) => verdict !== 'clean' && verdict !== 'not assessed');
}

/** `CVE-2021-26855 attempted; for more there is no httpproxy (ecp)`. Not escaped. */
export function sayHit({ id, verdict, assessed, missing }: CveVerdict): string {
  return `${id} ${verdict}${assessed ? '' : `; for more there is no ${named(missing)}`}`;
}

/** What was said of the other vulnerabilities: nothing found, or nobody can say. Not escaped. */
export function sayOthers(cve: readonly CveVerdict[]): string[] {
  const clean = cve.filter(({ verdict }) => verdict === 'clean').length;
  return [...(clean > 0 ? [`nothing of ${clean} other vulnerabilities`] : []), ...describeNotAssessed(cve)];
}

/** Vulnerabilities for which the same logs are missing stand together. */
function describeNotAssessed(cve: readonly CveVerdict[]): string[] {
  const byMissing = new Map<string, string[]>();
  for (const { id, verdict, missing } of cve)
    if (verdict === 'not assessed') byMissing.set(named(missing), [...(byMissing.get(named(missing)) ?? []), id]);
  return [...byMissing].map(([missing, ids]) => `not assessed, for want of ${missing}: ${ids.join(', ')}`);
}

const COLUMNS: readonly Column[] = [
  { name: 'host', isTitle: true, least: 8 },
  { name: 'verdict', isTitle: true },
  { name: 'from' },
  { name: 'to' },
  { name: 'worst finding', least: 16 },
  { name: 'not assessed', isNumber: true },
];

function tableRows(verdicts: readonly HostVerdict[], chalk: ChalkInstance): Cell[][] {
  return verdicts.map(({ host, verdict, from, to, worst, cve }) => [
    { text: safe(host?.name ?? '?') },
    { text: verdict, paint: colour(verdict, chalk) },
    { text: from === undefined ? '-' : short(from) },
    { text: to === undefined ? '-' : short(to) },
    { text: worst === undefined ? '-' : safe(`${worst.level}: ${worst.rule}`) },
    { text: String(cve.filter((each) => !each.assessed).length) },
  ]);
}

/** The verdict once more, for the end of a long report; `undefined` where there is none. */
export function sayVerdicts(verdicts: readonly HostVerdict[], chalk: ChalkInstance): string | undefined {
  const [only] = verdicts;
  if (only === undefined) return undefined;
  if (verdicts.length === 1) return `${safe(only.host?.name ?? '?')}: ${colour(only.verdict, chalk)(only.verdict.toUpperCase())}`;
  const counts = ([...VERDICTS.toReversed(), 'not assessed'] as const).flatMap((verdict) => {
    const count = verdicts.filter((each) => each.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${colour(verdict, chalk)(verdict)}`];
  });
  return `${verdicts.length} hosts: ${counts.join(', ')}`;
}

function colour(verdict: Verdict, chalk: ChalkInstance): ChalkInstance {
  const colours = {
    compromised: chalk.bold.white.bgRed,
    exploited: chalk.red,
    attempted: chalk.yellow,
    scanned: chalk.blue,
    clean: chalk.green,
    'not assessed': chalk.magenta,
  };
  return colours[verdict];
}

function short(time: string): string {
  return safe(time.slice(0, 16).replace('T', ' '));
}

/** `httpproxy (ecp)` for `httpproxy:ecp`. Not escaped. */
export function named(missing: readonly string[]): string {
  return missing.map((log) => log.replace(/:(.*)/, ' ($1)')).join(', ');
}
