import type { GoneFinding } from '../model/baseline.ts';
import type { Coverage, Summary } from '../model/coverage.ts';
import type { ShownDiagnostic } from '../model/diagnostic.ts';
import type { Exposure } from '../model/exposure.ts';
import type { Finding } from '../model/finding.ts';
import type { RanRule } from '../model/ran-rule.ts';
import type { Story } from '../model/story.ts';
import type { SuppressionSource } from '../model/suppression.ts';
import type { HostVerdict } from '../model/verdict.ts';
import type { Reporter } from './reporter.ts';
import { shownFindings } from './suppressions.ts';

/** All that a report is made of. */
export interface ReportContent {
  /** Suppressed ones are among them. */
  readonly findings: Iterable<Finding>;
  readonly stories: readonly Story[];
  readonly verdicts: readonly HostVerdict[];
  readonly coverages: readonly Coverage[];
  readonly exposures: readonly Exposure[];
  readonly suppressions?: readonly SuppressionSource[];
  readonly gone?: readonly GoneFinding[];
  readonly diagnostics: readonly ShownDiagnostic[];
  /** All that ran; left out: nobody knows. */
  readonly rules?: readonly RanRule[];
  readonly summary: Summary;
  /** Whether suppressed findings stand in every report. */
  readonly showsSuppressed?: boolean;
}

/** Text; or that what follows goes into another file; or something to be told of the report, not in it. */
export type Piece = string | { readonly kind: 'next file' } | { readonly kind: 'note'; readonly text: string };

/** The text of a whole report, piece by piece. */
export function* report(reporter: Reporter, content: ReportContent): Generator<string> {
  for (const piece of reportPieces(reporter, content)) if (typeof piece === 'string') yield piece;
}

/** A whole report in the order that reporters are promised, and what is to be done and told besides. */
export function* reportPieces(reporter: Reporter, content: ReportContent): Generator<Piece> {
  const { stories, verdicts, coverages, exposures, suppressions = [], gone = [], diagnostics, rules = [], summary } = content;
  yield reporter.begin();
  for (const finding of shownFindings(reporter, content)) {
    if (reporter.isFull?.() === true) {
      yield { kind: 'next file' };
      yield reporter.begin();
    }
    yield reporter.finding(finding);
  }
  for (const story of stories) yield reporter.story(story);
  for (const verdict of verdicts) yield reporter.verdict(verdict);
  for (const coverage of coverages) yield reporter.coverage(coverage);
  for (const exposure of exposures) yield reporter.exposure(exposure);
  for (const source of suppressions) yield reporter.suppression?.(source) ?? '';
  for (const finding of gone) yield reporter.gone?.(finding) ?? '';
  for (const shown of diagnostics) yield reporter.diagnostic(shown);
  yield reporter.rules?.(rules) ?? '';
  yield reporter.end(summary);
  for (const text of reporter.notes?.() ?? []) yield { kind: 'note', text };
}
