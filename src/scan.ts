import { CoverageLedger } from './assess/coverage-ledger.ts';
import { DiagnosticLedger } from './assess/diagnostic-ledger.ts';
import { callOutGaps } from './assess/near-findings.ts';
import { tellStories } from './assess/stories.ts';
import { assessVerdicts } from './assess/verdicts.ts';
import { EvidenceInputs } from './evidence-inputs.ts';
import { discover } from './discover/discover.ts';
import { Found } from './found.ts';
import { readFiles } from './jobs/read-files.ts';
import { chooseRunner } from './choose-runner.ts';
import { refusalOf } from './live.ts';
import { classify } from './parse/classify.ts';
import { ReadingLedger } from './reading-ledger.ts';
import { reachOf } from './rule-reach.ts';
import { ScanProgress } from './scan-progress.ts';
import type { ScanOptions, ScanResult, Workings } from './scan-options.ts';
import { tellExposures } from './tell-exposures.ts';

/** Hunts through evidence: from what the user named to findings, and to what was read on the way. */
export async function scan(options: ScanOptions, workings: Workings = {}): Promise<ScanResult> {
  const {
    paths,
    rules,
    correlations = [],
    host,
    minLevel = 'informational',
    spillFolder,
    archives,
    builds = [],
    baseline,
    memory,
  } = options;
  const [diagnostics, coverage] = [new DiagnosticLedger(), new CoverageLedger()];
  const spill = spillFolder === undefined ? {} : { spillFolder };
  const found = new Found({ ...options, minLevel });
  const report = diagnostics.add.bind(diagnostics);
  const inputs = new EvidenceInputs(options.listsInputs === true, options.stop);

  const looking = { refusal: refusalOf, onOther: inputs.onOther, archives: { ...archives, ...spill }, stop: options.stop };
  const all = await discover(paths, { classify, report, host, hasWebFiles: options.hasWebFiles, ...looking });
  const logFiles = (await memory?.choose(all)) ?? all;
  const progress = new ScanProgress(logFiles, found.findings, options.onProgress);
  const runner = await chooseRunner(logFiles, options, {
    report,
    onFinding: (finding, piece) => found.add(finding, piece),
    onFeed: (match, piece) => found.feed(match, piece),
    onBlock: (bytes) => progress.add(bytes),
    ...workings,
  });
  const ledger = new ReadingLedger({ found, diagnostics, coverage, inputs, memory, onFile: () => progress.endFile() });
  await readFiles(logFiles, runner, { ...workings, ...(options.listsInputs === true && { partBytes: Infinity }), ...ledger.listener() });
  for (const each of found.correlate(correlations)) diagnostics.addOne(each);

  const shown = diagnostics.shown();
  const others = [...shown.map(({ diagnostic }) => diagnostic.place.path), ...(memory?.unchanged ?? [])];
  const coverages = callOutGaps(coverage.coverages(others), found.findings);
  const known =
    memory?.keep({ findings: found.findings, matches: found.matches(), tallies: found.tally.tallies(), coverages }) ?? coverages;
  return {
    ...found.outcome(),
    gone: (await baseline?.listGone()) ?? [],
    coverages,
    stories: tellStories(found.correlated, rules, correlations),
    verdicts: assessVerdicts(found.tally.tallies(), known, reachOf(rules)),
    ...(await tellExposures(coverage.builds, { logFiles, rules, folders: builds, shown })),
    inputs: await inputs.list(logFiles, shown),
    files: all.length,
    recordsInSpan: ledger.recordsInSpan,
    isComplete: !diagnostics.hasLoss,
  };
}
