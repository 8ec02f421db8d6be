import { planCorrelations } from './correlate/plan.ts';
import { Crew } from './jobs/crew.ts';
import { createLocalRunner } from './jobs/local-runner.ts';
import { PieceReader } from './jobs/piece-reader.ts';
import type { Runner, RunListener } from './jobs/runner.ts';
import { kernelModule } from './kernel-module.ts';
import type { LogFile } from './model/log-file.ts';
import type { ScanOptions, Workings } from './scan-options.ts';
import { LOG_TYPES } from './parse/log-types.ts';
import { sourceOf } from './sigma/load-documents.ts';
import { appliesTo } from './sigma/log-source.ts';
import { knownExpressions } from './sigma/regex.ts';

/**
 * For each thread: a worker takes 0.2 to 0.3 s to begin, in which one thread reads this. Measured; on two cores that share one, a second
 * thread gains little below a gigabyte.
 */
const WORTH_A_WORKER_BYTES = 300_000_000;
const PROGRAM = new URL('../dist/worker.js', import.meta.url);

/** Reads in this thread, or in as many workers as are worth it and asked for. */
export function chooseRunner(logFiles: readonly LogFile[], options: ScanOptions, listener: RunListener & Workings): Runner {
  const { partBytes = WORTH_A_WORKER_BYTES, program = PROGRAM } = listener;
  const { rules, correlations = [], jobs = 1, hasPrefilter = true, from, to } = options;
  const { fields: feeds, silent } = planCorrelations(correlations);
  const kernel = hasPrefilter ? kernelModule() : undefined;
  const readerOptions = { kernel, feeds, silent, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const local = createLocalRunner(new PieceReader(rules, readerOptions), listener);
  const bytes = logFiles.reduce((sum, logFile) => sum + logFile.bytes, 0);
  const hands = Math.min(jobs, Math.floor(bytes / partBytes));
  // Most of a large public rule set is for logs that exhunt does not read.
  const applied = rules.filter(({ logSource }) => LOG_TYPES.some((logType) => appliesTo(logSource, logType.logSources)));
  const sources = applied.map(sourceOf).filter((source) => source !== undefined);
  if (hands <= 1 || sources.length < applied.length) return local;
  return new Crew(
    { jobs: hands, start: { rules: sources, expressions: knownExpressions(), options: readerOptions }, local, program },
    listener,
  );
}
