import type { Coverage } from '../model/coverage.ts';
import { LEVELS, type Level, type Stage } from '../model/rule.ts';
import { VERDICTS, type AttackVerdict, type CveVerdict, type HostVerdict, type Verdict } from '../model/verdict.ts';
import { DECISIVE_FOR_CVE, DECISIVE_FOR_HOST } from './decisive-logs.ts';
import type { Tally } from './finding-tally.ts';
import { reasonFor } from './verdict-reason.ts';

/** What a rule could show, for the question whether it was there to be seen. */
export interface RuleReach {
  readonly id: string;
  readonly stage: Stage | undefined;
  readonly cves: readonly string[];
  /** The log types that the rule applies to; of event logs the channels too, behind a colon. */
  readonly logTypes: readonly string[];
}

/** Of each verdict so many findings are named. */
const NAMED_FINDINGS = 20;

/**
 * Decides for each host how far an attack got, and for each vulnerability: by the stages of what was found, never by how often. Nothing found
 * is clean only where the logs that would show it were there and were read.
 */
export function assessVerdicts(tallies: readonly Tally[], coverages: readonly Coverage[], rules: readonly RuleReach[]): HostVerdict[] {
  // Rules that say nothing of how far an attack is decide nothing.
  if (rules.every(({ stage }) => stage === undefined)) return [];
  const names = new Map<string, string | undefined>();
  for (const name of [...coverages.map(({ host }) => host?.name), ...tallies.map(({ host }) => host)]) {
    const key = name?.toLowerCase() ?? '';
    if (!names.has(key)) names.set(key, name);
  }
  const ids = new Set([...rules.flatMap(({ stage, cves }) => (stage === undefined ? [] : cves)), ...DECISIVE_FOR_CVE.keys()]);
  const isOf = (key: string, name: string | undefined): boolean => (name?.toLowerCase() ?? '') === key;
  return [...names]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, name]) => {
      const own = tallies.filter(({ host }) => isOf(key, host));
      const logs = new Logs(coverages.filter(({ host }) => isOf(key, host?.name)));
      return assessHost(name, { tallies: own, logs, rules, ids: [...ids].toSorted() });
    });
}

/**
 * The verdicts of several runs on their hosts. A host that one run saw has that one's; of others the worst counts, for a run that wrote
 * fewer findings than it made knew more than its report says.
 *
 * @param anew by all that is in the reports
 * @param isOutdated whether findings on a host, its name in small letters, were suppressed since, so that it is judged by `anew` alone
 */
export function joinVerdicts(
  given: readonly HostVerdict[],
  anew: readonly HostVerdict[],
  isOutdated: (host: string) => boolean = () => false,
): HostVerdict[] {
  const nameOf = ({ host }: HostVerdict): string => host?.name.toLowerCase() ?? '';
  const names = [...new Set([...given, ...anew].map(nameOf))].toSorted();
  return names.flatMap((name) => {
    const own = given.filter((each) => nameOf(each) === name);
    const [only] = own;
    const fresh = anew.find((each) => nameOf(each) === name);
    if (isOutdated(name) && fresh !== undefined) return fresh;
    if (own.length === 1 && only !== undefined) return only;
    const worst = own.toSorted((a, b) => rankOf(b.verdict) - rankOf(a.verdict))[0];
    if (fresh === undefined || worst === undefined) return fresh ?? worst ?? [];
    const base = rankOf(worst.verdict) > Math.max(rankOf(fresh.verdict), rankOf('not assessed')) ? worst : fresh;
    return { ...base, cve: fresh.cve.map((each) => worstCve(each, own)).toSorted(byVerdict) };
  });
}

function worstCve(fresh: CveVerdict, given: readonly HostVerdict[]): CveVerdict {
  const own = given.flatMap(({ cve }) => cve.filter(({ id }) => id === fresh.id));
  const worst = own.toSorted((a, b) => rankOf(b.verdict) - rankOf(a.verdict))[0];
  return worst !== undefined && rankOf(worst.verdict) > Math.max(rankOf(fresh.verdict), rankOf('not assessed')) ? worst : fresh;
}

interface Case {
  readonly tallies: readonly Tally[];
  readonly logs: Logs;
  readonly rules: readonly RuleReach[];
  readonly ids: readonly string[];
}

function assessHost(name: string | undefined, { tallies, logs, rules, ids }: Case): HostVerdict {
  const worst = worstOf(tallies);
  const cve = ids.map((id) => assessCve(id, { tallies, logs, rules })).toSorted(byVerdict);
  const attack = worstVerdict(tallies);
  const missing = DECISIVE_FOR_HOST.filter((kind) => !kind.some((logType) => logs.hasRecords(logType))).map(([first = '']) => first);
  const verdict: Verdict =
    attack === 'clean' && (missing.length + logs.torn().length > 0 || logs.span().from === undefined) ? 'not assessed' : attack;
  const carrying = attack === 'clean' ? [] : tallies.filter(({ rule }) => verdictOf(rule) === attack).toSorted(byWeight);
  return {
    ...(name !== undefined && { host: { name } }),
    verdict,
    reason: reasonFor({ verdict, carrying, missing, torn: logs.torn(), ...logs.span() }),
    findings: carrying.slice(0, NAMED_FINDINGS).map(({ first }) => first.id),
    ...(worst !== undefined && { worst: { level: worst.rule.level, rule: worst.rule.name } }),
    ...logs.span(),
    missing,
    cve,
  };
}

function assessCve(id: string, { tallies, logs, rules }: Omit<Case, 'ids'>): CveVerdict {
  const own = tallies.filter(({ cves }) => cves.includes(id));
  const byOwn = worstVerdict(own);
  const exploits = own.filter(({ rule }) => verdictOf(rule) === 'exploited').toSorted(byTime);
  // A web shell belongs to no vulnerability; after this one was used it counts as what came of it.
  const began = exploits[0]?.first.time ?? '~';
  const shells = tallies.filter(
    ({ rule, cves, lastTime }) => rule.stage === 'webshell' && isCompromise(rule) && cves.length === 0 && (lastTime ?? '') >= began,
  );
  const attack = byOwn === 'exploited' && shells.length > 0 ? 'compromised' : byOwn;
  const missing = missingFor(id, rules, logs);
  const assessed = missing.length === 0;
  const carrying = [...own.filter(({ rule }) => verdictOf(rule) === byOwn), ...(attack === byOwn ? [] : shells)].toSorted(byTime);
  return {
    id,
    verdict: attack === 'clean' && !assessed ? 'not assessed' : attack,
    assessed,
    missing,
    ...(attack !== 'clean' && { findings: carrying.slice(0, NAMED_FINDINGS).map(({ first }) => first.id) }),
  };
}

/** Log types, one of each kind that is needed and was not there to be read. */
function missingFor(id: string, rules: readonly RuleReach[], logs: Logs): string[] {
  const own = rules.filter(({ cves, stage }) => cves.includes(id) && stage !== undefined && stage !== 'recon');
  const canTell = (logType: string): boolean =>
    logs.isRead(logType) &&
    own.some((rule) => rule.logTypes.some((each) => each === logType || each === typeOf(logType)) && !logs.isBlind(logType, rule.id));
  // A file that is not there may have been deleted: what was never dropped is not told by it.
  const telling = own.flatMap(({ logTypes }) => logTypes).filter((logType) => logType !== 'web-file');
  const needed = DECISIVE_FOR_CVE.get(id) ?? [[...new Set(telling)]];
  return needed.filter((kind) => !kind.some(canTell)).map(([first = '']) => first);
}

function typeOf(log: string): string {
  return log.split(':')[0] ?? log;
}

/** Which logs of a host were there and read to their end. */
class Logs {
  readonly #byType: ReadonlyMap<string, Coverage>;

  constructor(coverages: readonly Coverage[]) {
    this.#byType = new Map(coverages.map((coverage) => [coverage.log.type, coverage]));
  }

  /** @param log a log type, perhaps with the part of it that has to be there */
  hasRecords(log: string): boolean {
    const [logType = '', part] = log.split(':');
    const { records = 0, parts = [] } = this.#byType.get(logType) ?? {};
    // Other sites may be front ends too; the second is the back end.
    const hasPart =
      part === undefined || parts.length === 0 || parts.includes(part) || (part === 'W3SVC1' && parts.some((each) => each !== 'W3SVC2'));
    return records > 0 && hasPart;
  }

  /** Whether it is there, to its end. */
  isRead(logType: string): boolean {
    return this.hasRecords(logType) && this.#byType.get(typeOf(logType))?.unreadable.length === 0;
  }

  isBlind(logType: string, ruleId: string): boolean {
    return this.#byType.get(typeOf(logType))?.blind.includes(ruleId) === true;
  }

  /** Log types of which a file could not be read to its end, or lines could not be understood. */
  torn(): string[] {
    const isTorn = ({ unreadable, rejected }: Coverage): boolean => unreadable.length > 0 || rejected > 0;
    return [...this.#byType.values()].filter(isTorn).map(({ log }) => log.type);
  }

  span(): { from?: string; to?: string } {
    const decisive = DECISIVE_FOR_HOST.flat().flatMap((logType) => this.#byType.get(typeOf(logType)) ?? []);
    // Only while all of them were written does their silence say something.
    const from = decisive
      .flatMap(({ first }) => first ?? [])
      .toSorted()
      .at(-1);
    const to = decisive.flatMap(({ last }) => last ?? []).toSorted()[0];
    return from === undefined || to === undefined || from > to ? {} : { from, to };
  }
}

/** What a finding says of an attack by itself. */
export function verdictOf(rule: Tally['rule']): AttackVerdict {
  const { stage, level } = rule;
  if (stage === 'recon') return 'scanned';
  if (stage === 'attempt') return 'attempted';
  if (stage === 'exploit') return isGrave(level) ? 'exploited' : 'attempted';
  return stage !== undefined && isCompromise(rule) ? 'compromised' : 'clean';
}

/** How far an attack is by all of these findings. */
export function worstVerdict(tallies: readonly Tally[]): AttackVerdict {
  return tallies.reduce<AttackVerdict>((most, { rule }) => worse(most, verdictOf(rule)), 'clean');
}

/** What users and administrators do as well is no compromise by itself. */
function isCompromise({ level }: Tally['rule']): boolean {
  return isGrave(level);
}

function isGrave(level: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf('high');
}

function worse(a: AttackVerdict, b: AttackVerdict): AttackVerdict {
  return VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b;
}

function worstOf(tallies: readonly Tally[]): Tally | undefined {
  return tallies.toSorted((a, b) => LEVELS.indexOf(b.rule.level) - LEVELS.indexOf(a.rule.level) || byTime(a, b))[0];
}

/** The worst first; what was not assessed stands before what is clean. */
function byVerdict(a: CveVerdict, b: CveVerdict): number {
  return rankOf(b.verdict) - rankOf(a.verdict) || (a.id < b.id ? -1 : 1);
}

/** What tells most comes first: a web shell that answered before what led to it. */
function byWeight(a: Tally, b: Tally): number {
  const isShell = ({ rule }: Tally): number => (rule.stage === 'webshell' ? 1 : 0);
  return LEVELS.indexOf(b.rule.level) - LEVELS.indexOf(a.rule.level) || isShell(b) - isShell(a) || byTime(a, b);
}

function byTime(a: Tally, b: Tally): number {
  const [timeA, timeB] = [a.first.time ?? '~', b.first.time ?? '~'];
  if (timeA !== timeB) return timeA < timeB ? -1 : 1;
  return a.rule.id < b.rule.id ? -1 : 1;
}

/** What was not assessed is worse than what is clean. */
function rankOf(verdict: Verdict): number {
  return verdict === 'not assessed' ? 0.5 : VERDICTS.indexOf(verdict);
}
