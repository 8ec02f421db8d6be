import type { Changes } from '../model/baseline.ts';
import type { Coverage, Summary } from '../model/coverage.ts';
import { LEVELS, type Level } from '../model/rule.ts';

/** What a scan came to. */
export interface ScanOutcome {
  readonly byLevel: Readonly<Record<Level, number>>;
  readonly coverages: readonly Coverage[];
  readonly files: number;
  readonly recordsInSpan: number;
  readonly isComplete: boolean;
  readonly suppressed?: Readonly<Record<Level, number>>;
  /** Filters and entries that might have suppressed something. */
  readonly suppressions?: readonly unknown[];
  readonly changes?: Changes;
}

export interface SummaryFacts {
  readonly rules: number;
  readonly exitCode: number;
  readonly durationMs: number;
  /** Only records of this time were asked for; milliseconds since 1970. */
  readonly from?: number;
  readonly to?: number;
}

/** The last record of every output. */
export function summarise(outcome: ScanOutcome, facts: SummaryFacts): Summary {
  const { byLevel, coverages, files, recordsInSpan, isComplete, suppressed, suppressions = [], changes } = outcome;
  const { rules, exitCode, durationMs, from, to } = facts;
  const total = (name: 'bytes' | 'lines'): number => coverages.reduce((sum, coverage) => sum + coverage[name], 0);
  const span = {
    ...(from !== undefined && { from: new Date(from).toISOString() }),
    ...(to !== undefined && { to: new Date(to).toISOString() }),
    records: recordsInSpan,
  };
  return {
    findings: sumOf(byLevel),
    byLevel,
    files,
    bytes: total('bytes'),
    lines: total('lines'),
    rules,
    complete: isComplete,
    exitCode,
    durationMs,
    ...((from !== undefined || to !== undefined) && { span }),
    ...(suppressed !== undefined &&
      (suppressions.length > 0 || sumOf(suppressed) > 0) && { suppressed: { findings: sumOf(suppressed), byLevel: suppressed } }),
    ...(changes !== undefined && { baseline: changes }),
  };
}

function sumOf(byLevel: Readonly<Record<Level, number>>): number {
  return LEVELS.reduce((sum, level) => sum + byLevel[level], 0);
}
