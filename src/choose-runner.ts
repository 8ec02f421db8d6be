import { planCorrelations } from './correlate/plan.ts';
import { Crew } from './jobs/crew.ts';
import { createLocalRunner } from './jobs/local-runner.ts';
import type { WorkerStart } from './jobs/messages.ts';
import { PieceReader, type PieceReaderOptions } from './jobs/piece-reader.ts';
import type { Runner, RunListener } from './jobs/runner.ts';
import { indicatorSourceOf } from './indicators/source.ts';
import { kernelModule } from './kernel-module.ts';
import type { IndicatorSource } from './model/indicator.ts';
import type { LogFile } from './model/log-file.ts';
import type { Rule } from './model/rule.ts';
import type { ScanOptions, Workings } from './scan-options.ts';
import { LOG_TYPES } from './parse/log-types.ts';
import { sourceOf } from './sigma/load-documents.ts';
import { appliesTo } from './sigma/log-source.ts';
import { knownExpressions } from './sigma/regex.ts';

/**
 * For each thread that begins at once: a worker takes 0.2 to 0.3 s to begin, in which one thread reads this. Measured; on two cores that share
 * one, a second thread gains little below a gigabyte. The other threads join where less than this takes long.
 */
const WORTH_A_WORKER_BYTES = 300_000_000;
const PROGRAM = new URL('../dist/worker.js', import.meta.url);

/** Reads in this thread, and in as many workers as are worth it and asked for. */
export function chooseRunner(logFiles: readonly LogFile[], options: ScanOptions, listener: RunListener & Workings): Runner {
  const { partBytes = WORTH_A_WORKER_BYTES, program = PROGRAM } = listener;
  const { rules, correlations = [], jobs = 1, hasPrefilter = true, listsInputs: hashes = false, baseline, from, to, stop } = options;
  const { fields: feeds, silent } = planCorrelations(correlations);
  const kernel = hasPrefilter ? kernelModule() : undefined;
  const readerOptions = { kernel, feeds, silent, hashes, baseline, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const local = createLocalRunner(new PieceReader(rules, readerOptions), listener, stop);
  const bytes = logFiles.reduce((sum, logFile) => sum + logFile.bytes, 0);
  // What is packed is read in one piece.
  const pieces = logFiles.every(({ entry }) => entry !== undefined) ? logFiles.length : Infinity;
  const promptJobs = Math.max(1, Math.min(jobs, pieces, Math.floor(bytes / partBytes)));
  // Most of a large public rule set is for logs that exhunt does not read.
  const applied = rules.filter(({ logSource }) => LOG_TYPES.some((logType) => appliesTo(logSource, logType.logSources)));
  const made = applied.filter((rule) => sourceOf(rule) ?? indicatorSourceOf(rule));
  if (jobs <= 1 || made.length < applied.length) return local;
  return new Crew({ jobs, promptJobs, start: () => startOf(applied, readerOptions), local, program, stop }, listener);
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
