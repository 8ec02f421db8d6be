import type { Coverage, Summary } from '../model/coverage.ts';
import type { ShownDiagnostic } from '../model/diagnostic.ts';
import type { Exposure } from '../model/exposure.ts';
import type { Finding } from '../model/finding.ts';
import type { RanRule } from '../model/ran-rule.ts';
import type { Story } from '../model/story.ts';
import type { HostVerdict } from '../model/verdict.ts';
import type { HtmlParts } from './html.ts';

export interface ReportContext {
  readonly hasColour: boolean;
  /** Whether the report goes to a terminal, which obeys control characters. */
  readonly isTerminal: boolean;
  /** What the html report is made with, and no other: `loadHtmlParts()`. */
  readonly html?: HtmlParts;
}

/**
 * Makes text of the outcome of a scan; the caller writes it. Called in this order: begin; every finding by time, path and line; every story; every
 * host's verdict; every coverage; every exposure; every diagnostic; the
 * rules that ran; end. A reporter serves one report.
 */
export interface Reporter {
  begin(): string;
  finding(finding: Finding): string;
  story(story: Story): string;
  verdict(verdict: HostVerdict): string;
  coverage(coverage: Coverage): string;
  exposure(exposure: Exposure): string;
  diagnostic(shown: ShownDiagnostic): string;
  /** All that ran, where they are known; left out by reporters that do not tell of them. */
  rules?(rules: readonly RanRule[]): string;
  end(summary: Summary): string;
}
