import { CoverageLedger } from './assess/coverage-ledger.ts';
import { DiagnosticLedger } from './assess/diagnostic-ledger.ts';
import { joinReadings, type FileReading } from './assess/file-reading.ts';
import { correlateMatches } from './correlate-matches.ts';
import { discover } from './discover/discover.ts';
import { FindingStore } from './finding-store.ts';
import { readFiles } from './jobs/read-files.ts';
import { chooseRunner } from './choose-runner.ts';
import { MatchStore } from './match-store.ts';
import type { LogFile } from './model/log-file.ts';
import { classify } from './parse/classify.ts';
import type { ScanOptions, ScanResult, Workings } from './scan-options.ts';

/** Hunts through evidence: from what the user named to findings, and to what was read on the way. */
export async function scan(options: ScanOptions, workings: Workings = {}): Promise<ScanResult> {
  const { paths, correlations = [], host, minLevel = 'informational', spillFolder, onProgress } = options;
  const diagnostics = new DiagnosticLedger();
  const coverage = new CoverageLedger();
  const spill = spillFolder === undefined ? {} : { spillFolder };
  const findings = new FindingStore({ minLevel, ...spill });
  const feeding = new MatchStore(spill);
  const report = diagnostics.add.bind(diagnostics);
  let recordsInSpan = 0;

  const logFiles = await discover(paths, { classify, report, ...(host !== undefined && { host }) });
  const progress = { filesRead: 0, files: logFiles.length, bytes: 0 };
  const runner = chooseRunner(logFiles, options, {
    onFinding: (finding, piece) => findings.add(finding, piece),
    onFeed: (match, piece) => feeding.add(match, piece),
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
      feeding.settle(number, linesBefore);
      diagnostics.addKept(reading.diagnostics, linesBefore);
      for (const { logType, blind } of reading.headers) coverage.addHeader(logFile, logType, blind);
      recordsInSpan += reading.recordsInSpan;
      whole = joinReadings(whole, reading.reading);
    },
    onDropped: (piece) => findings.drop(piece),
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
  for (const each of correlateMatches(correlations, feeding, (finding) => findings.add(finding, CORRELATED))) diagnostics.addOne(each);
  findings.settle(CORRELATED, 0);

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

/** Stands for the piece of a file where findings are of none: pieces count from 1. */
const CORRELATED = 0;
const UNREAD: FileReading = { bytes: 0, isWhole: false, lines: new Map(), spans: new Map() };
