import type { Coverage, Summary } from '../model/coverage.ts';
import type { ShownDiagnostic } from '../model/diagnostic.ts';
import type { Exposure } from '../model/exposure.ts';
import type { Finding } from '../model/finding.ts';
import type { RanRule } from '../model/ran-rule.ts';
import type { Story } from '../model/story.ts';
import type { HostVerdict } from '../model/verdict.ts';
import type { Reporter } from './reporter.ts';

/** All that a report is made of. */
export interface ReportContent {
  readonly findings: Iterable<Finding>;
  readonly stories: readonly Story[];
  readonly verdicts: readonly HostVerdict[];
  readonly coverages: readonly Coverage[];
  readonly exposures: readonly Exposure[];
  readonly diagnostics: readonly ShownDiagnostic[];
  /** All that ran; left out: nobody knows. */
  readonly rules?: readonly RanRule[];
  readonly summary: Summary;
}

/** A whole report, piece by piece, in the order that reporters are promised. */
export function* report(
  reporter: Reporter,
  { findings, stories, verdicts, coverages, exposures, diagnostics, rules = [], summary }: ReportContent,
): Generator<string> {
  yield reporter.begin();
  for (const finding of findings) yield reporter.finding(finding);
  for (const story of stories) yield reporter.story(story);
  for (const verdict of verdicts) yield reporter.verdict(verdict);
  for (const coverage of coverages) yield reporter.coverage(coverage);
  for (const exposure of exposures) yield reporter.exposure(exposure);
  for (const shown of diagnostics) yield reporter.diagnostic(shown);
  yield reporter.rules?.(rules) ?? '';
  yield reporter.end(summary);
}
