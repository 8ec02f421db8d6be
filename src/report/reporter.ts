import type { GoneFinding } from '../model/baseline.ts';
import type { Coverage, Summary } from '../model/coverage.ts';
import type { ShownDiagnostic } from '../model/diagnostic.ts';
import type { Exposure } from '../model/exposure.ts';
import type { Finding } from '../model/finding.ts';
import type { RanRule } from '../model/ran-rule.ts';
import type { Story } from '../model/story.ts';
import type { SuppressionSource } from '../model/suppression.ts';
import type { HostVerdict } from '../model/verdict.ts';
import type { HtmlParts } from './html.ts';

/** For whom CSV is written, where that is not anybody. */
export const CSV_PROFILES = ['timeline-explorer', 'excel', 'raw'] as const;
export type CsvProfile = (typeof CSV_PROFILES)[number];

export interface ReportContext {
  readonly hasColour: boolean;
  /** Whether the report goes to a terminal, which obeys control characters. */
  readonly isTerminal: boolean;
  /** How wide the terminal is; left out: it goes to none, or to one that does not say. */
  readonly columns?: number;
  readonly csvProfile?: CsvProfile;
  /** Whether who writes it begins another file where the report asks for one. */
  readonly splitsFiles?: boolean;
  /** When the report is made, ISO 8601, UTC; told by log-line, and by no other: two reports of one run are the same. */
  readonly time?: string;
  /** What the html report is made with, and no other: `loadHtmlParts()`. */
  readonly html?: HtmlParts;
}

/**
 * Makes text of the outcome of a scan; the caller writes it. Called in this order: begin; every finding by time, path and line; every story; every
 * host's verdict; every coverage; every exposure; everything that suppresses; everything gone; every diagnostic; the
 * rules that ran; end. A reporter serves one report.
 */
export interface Reporter {
  /** Whether suppressed findings are always written; the others are given them, marked, when they are asked for. */
  readonly isNative?: true;
  begin(): string;
  finding(finding: Finding): string;
  story(story: Story): string;
  verdict(verdict: HostVerdict): string;
  coverage(coverage: Coverage): string;
  exposure(exposure: Exposure): string;
  /** A filter or an entry of an ignore file, and what it did. */
  suppression?(source: SuppressionSource): string;
  /** Of the report of before. */
  gone?(finding: GoneFinding): string;
  diagnostic(shown: ShownDiagnostic): string;
  /** All that ran, where they are known; left out by reporters that do not tell of them. */
  rules?(rules: readonly RanRule[]): string;
  end(summary: Summary): string;
  /** Asked before each finding: whether it belongs into another file, which `begin` begins. */
  isFull?(): boolean;
  /** Asked last: what the format had no room for, in words. */
  notes?(): readonly string[];
}

/** Says nothing of anything: what a format has no room for is left to this. */
export const SILENT_REPORTER: Reporter = {
  begin: () => '',
  finding: () => '',
  story: () => '',
  verdict: () => '',
  coverage: () => '',
  exposure: () => '',
  diagnostic: () => '',
  end: () => '',
};
