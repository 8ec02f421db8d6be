import { commonFolder, missingPaths } from '../discover/paths.ts';
import type { Summary } from '../model/coverage.ts';
import { LEVELS, type Level } from '../model/rule.ts';
import type { Reporter } from '../report/reporter.ts';
import { REPORTERS } from '../report/reporters.ts';
import { scan } from '../scan.ts';
import type { ScanResult } from '../scan-options.ts';
import { hasColour } from './colour.ts';
import { exitCode } from './exit-code.ts';
import { tellDiagnostics } from './notes.ts';
import { checkOutputs, openOutput, parseOutputs, type OutputTarget } from './output.ts';
import { createProgress } from './progress.ts';
import { usableRules } from './rules-option.ts';
import { parseTimeOption } from './time-option.ts';
import { UsageError } from './usage-error.ts';

/** The command line of `scan`, as yargs hands it over. */
export interface ScanArguments {
  readonly paths: readonly string[];
  readonly rules: readonly string[];
  readonly defaultRules: boolean;
  readonly output: readonly string[];
  readonly minLevel: Level;
  readonly failOn: Level;
  readonly exitZero: boolean;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly host: string | undefined;
  readonly force: boolean;
  readonly quiet: boolean;
  readonly color: boolean | undefined;
  readonly progress: 'auto' | 'never';
}

/**
 * @returns the exit code
 * @throws {UsageError} before anything is read
 */
export async function runScan(args: ScanArguments): Promise<number> {
  const started = performance.now();
  const targets = parseOutputs(args.output);
  const missing = missingPaths(args.paths);
  if (missing.length > 0) throw new UsageError(`there is no ${missing.map((name) => name || 'file without a name').join(', ')}`);
  checkOutputs(targets, { evidence: args.paths, mayOverwrite: args.force });
  const span = parseSpan(args);
  const { rules, diagnostics } = usableRules(args);
  const write = (text: string): void => void process.stderr.write(text);
  if (!args.quiet)
    tellDiagnostics(
      diagnostics.map((diagnostic) => ({ diagnostic, more: 0 })),
      write,
    );

  const progress = createProgress(process.stderr);
  const isShowingProgress = args.progress === 'auto' && !args.quiet;
  const result = await scan({
    paths: args.paths,
    rules,
    ...span,
    ...(args.host !== undefined && { host: args.host }),
    ...(isShowingProgress && { onProgress: progress.show }),
  });
  progress.clear();

  const summary = summarise(result, { args, rules: rules.length, durationMs: Math.round(performance.now() - started) });
  const isWritten = (level: Level): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(args.minLevel);
  const shown = [...diagnostics.map((diagnostic) => ({ diagnostic, more: 0 })), ...result.diagnostics];
  const written = { ...result, findings: result.findings.filter(({ rule }) => isWritten(rule.level)), diagnostics: shown };
  for (const target of targets) await writeReport(target, written, summary, args);
  if (!args.quiet) {
    tellDiagnostics(result.diagnostics, write);
    const { files, lines, bytes, durationMs } = summary;
    const where = args.paths.every((name) => name === '-') ? '' : `, named from ${commonFolder(args.paths)}`;
    write(`${files} files, ${lines} lines, ${(bytes / 1e6).toFixed(1)} MB in ${(durationMs / 1000).toFixed(2)} s${where}\n`);
  }
  return summary.exitCode;
}

function parseSpan({ from, to }: ScanArguments): { readonly from?: number; readonly to?: number } {
  const span = {
    ...(from !== undefined && { from: parseTimeOption(from, 'from') }),
    ...(to !== undefined && { to: parseTimeOption(to, 'to') }),
  };
  if (span.from !== undefined && span.to !== undefined && span.from > span.to) throw new UsageError('--from is later than --to');
  return span;
}

interface SummaryFacts {
  readonly args: ScanArguments;
  readonly rules: number;
  readonly durationMs: number;
}

function summarise({ findings, coverages, files, isComplete }: ScanResult, { args, rules, durationMs }: SummaryFacts): Summary {
  const levels = findings.map(({ rule }) => rule.level);
  const byLevel = Object.fromEntries(LEVELS.map((level) => [level, levels.filter((each) => each === level).length]));
  const total = (name: 'bytes' | 'lines'): number => coverages.reduce((sum, coverage) => sum + coverage[name], 0);
  return {
    findings: findings.length,
    byLevel,
    files,
    bytes: total('bytes'),
    lines: total('lines'),
    rules,
    complete: isComplete,
    exitCode: exitCode({ levels, failOn: args.failOn, files, isComplete, isExitZero: args.exitZero }),
    durationMs,
  };
}

async function writeReport(target: OutputTarget, result: ScanResult, summary: Summary, args: ScanArguments): Promise<void> {
  const reporter = REPORTERS[target.format]({ hasColour: target.file === '-' && hasColour(process.stdout, args.color) });
  const output = await openOutput(target);
  try {
    for (const text of report(reporter, result, summary)) await output.write(text);
    await output.close();
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

function* report(reporter: Reporter, { findings, coverages, diagnostics }: ScanResult, summary: Summary): Generator<string> {
  yield reporter.begin();
  for (const finding of findings) yield reporter.finding(finding);
  for (const coverage of coverages) yield reporter.coverage(coverage);
  for (const shown of diagnostics) yield reporter.diagnostic(shown);
  yield reporter.end(summary);
}
