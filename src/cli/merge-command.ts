import { tmpdir } from 'node:os';
import { existsSync, statSync } from 'node:fs';
import { summarise } from '../assess/summary.ts';
import type { Level, Rule } from '../model/rule.ts';
import type { Summary } from '../model/coverage.ts';
import { mergeReports, NotNativeError, type MergedReports } from '../merge-reports.ts';
import type { CsvProfile } from '../report/reporter.ts';
import { loadRuleSet } from '../rule-set.ts';
import { exitCode, type FailOn } from './exit-code.ts';
import { checkOutputs, parseOutputs } from './output-option.ts';
import type { StandardStreams } from './standard-streams.ts';
import { UsageError } from './usage-error.ts';
import { reportsTo, writeAll } from './write-reports.ts';

/** The command line of `merge` and `convert`, as yargs hands it over. */
export interface MergeArguments {
  readonly files: readonly string[];
  readonly output: readonly string[];
  readonly csvProfile: CsvProfile | undefined;
  readonly minLevel: Level;
  readonly failOn: FailOn;
  readonly exitZero: boolean;
  readonly force: boolean;
  readonly color: boolean | undefined;
}

/**
 * Makes one report of those of several runs, or another of one.
 *
 * @returns the exit code
 * @throws {UsageError} also when a file is no report of exhunt's
 */
export async function runMerge(args: MergeArguments, streams: StandardStreams): Promise<number> {
  const { files, minLevel, failOn, exitZero } = args;
  const missing = files.filter((file) => !existsSync(file) || !statSync(file).isFile());
  if (missing.length > 0) throw new UsageError(`there is no file ${missing.join(', ')}`);
  const targets = parseOutputs(args.output, args.csvProfile);
  checkOutputs(targets, { evidence: [], readsStandardInput: false, mayOverwrite: args.force });
  const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });
  const merged = await readAll(files, rules, minLevel);
  const { verdicts, duplicates, summaries } = merged;
  const whole = addUp(merged);
  const code = exitCode({ ...whole, isComplete: whole.complete, verdicts, failOn, isExitZero: exitZero });
  await writeAll(reportsTo(targets, { ...merged, summary: { ...whole, exitCode: code } }), args, streams);
  if (files.length > 1) streams.note(`${files.length} reports; ${duplicates} findings stood in more than one of them and count once\n`);
  if (new Set(summaries.map(({ rules: count }) => count)).size > 1) streams.note('They were made with different numbers of rules\n');
  return code;
}

async function readAll(files: readonly string[], rules: readonly Rule[], minLevel: Level) {
  try {
    return await mergeReports(files, rules, { minLevel, spillFolder: tmpdir() });
  } catch (error) {
    if (error instanceof NotNativeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** That of the only report says more than its findings: some may not have been written. */
function addUp({ findings, coverages, summaries }: MergedReports): Summary {
  const [only] = summaries;
  if (summaries.length === 1 && only !== undefined) return only;
  const sum = (count: (summary: Summary) => number): number => summaries.reduce((total, each) => total + count(each), 0);
  const outcome = {
    byLevel: findings.byLevel,
    coverages,
    files: sum(({ files }) => files),
    recordsInSpan: 0,
    isComplete: summaries.every(({ complete }) => complete),
  };
  return summarise(outcome, {
    rules: summaries.reduce((most, { rules }) => Math.max(most, rules), 0),
    exitCode: 0,
    durationMs: sum(({ durationMs }) => durationMs),
  });
}
