import { tmpdir } from 'node:os';
import { existsSync, statSync } from 'node:fs';
import { DiagnosticLedger } from '../assess/diagnostic-ledger.ts';
import { summarise } from '../assess/summary.ts';
import { LEVELS, type Level, type Rule } from '../model/rule.ts';
import type { Summary } from '../model/coverage.ts';
import { total } from '../finding-counts.ts';
import { mergeReports, type MergedReports, type MergeOptions } from '../merge-reports.ts';
import { NotNativeError } from '../read-reports.ts';
import type { CsvProfile } from '../report/reporter.ts';
import { loadRuleSet } from '../rule-set.ts';
import { exitCode, type FailOn } from './exit-code.ts';
import { checkOutputs, parseOutputs } from './output-option.ts';
import type { StandardStreams } from './standard-streams.ts';
import { UsageError } from './usage-error.ts';
import { tellDiagnostics } from './notes.ts';
import { usableSuppressions, type SuppressArguments } from './suppress-options.ts';
import { checkHeaders, reportsTo, writeAll } from './write-reports.ts';

/** The command line of `merge` and `convert`, as yargs hands it over. */
export interface MergeArguments extends SuppressArguments {
  readonly files: readonly string[];
  readonly output: readonly string[];
  readonly csvProfile: CsvProfile | undefined;
  readonly minLevel: Level;
  readonly failOn: FailOn;
  readonly exitZero: boolean;
  readonly force: boolean;
  readonly quiet: boolean;
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
  await checkHeaders(targets);
  const suppressing = await usableSuppressions(args);
  const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });
  const merged = await readAll(files, rules, { minLevel, spillFolder: tmpdir(), ...suppressing });
  const { verdicts, duplicates, summaries, changes } = merged;
  const whole = addUp(merged);
  const code = exitCode({ ...whole, isComplete: whole.complete, verdicts, changes, failOn, isExitZero: exitZero });
  const remarks = new DiagnosticLedger();
  for (const each of merged.remarks) remarks.addOne(each);
  const diagnostics = [...merged.diagnostics, ...remarks.shown()];
  const content = { ...merged, diagnostics, summary: { ...whole, exitCode: code }, showsSuppressed: args.showSuppressed };
  await writeAll(await reportsTo(targets, content), args, streams);
  if (args.quiet) return code;
  tellDiagnostics(remarks.shown(), (text) => streams.note(text));
  const { length } = summaries;
  const reports = length > files.length ? `${length} runs in ${files.length} file${files.length === 1 ? '' : 's'}` : `${length} reports`;
  if (length > 1) streams.note(`${reports}; ${duplicates} findings stood in more than one of them and count once\n`);
  if (new Set(summaries.map(({ rules: count }) => count)).size > 1) streams.note('They were made with different numbers of rules\n');
  return code;
}

async function readAll(files: readonly string[], rules: readonly Rule[], options: MergeOptions) {
  try {
    return await mergeReports(files, rules, options);
  } catch (error) {
    if (error instanceof NotNativeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** That of the only report says more than its findings, for some may not have been written; less what is suppressed since. */
function addUp(merged: MergedReports): Summary {
  const { findings, arrived, coverages, suppressions, changes, summaries } = merged;
  const [only] = summaries;
  if (summaries.length === 1 && only !== undefined) {
    const { suppressed: told, baseline: _, ...others } = only;
    const levels = (count: (level: Level) => number) => Object.fromEntries(LEVELS.map((level) => [level, count(level)]));
    const byLevel = levels((level) => (only.byLevel[level] ?? 0) - arrived.byLevel[level] + findings.byLevel[level]);
    const [now, then] = [findings.counts.suppressed, arrived.counts.suppressed];
    const suppressed = levels((level) => (told?.byLevel[level] ?? 0) - then[level] + now[level]);
    return {
      ...others,
      findings: total(byLevel),
      byLevel,
      ...((told !== undefined || suppressions.length > 0) && { suppressed: { findings: total(suppressed), byLevel: suppressed } }),
      ...(changes !== undefined && { baseline: changes }),
    };
  }
  const sum = (count: (summary: Summary) => number): number => summaries.reduce((all, each) => all + count(each), 0);
  const outcome = {
    byLevel: findings.byLevel,
    suppressed: findings.counts.suppressed,
    suppressions,
    ...(changes !== undefined && { changes }),
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
