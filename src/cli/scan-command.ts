import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { summarise } from '../assess/summary.ts';
import { createManifest } from '../create-manifest.ts';
import { displayPath } from '../discover/location.ts';
import { commonFolder, missingPaths, rootsOf, type Root } from '../discover/roots.ts';
import type { Summary } from '../model/coverage.ts';
import type { ShownDiagnostic } from '../model/diagnostic.ts';
import { findingOfRule } from '../model/finding.ts';
import type { Level } from '../model/rule.ts';
import { escapeForTerminal } from '../report/escape.ts';
import { describeManifest } from '../report/manifest.ts';
import type { CsvProfile } from '../report/reporter.ts';
import { scan } from '../scan.ts';
import { parseArchiveOptions, type ArchiveArguments } from './archive-options.ts';
import { usableBaselines } from './baseline-option.ts';
import { exitCode, type FailOn } from './exit-code.ts';
import { usableIndicators } from './indicators-option.ts';
import { parseJobs } from './jobs-option.ts';
import { tellDiagnostics } from './notes.ts';
import { parseNotify, tellReceivers, toTell, type NotifyArguments } from './notify-option.ts';
import { expandOutputName } from './output-name.ts';
import { checkOutputs, isEvidence, parseOutputs, type OutputTarget } from './output-option.ts';
import { ProgressDisplay } from './progress.ts';
import { usableRules } from './rules-option.ts';
import { checkState, openState, type StateArguments } from './state-option.ts';
import { StopSignal } from './stop-signal.ts';
import type { Surroundings } from './surroundings.ts';
import { usableSuppressions, type SuppressArguments } from './suppress-options.ts';
import { parseTimeOption } from './time-option.ts';
import { UsageError } from './usage-error.ts';
import { checkHeaders, reportsTo, writeAll } from './write-reports.ts';

/** The command line of `scan`, as yargs hands it over. */
export interface ScanArguments extends ArchiveArguments, SuppressArguments, StateArguments, NotifyArguments {
  readonly rules: readonly string[];
  readonly filters: readonly string[];
  readonly yara: readonly string[];
  readonly indicators: readonly string[];
  readonly defaultRules: boolean;
  readonly output: readonly string[];
  readonly csvProfile: CsvProfile | undefined;
  readonly minLevel: Level;
  readonly failOn: FailOn;
  readonly exitZero: boolean;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly host: string | undefined;
  readonly webFiles: boolean;
  readonly baselineHashes: readonly string[];
  readonly builds: readonly string[];
  readonly force: boolean;
  readonly quiet: boolean;
  readonly prefilter: boolean;
  readonly jobs: string | undefined;
  readonly color: boolean | undefined;
  readonly progress: 'auto' | 'never';
}

/**
 * @returns the exit code
 * @throws {UsageError} before anything is read
 * @throws {OutputError} when a report could not be written; the others are
 */
export async function runScan(args: ScanArguments, { streams, version }: Surroundings): Promise<number> {
  const { targets, manifest: manifestFile, roots, span, jobs, archives } = understand(args);
  await checkHeaders(targets);
  const receivers = await parseNotify(args);
  const indicators = usableIndicators(args.indicators);
  const baselines = usableBaselines(args.baselineHashes);
  const ruleSet = await usableRules(args, indicators.rules);
  const { rules, correlations, filters } = ruleSet;
  const suppressing = await usableSuppressions(args);
  const ruleDiagnostics = [
    ...ruleSet.diagnostics.map((diagnostic): ShownDiagnostic => ({ diagnostic, more: 0 })),
    ...indicators.diagnostics,
    ...baselines.diagnostics,
  ];
  const note = (text: string): void => (args.quiet ? undefined : streams.note(text));
  tellDiagnostics(ruleDiagnostics, note);
  const memory = await openState(args.state, { version, correlations, ruleSet });
  for (const text of memory?.notes() ?? []) note(`state: ${escapeForTerminal(text)}\n`);

  const progress = new ProgressDisplay(streams.stderr, { isWanted: args.progress === 'auto' && !args.quiet });
  const stop = new StopSignal(() => {
    progress.end();
    streams.note('exhunt: stopping; what was read so far is reported. Once more ends it at once.\n');
  });
  const spillFolder = chooseSpillFolder(targets, roots);
  const result = await scan({
    paths: args.paths,
    builds: args.builds,
    hasWebFiles: args.webFiles,
    knownFiles: baselines.knownFiles,
    rules,
    correlations,
    filters,
    ...suppressing,
    minLevel: args.minLevel,
    hasPrefilter: args.prefilter,
    jobs,
    listsInputs: args.manifest !== undefined,
    archives,
    stop: stop.signal,
    ...(memory !== undefined && { memory: memory.state }),
    ...span,
    ...(args.host !== undefined && { host: args.host }),
    ...(spillFolder !== undefined && { spillFolder }),
    onProgress: progress.take,
  }).finally(() => {
    progress.end();
    stop.release();
  });

  const code = exitCode({ ...result, failOn: args.failOn, isExitZero: args.exitZero });
  const summary = summarise(result, {
    rules: rules.length + correlations.length,
    exitCode: code,
    durationMs: Math.round(performance.now()),
    ...span,
  });
  const ran = [...rules, ...correlations.map(({ rule }) => rule)].map((rule) => findingOfRule(rule).rule);
  const writings = await reportsTo(targets, {
    ...result,
    diagnostics: [...ruleDiagnostics, ...result.diagnostics],
    rules: ran,
    summary,
    showsSuppressed: args.showSuppressed,
  });
  if (manifestFile !== undefined) {
    const { ignore, baseline, paths } = args;
    const lists = [...args.indicators, ...args.baselineHashes];
    const facts = { version, ruleSet, indicators: lists, ignore, baseline, paths, options: { ...args }, exitCode: code };
    const manifest = await createManifest(result, facts);
    writings.push({ file: manifestFile, pieces: () => describeManifest(manifest) });
  }
  await writeAll(writings, args, streams);
  memory?.commit(result, summary, toTell(receivers, result, args.notifyLevel));
  tellDiagnostics(result.diagnostics, note);
  note(describeRun(summary, commonFolder(roots)));
  for (const text of memory?.account(result) ?? []) note(`state: ${text}\n`);
  if (memory !== undefined)
    await tellReceivers(receivers, memory.state.outbox, { signal: stop.signal, isQuiet: args.quiet, note: (text) => streams.note(text) });
  memory?.close();
  await stop.obey();
  return code;
}

function understand(args: ScanArguments) {
  const targets = parseOutputs(args.output, args.csvProfile);
  const missing = missingPaths(args.paths);
  if (missing.length > 0) throw new UsageError(`there is no ${missing.map((name) => name || 'file without a name').join(', ')}`);
  const lost = args.builds.filter((folder) => !existsSync(folder));
  if (lost.length > 0) throw new UsageError(`--builds: there is no ${lost.join(', ')}`);
  const roots = rootsOf(args.paths);
  const manifest = args.manifest === undefined ? undefined : expandOutputName(args.manifest, '--manifest');
  const written = manifest === undefined ? targets : [...targets, { file: manifest, option: '--manifest' }];
  checkOutputs(written, { evidence: roots, readsStandardInput: args.paths.includes('-'), mayOverwrite: args.force });
  checkState(args, roots);
  return { targets, manifest, roots, span: parseSpan(args), jobs: parseJobs(args.jobs), archives: parseArchiveOptions(args) };
}

function parseSpan({ from, to }: ScanArguments): { readonly from?: number; readonly to?: number } {
  const span = {
    ...(from !== undefined && { from: parseTimeOption(from, 'from') }),
    ...(to !== undefined && { to: parseTimeOption(to, 'to') }),
  };
  if (span.from !== undefined && span.to !== undefined && span.from > span.to) throw new UsageError('--from is later than --to');
  return span;
}

/** A folder outside of the evidence, for what memory has no room for. */
function chooseSpillFolder(targets: readonly OutputTarget[], evidence: readonly Root[]): string | undefined {
  const outputs = targets.filter(({ file }) => file !== '-').map(({ file }) => path.dirname(path.resolve(file)));
  const folders = [tmpdir(), ...outputs].filter((folder) => existsSync(folder)).map((folder) => realpathSync(folder));
  return folders.find((folder) => !evidence.some((root) => isEvidence(folder, root)));
}

function describeRun({ files, lines, bytes, durationMs }: Summary, base: string | undefined): string {
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const where = base === undefined ? '' : `, named from ${escapeForTerminal(displayPath(base, undefined))}`;
  return `${count(files, 'file')}, ${count(lines, 'line')}, ${(bytes / 1e6).toFixed(1)} MB in ${(durationMs / 1000).toFixed(2)} s${where}\n`;
}
