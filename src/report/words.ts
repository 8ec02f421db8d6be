import type { Coverage } from '../model/coverage.ts';
import type { Exposure } from '../model/exposure.ts';
import { NO_TIME, type Story } from '../model/story.ts';
import type { HostVerdict } from '../model/verdict.ts';

/** So many steps, gaps and names of each are told in a text; the others are counted. */
const TOLD = 20;

/** One line each, for formats that have room for a text but none for what it is made of. Nothing is escaped. */
export function storyWords({ chain, host, actors, from, to, steps, more, missing, verdict }: Story): string[] {
  const where = [host && `on ${host.name}`, actors.length > 0 && `from ${listed(actors)}`].filter((part) => typeof part === 'string');
  const rest = Math.max(0, steps.length - TOLD) + more;
  return [
    [chain.name, ...where, `${from} to ${to}`, verdict].join(', '),
    ...steps
      .slice(0, TOLD)
      .map(({ '@timestamp': time = NO_TIME, stage, name, log }) =>
        [time, stage, name, `(${log.file.path}:${log.line})`].filter(Boolean).join(' '),
      ),
    ...(rest > 0 ? [`and ${rest} more`] : []),
    ...(missing.length > 0 ? [`not seen: ${listed(missing)}`] : []),
  ];
}

export function verdictWords({ host, verdict, reason, from, to, cve, missing }: HostVerdict): string[] {
  const hit = cve.filter((each) => each.verdict !== 'clean' && each.verdict !== 'not assessed');
  const open = cve.filter((each) => each.verdict === 'not assessed');
  return [
    `${nameOf(host)}: ${verdict}. ${reason}`,
    ...(from !== undefined && to !== undefined ? [`logs from ${from} to ${to}`] : []),
    ...(hit.length > 0 ? [listed(hit.map((each) => `${each.id} ${each.verdict}`))] : []),
    ...(open.length > 0 ? [`not assessed: ${listed(open.map(({ id, missing: logs }) => `${id} (for want of ${logs.join(', ')})`))}`] : []),
    ...(missing.length > 0 ? [`missing: ${listed(missing)}`] : []),
  ];
}

export function coverageWords({
  host,
  log,
  files,
  lines,
  records,
  rejected,
  first,
  last,
  unreadable,
  blind,
  gaps = [],
  missingFiles = [],
}: Coverage): string[] {
  const gapsLeft = gaps.length - TOLD;
  return [
    `${nameOf(host)} ${log.type}: ${files} files, ${lines} lines, ${records} records, ${rejected} rejected, from ${first ?? '-'} to ${last ?? '-'}`,
    ...(unreadable.length > 0 ? [`not read to their end: ${listed(unreadable)}`] : []),
    ...gaps.slice(0, TOLD).map(({ from, to, expected, nearRule }) => {
      const near = nearRule === undefined ? '' : `; possible log deletion, near ${nearRule}`;
      return `silent from ${from} to ${to}, where some ${expected} records should be${near}`;
    }),
    ...(gapsLeft > 0 ? [`and ${gapsLeft} more gaps`] : []),
    ...(missingFiles.length > 0
      ? [`files missing: ${listed(missingFiles.map(({ from, to }) => (from === to ? from : `${from} to ${to}`)))}`]
      : []),
    ...(blind.length > 0 ? [`${blind.length} rules could not match for want of a column`] : []),
  ];
}

export function exposureWords({ host, builds, cves, unknown }: Exposure): string[] {
  return [
    `${nameOf(host)} ran ${listed(builds.map(({ build, name, from, to }) => `${name ?? 'an unknown build'} (${build}) from ${from} to ${to}`))}`,
    ...(cves.length > 0
      ? [
          `open to ${listed(cves.map(({ id, daysAfterUpdate: days }) => (days === undefined ? id : `${id} for ${days} days after the update`)))}`,
        ]
      : []),
    ...(unknown.length > 0 ? [`not known whether it was open to ${listed(unknown)}`] : []),
  ];
}

export function nameOf(host: { readonly name: string } | undefined): string {
  return host?.name ?? 'unknown host';
}

function listed(names: readonly string[]): string {
  return names.length > TOLD ? `${names.slice(0, TOLD).join(', ')} and ${names.length - TOLD} more` : names.join(', ');
}
