import { planCorrelations } from './correlate/plan.ts';
import { Crew } from './jobs/crew.ts';
import { createLocalRunner } from './jobs/local-runner.ts';
import type { WorkerStart } from './jobs/messages.ts';
import { PieceReader, type PieceReaderOptions } from './jobs/piece-reader.ts';
import type { Runner, RunListener } from './jobs/runner.ts';
import { indicatorSourceOf } from './indicators/source.ts';
import { kernelModule } from './kernel-module.ts';
import type { Problem } from './model/diagnostic.ts';
import type { IndicatorSource } from './model/indicator.ts';
import type { LogFile } from './model/log-file.ts';
import type { Rule } from './model/rule.ts';
import type { YaraSource } from './model/yara.ts';
import type { ScanOptions, Workings } from './scan-options.ts';
import { EVENT_LOG } from './parse/event-schema.ts';
import { LOG_TYPES } from './parse/log-types.ts';
import { sourceOf } from './sigma/load-documents.ts';
import { appliesTo } from './sigma/log-source.ts';
import { knownExpressions } from './sigma/regex.ts';
import { problemOf } from './yara/messages.ts';
import { yaraSourceOf } from './yara/rules.ts';
import { YaraDiedError, YaraScanner } from './yara/scanner.ts';

/**
 * For each thread that begins at once: a worker takes 0.2 to 0.3 s to begin, in which one thread reads this. Measured; on two cores that share
 * one, a second thread gains little below a gigabyte. The other threads join where less than this takes long.
 */
const WORTH_A_WORKER_BYTES = 300_000_000;
/** Looking at a content with YARA rules takes some 4 ms, however small it is: as long as so much of a log. */
const AS_BYTES = 2_000_000;
const PROGRAM = new URL('../dist/worker.js', import.meta.url);

interface RunnerListener extends RunListener, Workings {
  readonly report: (problem: Problem, path: string, lineNumber?: number) => void;
}

/** Reads in this thread, and in as many workers as are worth it and asked for. */
export async function chooseRunner(logFiles: readonly LogFile[], options: ScanOptions, listener: RunnerListener): Promise<Runner> {
  const { partBytes = WORTH_A_WORKER_BYTES, program = PROGRAM } = listener;
  const {
    rules,
    correlations = [],
    jobs = 1,
    hasPrefilter = true,
    listsInputs: hashes = false,
    knownFiles,
    from,
    to,
    stop,
    memory,
    maxCpu,
  } = options;
  const { fields: feeds, silent } = planCorrelations(correlations);
  const kernel = hasPrefilter ? kernelModule() : undefined;
  const { scanner, yara } = await startYara(logFiles, rules, listener.report);
  const readerOptions = {
    kernel,
    feeds,
    silent,
    hashes,
    knownFiles,
    yara,
    ...(memory !== undefined && { isContinued: true }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  const local = createLocalRunner(new PieceReader(rules, readerOptions, scanner), listener, { stop, maxCpu });
  const bytes = logFiles.reduce(
    (sum, logFile) => sum + logFile.bytes + (yara !== undefined && logFile.webTarget !== undefined ? AS_BYTES : 0),
    0,
  );
  // What is packed is read in one piece.
  const pieces = logFiles.every(({ entry }) => entry !== undefined) ? logFiles.length : Infinity;
  const promptJobs = Math.max(1, Math.min(jobs, pieces, Math.floor(bytes / partBytes)));
  // Most of a large public rule set is for event logs, and for logs that exhunt does not read. A text log may go on as one of another type.
  const hasEvents = logFiles.some(({ logType }) => logType === EVENT_LOG);
  const logTypes = LOG_TYPES.filter(({ id }) => id !== EVENT_LOG || hasEvents);
  const applied = rules.filter(({ logSource }) => logTypes.some((logType) => appliesTo(logSource, logType.logSources)));
  const made = applied.filter((rule) => sourceOf(rule) ?? indicatorSourceOf(rule) ?? yaraSourceOf(rule));
  if (jobs <= 1 || made.length < applied.length) return local;
  return new Crew({ jobs, promptJobs, start: () => ({ ...startOf(applied, readerOptions), maxCpu }), local, program, stop }, listener);
}

/** Compiles YARA rules where there is a file to look at. What is wrong with them is told once, and by no other thread. */
async function startYara(
  logFiles: readonly LogFile[],
  rules: readonly Rule[],
  report: RunnerListener['report'],
): Promise<{ readonly scanner?: YaraScanner; readonly yara?: readonly YaraSource[] }> {
  const sources = [...new Set(rules.flatMap((rule) => yaraSourceOf(rule) ?? []))];
  if (sources.length === 0 || logFiles.every(({ webTarget }) => webTarget === undefined)) return {};
  const scanner = new YaraScanner(sources);
  try {
    const { sources: yara, troubles } = await scanner.start();
    for (const trouble of troubles) report(problemOf(trouble), trouble.file, trouble.lineNumber);
    return { scanner, yara };
  } catch (error) {
    if (!(error instanceof YaraDiedError)) throw error;
    for (const { webTarget, path } of logFiles)
      if (webTarget !== undefined) report({ code: 'FILE_CONTENT_NOT_SCANNED', reason: error.message }, path);
    return {};
  }
}

/** What a worker makes the rules of again. */
function startOf(rules: readonly Rule[], options: PieceReaderOptions): WorkerStart {
  const lists = new Map<IndicatorSource, Set<string>>();
  for (const rule of rules) {
    const source = indicatorSourceOf(rule);
    if (source !== undefined) lists.set(source, (lists.get(source) ?? new Set()).add(rule.id));
  }
  return {
    rules: rules.flatMap((rule) => sourceOf(rule) ?? []),
    indicators: [...lists].map(([source, ids]) => ({ source, ids })),
    expressions: knownExpressions(),
    options,
  };
}
