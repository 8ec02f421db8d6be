import { mergeCoverages } from './assess/merge-coverages.ts';
import { callOutGaps, forgetFindings } from './assess/near-findings.ts';
import { SharedAddresses } from './assess/shared-addresses.ts';
import { assessVerdicts, joinVerdicts } from './assess/verdicts.ts';
import { total } from './finding-counts.ts';
import { FindingStore, type FindingStoreOptions } from './finding-store.ts';
import { Found } from './found.ts';
import { IdTable } from './id-table.ts';
import { MergedChanges } from './merge-changes.ts';
import { mergeSuppressions } from './merge-suppressions.ts';
import type { Changes, GoneFinding } from './model/baseline.ts';
import type { Coverage, Summary } from './model/coverage.ts';
import { diagnostic, type Diagnostic, type ShownDiagnostic } from './model/diagnostic.ts';
import type { Exposure } from './model/exposure.ts';
import type { Finding } from './model/finding.ts';
import type { RanRule } from './model/ran-rule.ts';
import type { Rule } from './model/rule.ts';
import type { Story } from './model/story.ts';
import type { SuppressionSource } from './model/suppression.ts';
import type { HostVerdict } from './model/verdict.ts';
import type { NativeRecord } from './native/native-record.ts';
import { NotNativeError, readReport } from './read-reports.ts';
import { reachOf } from './rule-reach.ts';
import type { TriageOptions } from './triage.ts';

/** Of what is kept in memory: all records that are no findings, rules once. */
const MOST_KEPT = 250_000;

/** Stands for the piece of a file: findings count from the beginning of theirs already. */
const MERGED = 1;

export type MergeOptions = FindingStoreOptions & Pick<TriageOptions, 'ignore' | 'baseline'>;

/** What several runs came to, as if it had been one. */
export interface MergedReports {
  /** Those that are suppressed too. */
  readonly findings: FindingStore;
  /** All that stood in the reports, before doubles were left out and more was suppressed. */
  readonly arrived: FindingStore;
  /** Findings that several of the runs told. */
  readonly duplicates: number;
  readonly stories: readonly Story[];
  readonly verdicts: readonly HostVerdict[];
  readonly coverages: readonly Coverage[];
  readonly exposures: readonly Exposure[];
  readonly suppressions: readonly SuppressionSource[];
  readonly changes?: Changes;
  readonly gone: readonly GoneFinding[];
  readonly diagnostics: readonly ShownDiagnostic[];
  /** What is amiss with suppressions. */
  readonly remarks: readonly Diagnostic[];
  /** Those that any of the runs had. */
  readonly rules: readonly RanRule[];
  readonly summaries: readonly Summary[];
}

/** All that stands in the reports. */
class Arrived {
  readonly findings: FindingStore;
  readonly stories = new Map<string, Story>();
  readonly exposures = new Map<string, Exposure>();
  readonly verdicts: HostVerdict[] = [];
  readonly coverages: Coverage[] = [];
  readonly suppressions: SuppressionSource[] = [];
  readonly gone = new Map<string, GoneFinding>();
  readonly diagnostics: ShownDiagnostic[] = [];
  readonly rules = new Map<string, RanRule>();
  readonly summaries: Summary[] = [];
  /** Reports that do not hold all findings of their runs. */
  readonly partial: Diagnostic[] = [];
  #kept = 0;

  constructor(options: FindingStoreOptions) {
    this.findings = new FindingStore({ ...options, minLevel: 'informational' });
  }

  async read(file: string, piece: number): Promise<void> {
    let [findings, written] = [0, 0];
    for await (const [number, record] of readReport(file)) {
      this.#take(record, piece);
      if (record.kind === 'finding') written += record.value.suppression === undefined ? 1 : 0;
      else if (record.kind !== 'rule') this.#kept += 1;
      if (record.kind === 'summary') findings += record.value.findings;
      if (this.#kept + this.rules.size > MOST_KEPT)
        throw new NotNativeError(`${file}:${number}: more than ${MOST_KEPT} records are no findings: no run writes so many`);
    }
    if (findings > written) this.partial.push(diagnostic({ code: 'SUPPRESSION_VERDICT_KEPT', findings, written }, { path: file }));
    this.findings.settle(piece, 0);
  }

  #take(record: NativeRecord, piece: number): void {
    switch (record.kind) {
      case 'finding':
        this.findings.add(record.value, piece);
        return;
      case 'story':
        this.stories.set(record.value.id, record.value);
        return;
      case 'verdict':
        this.verdicts.push(record.value);
        return;
      case 'coverage':
        this.coverages.push(record.value);
        return;
      case 'exposure':
        this.exposures.set(JSON.stringify(record.value), record.value);
        return;
      case 'suppression':
        this.suppressions.push(record.value);
        return;
      case 'gone':
        this.gone.set(record.value.id, record.value);
        return;
      case 'diagnostic':
        this.diagnostics.push(record.value);
        return;
      case 'rule':
        this.rules.set(record.value.id, record.value);
        return;
      case 'summary':
        this.summaries.push(record.value);
    }
  }
}

/**
 * Reads the JSON Lines of several runs. A finding counts once, by its id, and unless all runs that have it suppress it; hosts that several runs saw are
 * judged anew by all of it, and never better than by one of them, but for findings that are suppressed now.
 *
 * @throws {NotNativeError} names file and line
 */
export async function mergeReports(files: readonly string[], rules: readonly Rule[], options: MergeOptions): Promise<MergedReports> {
  const arrived = new Arrived(options);
  for (const [index, file] of files.entries()) await arrived.read(file, index + 1);
  const { stories, gone, summaries, partial } = arrived;
  // A file may hold several, one behind the other.
  const hasRuns = summaries.length > 1;
  const found = new Found(options);
  const changes = new MergedChanges(summaries, options.baseline !== undefined);
  const addresses = new SharedAddresses();
  const judgedAnew = new Set<string>();
  for (const finding of withoutDuplicates(arrived.findings, hasRuns && total(arrived.findings.counts.suppressed) > 0)) {
    const told = found.add(changes.keepsTags ? finding : withoutTag(finding), MERGED);
    gone.delete(finding.id);
    if (told.suppression === undefined) addresses.add(told);
    else if (finding.suppression === undefined) {
      judgedAnew.add(finding.host?.name.toLowerCase() ?? '');
      stories.delete(finding.id);
    }
  }
  found.settle(MERGED, 0);
  const isOutdated = judgedAnew.size > 0 && partial.length === 0;
  const merged = mergeCoverages(arrived.coverages);
  const coverages = isOutdated ? callOutGaps(forgetFindings(merged), found.findings) : merged;
  // Of one run another report is made, with what it says and no more.
  const shared = hasRuns ? addresses.stories().filter(({ id }) => !stories.has(id)) : [];
  const suppressions = mergeSuppressions(arrived.suppressions, found.suppressions, {
    arrived: arrived.findings.counts,
    kept: found.findings.counts,
  });
  const compared = found.changes ?? changes.merge({ arrived: arrived.findings.counts, found, gone, isWhole: partial.length === 0 });
  return {
    findings: found.findings,
    arrived: arrived.findings,
    duplicates: arrived.findings.counts.total - found.findings.counts.total,
    stories: [...stories.values(), ...shared].toSorted((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : 0)),
    verdicts: joinVerdicts(
      arrived.verdicts,
      assessVerdicts(found.tally.tallies(), coverages, reachOf(rules)),
      (host) => isOutdated && judgedAnew.has(host),
    ),
    coverages,
    exposures: [...arrived.exposures.values()],
    suppressions,
    ...(compared !== undefined && { changes: compared }),
    gone: options.baseline === undefined ? (changes.keepsTags ? [...gone.values()] : []) : await options.baseline.listGone(),
    diagnostics: arrived.diagnostics,
    rules: [...arrived.rules.values()],
    remarks: [...found.remarks(suppressions), ...(judgedAnew.size > 0 ? partial : [])],
    summaries,
  };
}

/**
 * By id; those that are equal have the same time, and stand together thereby.
 *
 * @param mayDiffer whether one run may suppress what another does not
 */
function* withoutDuplicates(findings: Iterable<Finding>, mayDiffer: boolean): Generator<Finding> {
  const open = mayDiffer ? openIds(findings) : undefined;
  let time: string | undefined;
  const ids = new Set<string>();
  for (const finding of findings) {
    if (finding['@timestamp'] !== time) ids.clear();
    time = finding['@timestamp'];
    if (ids.has(finding.id) || (finding.suppression !== undefined && open?.(finding.id) === true)) continue;
    ids.add(finding.id);
    yield finding;
  }
}

/** Tells of suppressed findings whether another run has them and does not suppress them: then they count. */
function openIds(findings: Iterable<Finding>): (id: string) => boolean {
  const ids = new IdTable();
  for (const { id, suppression } of findings) if (suppression !== undefined) ids.add(id);
  if (ids.size > 0)
    for (const { id, suppression } of findings) if (suppression === undefined && ids.find(id) !== -1) ids.mark(ids.find(id));
  return (id) => ids.find(id) !== -1 && ids.isMarked(ids.find(id));
}

/** What another run said against its report of before. */
function withoutTag(finding: Finding): Finding {
  const { baseline: _, ...others } = finding;
  return others;
}
