import type { ChalkInstance } from 'chalk';
import type { Anomaly, Coverage, Gap, MissingFiles } from '../model/coverage.ts';
import type { Exposure, OpenCve, RanBuild } from '../model/exposure.ts';
import { escapeForTerminal } from './escape.ts';

/** Of each log, so many gaps, missing files and anomalies are shown; the others are counted. */
const SHOWN = 8;
const CVES = 6;

/** What the logs do not show, though they should; nothing where nothing is odd. */
export function describeAbsences(coverages: readonly Coverage[], chalk: ChalkInstance): string {
  const lines = coverages.flatMap(({ host, log, gaps = [], missingFiles = [], anomalies = [], notListed = 0, gapsUnknown }) => {
    const name = safe(`${host?.name ?? '?'} ${log.type}`);
    const all = [gaps, missingFiles, anomalies];
    const more = all.reduce((sum, { length }) => sum + Math.max(0, length - SHOWN), notListed);
    return [
      ...gaps.slice(0, SHOWN).flatMap((gap) => {
        const { line, near } = sayGap(gap);
        return [`${name}: ${safe(line)}`, ...(near === undefined ? [] : [chalk.yellow(`  ${safe(near)}`)])];
      }),
      ...missingFiles.slice(0, SHOWN).map((missing) => `${name}: ${safe(sayMissing(missing))}`),
      ...anomalies.slice(0, SHOWN).map((anomaly) => `${name}: ${safe(sayAnomaly(anomaly))}`),
      ...(more > 0 ? [`${name}: and ${more} more; -o jsonl=FILE lists the first fifty of a kind`] : []),
      ...(gapsUnknown === true ? [`${name}: records of too many days to look for gaps in; no server wrote them`] : []),
    ];
  });
  return lines.length === 0 ? '' : `${chalk.bold('What is missing from the logs')}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** What is odd about a silence, and what lies next to it. Not escaped. */
export function sayGap({ from, to, expected, folder, busyMeanwhile, nearFinding, nearRule, nearTime }: Gap): {
  readonly line: string;
  readonly near?: string;
} {
  const where = folder === undefined ? '' : ` in ${folder}`;
  const meanwhile = busyMeanwhile.length === 0 ? 'no other log of the host has records in it' : `${busyMeanwhile.join(', ')} went on`;
  const line = `silent${where} from ${minute(from)} to ${minute(to)}, where some ${expected.toLocaleString('en-US')} records should be; ${meanwhile}`;
  if (nearFinding === undefined) return { line };
  return { line, near: `possible log deletion: near ${nearRule ?? nearFinding}, ${minute(nearTime ?? from)}` };
}

/** Not escaped. */
export function sayMissing({ from, to, files }: MissingFiles): string {
  const last = to.slice(to.lastIndexOf('/') + 1);
  return files === 1 ? `a file of a series is missing: ${from}` : `${files} files of a series are missing: ${from} to ${last}`;
}

/** Not escaped. */
export function sayAnomaly(anomaly: Anomaly): string {
  switch (anomaly.kind) {
    case 'back-in-time': {
      const { file, times, from, to } = anomaly;
      return `goes back in time by more than an hour, ${times === 1 ? 'once' : `${times} times`}, first from ${minute(from)} to ${minute(to)}: ${file}`;
    }
    case 'other-date':
      return `has records from ${minute(anomaly.from)} to ${minute(anomaly.to)}, which is not what its name says: ${anomaly.file}`;
    case 'far-off':
      return `${anomaly.records} records from ${minute(anomaly.from)} to ${minute(anomaly.to)} are a month and more away from all others`;
  }
}

/** What each host ran, and what that was open to. */
export function describeExposures(exposures: readonly Exposure[], chalk: ChalkInstance): string {
  const lines = exposures.flatMap(sayExposure).map((line) => `  ${safe(line)}\n`);
  return lines.length === 0 ? '' : `${chalk.bold('Builds of Exchange')}\n${lines.join('')}`;
}

/** Sentences that name the host. Not escaped. */
export function sayExposure({ host, builds, cves, unknown }: Exposure): string[] {
  const name = host?.name ?? '?';
  // Those that the same update closes, and that ended at the same time, are told together.
  const groups = new Map<string, OpenCve[]>();
  for (const cve of cves) {
    const key = `${cve.open.to} ${cve.daysAfterUpdate === undefined ? '' : cve.fixedBy}`;
    groups.set(key, [...(groups.get(key) ?? []), cve]);
  }
  const told = new Set<RanBuild>();
  const lines = [...groups.values()].flatMap((group) => {
    const [first] = group;
    const build = builds.find(({ to }) => to === first?.open.to);
    if (first === undefined || build === undefined) return [];
    told.add(build);
    return [
      `${name} ran ${nameOf(build)} until ${day(build.to)}${first.isOpenAtTheEnd ? ', when its logs end' : ''}: open to ${describeGroup(group, first)}`,
    ];
  });
  const others = builds
    .filter((build) => !told.has(build))
    .map((build) => {
      const span = `from ${day(build.from)} to ${day(build.to)}`;
      if (build.name === undefined) return `${name} ran ${build.build} ${span}: an unknown build, so nobody can say what it was open to`;
      return `${name} ran ${nameOf(build)} ${span}`;
    });
  const unsure =
    unknown.length === 0 || builds.every((build) => build.name === undefined)
      ? []
      : [`${name}: not known whether it was open to ${listed(unknown)}`];
  return [...lines, ...others, ...unsure];
}

function describeGroup(group: readonly OpenCve[], { daysAfterUpdate, fixedBy, fixedByBuild, updateReleased }: OpenCve): string {
  const ids = listed(group.map(({ id }) => id));
  if (daysAfterUpdate === undefined) return `${ids}, for which there was no update yet`;
  const update = [fixedBy, fixedByBuild, updateReleased].filter((part) => part !== undefined).join(', ');
  return `${ids} for ${daysAfterUpdate} ${daysAfterUpdate === 1 ? 'day' : 'days'} after the update (${update})`;
}

function nameOf({ build, name }: RanBuild): string {
  return name === undefined ? build : `${build} (${name})`;
}

function listed(ids: readonly string[]): string {
  return ids.length > CVES ? `${ids.slice(0, CVES - 1).join(', ')} and ${ids.length - CVES + 1} more` : ids.join(', ');
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

function day(time: string): string {
  return time.slice(0, 10);
}

function safe(text: string): string {
  return escapeForTerminal(text);
}
