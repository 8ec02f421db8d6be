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
  const span = from !== undefined && to !== undefined ? `  logs from ${short(from)} to ${short(to)}` : '';
  const hit = cve.filter((each) => each.verdict !== 'clean' && each.verdict !== 'not assessed');
  const clean = cve.filter((each) => each.verdict === 'clean').length;
  return [
    `  ${safe(host?.name ?? '?')}  ${colour(verdict, chalk)(verdict.toUpperCase())}${span}`,
    `    ${safe(reason)}`,
    ...hit.map(
      (each) => `    ${safe(`${each.id} ${each.verdict}${each.assessed ? '' : `; for more there is no ${named(each.missing)}`}`)}`,
    ),
    ...(clean > 0 ? [`    nothing of ${clean} other vulnerabilities`] : []),
    ...describeNotAssessed(cve),
  ];
}

/** Vulnerabilities for which the same logs are missing stand together. */
function describeNotAssessed(cve: readonly CveVerdict[]): string[] {
  const byMissing = new Map<string, string[]>();
  for (const { id, verdict, missing } of cve)
    if (verdict === 'not assessed') byMissing.set(named(missing), [...(byMissing.get(named(missing)) ?? []), id]);
  return [...byMissing].map(([missing, ids]) => `    ${safe(`not assessed, for want of ${missing}: ${ids.join(', ')}`)}`);
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

/** `httpproxy (ecp)` for `httpproxy:ecp`. */
function named(missing: readonly string[]): string {
  return missing.map((log) => log.replace(/:(.*)/, ' ($1)')).join(', ');
}
