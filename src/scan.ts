import { createHash } from 'node:crypto';
import { CoverageLedger } from './assess/coverage-ledger.ts';
import { DiagnosticLedger } from './assess/diagnostic-ledger.ts';
import { discover } from './discover/discover.ts';
import { FindingStore } from './finding-store.ts';
import { createFinding } from './match/finding.ts';
import { Matcher } from './match/matcher.ts';
import type { LogRecord } from './model/log-record.ts';
import { classify } from './parse/classify.ts';
import { Prefilters } from './prefilters.ts';
import { readLogFile } from './read-log-file.ts';
import type { ScanOptions, ScanResult } from './scan-options.ts';

/** Hunts through evidence: from what the user named to findings, and to what was read on the way. */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const { paths, rules, host, minLevel = 'informational', hasPrefilter = true, spillFolder, onProgress } = options;
  const diagnostics = new DiagnosticLedger();
  const coverage = new CoverageLedger();
  const matcher = new Matcher(rules);
  const prefilters = hasPrefilter ? new Prefilters(matcher) : undefined;
  const findings = new FindingStore({ minLevel, ...(spillFolder !== undefined && { spillFolder }) });
  let recordsInSpan = 0;
  const report = diagnostics.add.bind(diagnostics);

  const logFiles = await discover(paths, { classify, report, ...(host !== undefined && { host }) });
  const progress = { filesRead: 0, files: logFiles.length, bytes: 0 };
  for (const logFile of logFiles) {
    const reading = await readLogFile(logFile, {
      report,
      onBlock: (bytes) => {
        progress.bytes += bytes;
        onProgress?.(progress);
      },
      onSchema: (schema) => coverage.addHeader(logFile, schema.logType, matcher.blindRules(schema)),
      // Lines that no rule can match are told by their bytes, and only counted.
      ...(prefilters !== undefined && { prefilterOf: (form) => prefilters.prefilterOf(form) }),
      onSkipped: (time) => {
        if (isInSpan({ time }, options)) recordsInSpan += 1;
      },
      onRecord: (record) => {
        if (!isInSpan(record, options)) return;
        recordsInSpan += 1;
        for (const match of matcher.match(record)) findings.add(createFinding(match, record, logFile, digest));
      },
    });
    progress.filesRead += 1;
    coverage.addFile(logFile, reading);
  }

  return {
    findings,
    byLevel: findings.byLevel,
    coverages: coverage.coverages(),
    diagnostics: diagnostics.shown(),
    files: logFiles.length,
    recordsInSpan,
    isComplete: !diagnostics.hasLoss,
  };
}

/** A record without a time could be of any: it is never left out. */
function isInSpan({ time }: Pick<LogRecord, 'time'>, { from = -Infinity, to = Infinity }: ScanOptions): boolean {
  return time === undefined || (time >= from && time <= to);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
