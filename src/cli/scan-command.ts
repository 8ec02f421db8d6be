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
import type { Target } from '../notify/target.ts';
import type { CsvProfile } from '../report/reporter.ts';
import type { RuleSet } from '../rule-set.ts';
import { scan } from '../scan.ts';
import type { ScanOptions, ScanResult } from '../scan-options.ts';
import { parseArchiveOptions, type ArchiveArguments } from './archive-options.ts';
import { usableBaselines } from './baseline-option.ts';
import { lowerPriority, parseEtiquette, type EtiquetteArguments } from './etiquette.ts';
import { checkFollow, outputsOf } from './follow-option.ts';
import { exitCode, type FailOn } from './exit-code.ts';
import { usableIndicators } from './indicators-option.ts';
import { parseJobs } from './jobs-option.ts';
import { tellDiagnostics } from './notes.ts';
import { parseNotify, tellReceivers, toTell, type NotifyArguments } from './notify-option.ts';
import { expandOutputName } from './output-name.ts';
import { checkOutputs, isEvidence, type OutputTarget } from './output-option.ts';
import { ProgressDisplay } from './progress.ts';
import { usableRules } from './rules-option.ts';
import { checkState, openState, type RunState, type StateArguments } from './state-option.ts';
import { StopSignal } from './stop-signal.ts';
import type { Surroundings } from './surroundings.ts';
import { usableSuppressions, type SuppressArguments } from './suppress-options.ts';
import { parseTimeOption } from './time-option.ts';
import { UsageError } from './usage-error.ts';
import { checkHeaders, reportsTo, writeAll } from './write-reports.ts';

/** The command line of `scan`, as yargs hands it over. */
export interface ScanArguments extends ArchiveArguments, SuppressArguments, StateArguments, EtiquetteArguments, NotifyArguments {
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
  /** Whether the scan stays, and waits for more. */
  readonly follow: boolean;
}

/** A scan that can begin: all that the user asked for is understood, and loaded. */
interface Prepared extends ReturnType<typeof understand> {
  readonly args: ScanArguments;
  readonly ruleSet: RuleSet;
  /** What is amiss with rules and lists. */
  readonly ruleDiagnostics: readonly ShownDiagnostic[];
  readonly options: Omit<ScanOptions, 'stop' | 'onProgress'>;
  readonly memory: RunState | undefined;
  readonly receivers: readonly Target[];
  readonly note: (text: string) => void;
}

/**
 * @returns the exit code
 * @throws {UsageError} before anything is read
 * @throws {OutputError} when a report could not be written; the others are
 */
export async function runScan(args: ScanArguments, surroundings: Surroundings): Promise<number> {
  const { streams } = surroundings;
  const prepared = await prepare(args, surroundings);
  const { memory, note, roots, receivers } = prepared;
  const putOut = (result: ScanResult) => toTell(receivers, result, args.notifyLevel);
  const progress = new ProgressDisplay(streams.stderr, { isWanted: args.progress === 'auto' && !args.quiet && !args.follow });
  const stop = new StopSignal(() => {
    progress.end();
    streams.note('exhunt: stopping; what was read so far is reported. Once more ends it at once.\n');
  });
  if (prepared.timeBudgetMs !== undefined)
    stop.stopAfter(prepared.timeBudgetMs, () => {
      progress.end();
      note(`The time budget of ${args.timeBudget} is spent; what was read so far is reported\n`);
    });
  let code: number;
  try {
    if (args.follow && memory !== undefined) {
      streams.leaveSignals();
      const { follow } = await import('./follow.ts');
      const rests = new Map<string, number>();
      code = await follow(memory, {
        stop: stop.signal,
        scan: () => scan({ ...prepared.options, stop: stop.signal }),
        report: (result, durationMs) => report(prepared, result, { surroundings, durationMs, targets: outputsOf(args) }),
        putOut,
        tell: (say, isLast) =>
          tellReceivers(receivers, memory.state.outbox, {
            signal: stop.userSignal,
            isQuiet: args.quiet,
            ...(!isLast && { rests }),
            note: say,
          }),
        note: (text) => streams.note(text),
      });
    } else {
      const result = await scan({ ...prepared.options, stop: stop.signal, onProgress: progress.take }).finally(() => {
        progress.end();
        stop.release();
      });
      const summary = await report(prepared, result, { surroundings, durationMs: performance.now(), targets: prepared.targets });
      memory?.commit(result, putOut(result));
      tellDiagnostics(result.diagnostics, note);
      note(describeRun(summary, commonFolder(roots)));
      for (const text of memory?.account(result) ?? []) note(`state: ${text}\n`);
      if (memory !== undefined)
        await tellReceivers(receivers, memory.state.outbox, {
          signal: stop.userSignal,
          isQuiet: args.quiet,
          note: (text) => streams.note(text),
        });
      code = summary.exitCode;
    }
  } finally {
    memory?.close();
  }
  await stop.obey();
  return code;
}

async function prepare(args: ScanArguments, { streams, version }: Surroundings): Promise<Prepared> {
  const understood = understand(args);
  await checkHeaders(understood.targets);
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
  const unlowered = args.lowPriority ? lowerPriority() : undefined;
  if (unlowered !== undefined) note(`warning: ${unlowered}\n`);
  tellDiagnostics(ruleDiagnostics, note);
  const memory = await openState(args.state, { version, correlations, ruleSet });
  for (const text of memory?.notes() ?? []) note(`state: ${escapeForTerminal(text)}\n`);
  const { targets, roots, span, jobs, archives, maxCpu } = understood;
  const spillFolder = chooseSpillFolder(targets, roots);
  const options = {
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
    ...(memory !== undefined && { memory: memory.state }),
    ...(maxCpu !== undefined && { maxCpu }),
    ...span,
    ...(args.host !== undefined && { host: args.host }),
    ...(spillFolder !== undefined && { spillFolder }),
  };
  return { ...understood, args, receivers, ruleSet, ruleDiagnostics, options, memory, note };
}

interface Reporting {
  readonly surroundings: Surroundings;
  readonly targets: readonly OutputTarget[];
  readonly durationMs: number;
}

/** Writes all reports of a scan. */
async function report(prepared: Prepared, result: ScanResult, { surroundings, targets, durationMs }: Reporting): Promise<Summary> {
  const { args, ruleSet, ruleDiagnostics, span, manifest: manifestFile } = prepared;
  const { rules, correlations } = ruleSet;
  const code = exitCode({ ...result, failOn: args.failOn, isExitZero: args.exitZero });
  const summary = summarise(result, {
    rules: rules.length + correlations.length,
    exitCode: code,
    durationMs: Math.round(durationMs),
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
    const { version } = surroundings;
    const facts = { version, ruleSet, indicators: lists, ignore, baseline, paths, options: { ...args }, exitCode: code };
    const manifest = await createManifest(result, facts);
    writings.push({ file: manifestFile, pieces: () => describeManifest(manifest) });
  }
  await writeAll(writings, args, surroundings.streams);
  return summary;
}

function understand(args: ScanArguments) {
  const targets = outputsOf(args);
  const missing = missingPaths(args.paths);
  if (missing.length > 0) throw new UsageError(`there is no ${missing.map((name) => name || 'file without a name').join(', ')}`);
  const lost = args.builds.filter((folder) => !existsSync(folder));
  if (lost.length > 0) throw new UsageError(`--builds: there is no ${lost.join(', ')}`);
  const roots = rootsOf(args.paths);
  const manifest = args.manifest === undefined ? undefined : expandOutputName(args.manifest, '--manifest');
  const written = manifest === undefined ? targets : [...targets, { file: manifest, option: '--manifest' }];
  checkOutputs(written, { evidence: roots, readsStandardInput: args.paths.includes('-'), mayOverwrite: args.force });
  checkState(args, roots);
  if (args.follow) checkFollow(targets, args.state);
  return {
    targets,
    manifest,
    roots,
    span: parseSpan(args),
    jobs: parseJobs(args.jobs),
    archives: parseArchiveOptions(args),
    ...parseEtiquette(args),
  };
}

/** @throws {UsageError} */
export function parseSpan({ from, to }: Pick<ScanArguments, 'from' | 'to'>): { readonly from?: number; readonly to?: number } {
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
