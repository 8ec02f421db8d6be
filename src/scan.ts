import { CoverageLedger } from './assess/coverage-ledger.ts';
import { DiagnosticLedger } from './assess/diagnostic-ledger.ts';
import { callOutGaps } from './assess/near-findings.ts';
import { joinReadings, UNREAD, type FileReading } from './assess/file-reading.ts';
import { FindingTally } from './assess/finding-tally.ts';
import { assessVerdicts } from './assess/verdicts.ts';
import { discover } from './discover/discover.ts';
import { FindingStore } from './finding-store.ts';
import { readFiles } from './jobs/read-files.ts';
import { chooseRunner } from './choose-runner.ts';
import type { LogFile } from './model/log-file.ts';
import { classify } from './parse/classify.ts';
import { reachOf } from './rule-reach.ts';
import type { ScanOptions, ScanResult, Workings } from './scan-options.ts';
import { tellExposures } from './tell-exposures.ts';

/** Hunts through evidence: from what the user named to findings, and to what was read on the way. */
export async function scan(options: ScanOptions, workings: Workings = {}): Promise<ScanResult> {
  const { paths, rules, host, minLevel = 'informational', spillFolder, builds = [], onProgress } = options;
  const diagnostics = new DiagnosticLedger();
  const coverage = new CoverageLedger();
  const findings = new FindingStore({ minLevel, ...(spillFolder !== undefined && { spillFolder }) });
  const tally = new FindingTally();
  const report = diagnostics.add.bind(diagnostics);
  let recordsInSpan = 0;

  const logFiles = await discover(paths, { classify, report, ...(host !== undefined && { host }) });
  const progress = { filesRead: 0, files: logFiles.length, bytes: 0 };
  const runner = chooseRunner(logFiles, options, {
    onFinding: (finding, piece) => {
      findings.add(finding, piece);
      tally.add(finding, piece);
    },
    onBlock: (bytes) => {
      progress.bytes += bytes;
      onProgress?.(progress);
    },
    ...workings,
  });
  // Pieces of files are read in any order, and told in theirs.
  let whole: FileReading | undefined;
  await readFiles(logFiles, runner, {
    partBytes: workings.partBytes,
    onPiece: (logFile, { reading, number, linesBefore }) => {
      findings.settle(number, linesBefore);
      tally.settle(number, linesBefore);
      diagnostics.addKept(reading.diagnostics, linesBefore);
      for (const { logType, blind } of reading.headers) coverage.addHeader(logFile, logType, blind);
      recordsInSpan += reading.recordsInSpan;
      whole = joinReadings(whole, reading.reading);
    },
    onDropped: (piece) => {
      findings.drop(piece);
      tally.drop(piece);
    },
    onDeath: (logFile, reason) => {
      report({ code: 'FILE_READER_DIED', reason }, logFile.path);
      whole = joinReadings(whole, UNREAD);
    },
    onFile: (logFile: LogFile) => {
      coverage.addFile(logFile, whole ?? UNREAD);
      whole = undefined;
      progress.filesRead += 1;
    },
  });

  const shown = diagnostics.shown();
  const coverages = callOutGaps(coverage.coverages(shown.map(({ diagnostic }) => diagnostic.place.path)), findings);
  return {
    findings,
    byLevel: findings.byLevel,
    coverages,
    verdicts: assessVerdicts(tally.tallies(), coverages, reachOf(rules)),
    ...tellExposures(coverage.builds, { logFiles, rules, folders: builds, shown }),
    files: logFiles.length,
    recordsInSpan,
    isComplete: !diagnostics.hasLoss,
  };
}
