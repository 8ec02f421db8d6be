import { CoverageLedger } from './assess/coverage-ledger.ts';
import { DiagnosticLedger } from './assess/diagnostic-ledger.ts';
import { callOutGaps } from './assess/near-findings.ts';
import { joinReadings, UNREAD, type FileReading } from './assess/file-reading.ts';
import { tellStories } from './assess/stories.ts';
import { assessVerdicts } from './assess/verdicts.ts';
import { EvidenceInputs } from './evidence-inputs.ts';
import { discover } from './discover/discover.ts';
import { Found } from './found.ts';
import { readFiles } from './jobs/read-files.ts';
import { chooseRunner } from './choose-runner.ts';
import { refusalOf } from './live.ts';
import { classify } from './parse/classify.ts';
import { reachOf } from './rule-reach.ts';
import { ScanProgress } from './scan-progress.ts';
import type { ScanOptions, ScanResult, Workings } from './scan-options.ts';
import { tellExposures } from './tell-exposures.ts';

/** Hunts through evidence: from what the user named to findings, and to what was read on the way. */
export async function scan(options: ScanOptions, workings: Workings = {}): Promise<ScanResult> {
  const { paths, rules, correlations = [], host, minLevel = 'informational', spillFolder, archives, builds = [], baseline } = options;
  const [diagnostics, coverage] = [new DiagnosticLedger(), new CoverageLedger()];
  const spill = spillFolder === undefined ? {} : { spillFolder };
  const found = new Found({ ...options, minLevel });
  const report = diagnostics.add.bind(diagnostics);
  const inputs = new EvidenceInputs(options.listsInputs === true, options.stop);
  let recordsInSpan = 0;

  const looking = { refusal: refusalOf, onOther: inputs.onOther, archives: { ...archives, ...spill }, stop: options.stop };
  const logFiles = await discover(paths, { classify, report, host, hasWebFiles: options.hasWebFiles, ...looking });
  const progress = new ScanProgress(logFiles, found.findings, options.onProgress);
  const runner = await chooseRunner(logFiles, options, {
    report,
    onFinding: (finding, piece) => found.add(finding, piece),
    onFeed: (match, piece) => found.feed(match, piece),
    onBlock: (bytes) => progress.add(bytes),
    ...workings,
  });
  // Pieces of files are read in any order, and told in theirs.
  let whole: FileReading | undefined;
  await readFiles(logFiles, runner, {
    ...workings,
    ...(options.listsInputs === true && { partBytes: Infinity }),
    onPiece: (logFile, { reading, number, linesBefore }) => {
      inputs.addDigest(logFile, reading.sha256, reading.reading.bytes);
      found.settle(number, linesBefore, reading.filtered);
      diagnostics.addKept(reading.diagnostics, linesBefore);
      for (const { logType, blind } of reading.headers) coverage.addHeader(logFile, logType, blind);
      recordsInSpan += reading.recordsInSpan;
      whole = joinReadings(whole, reading.reading);
    },
    onDropped: (piece) => found.drop(piece),
    onLost: (logFile, problem) => {
      report(problem, logFile.path);
      whole = joinReadings(whole, UNREAD);
    },
    onFile: (logFile) => {
      coverage.addFile(logFile, whole ?? UNREAD);
      whole = undefined;
      progress.endFile();
    },
  });
  for (const each of found.correlate(correlations)) diagnostics.addOne(each);

  const shown = diagnostics.shown();
  const coverages = callOutGaps(coverage.coverages(shown.map(({ diagnostic }) => diagnostic.place.path)), found.findings);
  return {
    ...found.outcome(),
    gone: (await baseline?.listGone()) ?? [],
    coverages,
    stories: tellStories(found.correlated, rules, correlations),
    verdicts: assessVerdicts(found.tally.tallies(), coverages, reachOf(rules)),
    ...(await tellExposures(coverage.builds, { logFiles, rules, folders: builds, shown })),
    inputs: await inputs.list(logFiles, shown),
    files: logFiles.length,
    recordsInSpan,
    isComplete: !diagnostics.hasLoss,
  };
}
