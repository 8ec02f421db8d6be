import { createReadStream } from 'node:fs';
import { mergeCoverages } from './assess/merge-coverages.ts';
import { SharedAddresses } from './assess/shared-addresses.ts';
import { FindingTally } from './assess/finding-tally.ts';
import { assessVerdicts, joinVerdicts } from './assess/verdicts.ts';
import { FindingStore, type FindingStoreOptions } from './finding-store.ts';
import type { Coverage, Summary } from './model/coverage.ts';
import type { ShownDiagnostic } from './model/diagnostic.ts';
import type { Exposure } from './model/exposure.ts';
import type { Finding } from './model/finding.ts';
import type { RanRule } from './model/ran-rule.ts';
import { LEVELS, type Rule } from './model/rule.ts';
import type { Story } from './model/story.ts';
import type { HostVerdict } from './model/verdict.ts';
import { readNativeRecord, type NativeRecord } from './native/native-record.ts';
import { reachOf } from './rule-reach.ts';

/** A longer line is no record that exhunt wrote. */
const LINE_CHARACTERS = 16_777_216;

/** Of what is kept in memory: all records that are no findings, rules once. */
const MOST_KEPT = 250_000;

/** Stands for the piece of a file: findings count from the beginning of theirs already. */
const MERGED = 1;

/** A file that is no report of exhunt's, or not a whole one. */
export class NotNativeError extends Error {
  override readonly name = 'NotNativeError';
}

/** What several runs came to, as if it had been one. */
export interface MergedReports {
  readonly findings: FindingStore;
  /** Findings that stood in several of the files. */
  readonly duplicates: number;
  readonly stories: readonly Story[];
  readonly verdicts: readonly HostVerdict[];
  readonly coverages: readonly Coverage[];
  readonly exposures: readonly Exposure[];
  readonly diagnostics: readonly ShownDiagnostic[];
  /** Those that any of the runs had. */
  readonly rules: readonly RanRule[];
  readonly summaries: readonly Summary[];
}

/**
 * Reads the JSON Lines of several runs. A finding counts once, by its id; hosts that several runs saw are judged anew by all of it, and never
 * better than by one of them.
 *
 * @throws {NotNativeError} names file and line
 */
export async function mergeReports(files: readonly string[], rules: readonly Rule[], options: FindingStoreOptions): Promise<MergedReports> {
  const arrived = new FindingStore({ ...options, minLevel: 'informational' });
  const stories = new Map<string, Story>();
  const exposures = new Map<string, Exposure>();
  const given: HostVerdict[] = [];
  const read: Coverage[] = [];
  const diagnostics: ShownDiagnostic[] = [];
  const ran = new Map<string, RanRule>();
  const summaries: Summary[] = [];
  const take = (record: NativeRecord, piece: number): void => {
    switch (record.kind) {
      case 'finding':
        arrived.add(record.value, piece);
        return;
      case 'story':
        stories.set(record.value.id, record.value);
        return;
      case 'verdict':
        given.push(record.value);
        return;
      case 'coverage':
        read.push(record.value);
        return;
      case 'exposure':
        exposures.set(JSON.stringify(record.value), record.value);
        return;
      case 'diagnostic':
        diagnostics.push(record.value);
        return;
      case 'rule':
        ran.set(record.value.id, record.value);
        return;
      case 'summary':
        summaries.push(record.value);
    }
  };
  let kept = 0;
  for (const [index, file] of files.entries()) {
    const before = summaries.length;
    for await (const [number, line] of linesOf(file)) {
      const record = readNativeRecord(line);
      if (record === undefined) throw new NotNativeError(`${file}:${number}: is no record of exhunt/1, as -o jsonl=FILE writes them`);
      take(record, index + 1);
      if (record.kind !== 'finding' && record.kind !== 'rule') kept += 1;
      if (kept + ran.size > MOST_KEPT)
        throw new NotNativeError(`${file}:${number}: more than ${MOST_KEPT} records are no findings: no run writes so many`);
    }
    if (summaries.length === before) throw new NotNativeError(`${file}: has no summary at its end: it is no report, or not a whole one`);
    arrived.settle(index + 1, 0);
  }
  const findings = new FindingStore(options);
  const tally = new FindingTally();
  const addresses = new SharedAddresses();
  for (const finding of withoutDuplicates(arrived)) {
    findings.add(finding, MERGED);
    tally.add(finding, MERGED);
    addresses.add(finding);
  }
  findings.settle(MERGED, 0);
  tally.settle(MERGED, 0);
  const coverages = mergeCoverages(read);
  const shared = addresses.stories().filter(({ id }) => !stories.has(id));
  return {
    findings,
    duplicates: total(arrived) - total(findings),
    stories: [...stories.values(), ...shared].toSorted((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : 0)),
    verdicts: joinVerdicts(given, assessVerdicts(tally.tallies(), coverages, reachOf(rules))),
    coverages,
    exposures: [...exposures.values()],
    diagnostics,
    rules: [...ran.values()],
    summaries,
  };
}

/** By id; those that are equal have the same time, and stand together thereby. */
function* withoutDuplicates(findings: Iterable<Finding>): Generator<Finding> {
  let time: string | undefined;
  const ids = new Set<string>();
  for (const finding of findings) {
    if (finding['@timestamp'] !== time) ids.clear();
    time = finding['@timestamp'];
    if (ids.has(finding.id)) continue;
    ids.add(finding.id);
    yield finding;
  }
}

function total({ byLevel }: FindingStore): number {
  return LEVELS.reduce((sum, level) => sum + byLevel[level], 0);
}

/** Lines with their numbers, without empty ones. */
async function* linesOf(file: string): AsyncGenerator<readonly [number: number, line: string]> {
  let rest = '';
  let number = 0;
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARACTERS) throw new NotNativeError(`${file}:${number + lines.length + 1}: is longer than any record`);
    for (const line of lines) {
      number += 1;
      if (line.trim() !== '') yield [number, line];
    }
  }
  if (rest.trim() !== '') yield [number + 1, rest];
}
