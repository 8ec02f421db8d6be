import type { Coverage, Summary } from '../model/coverage.ts';
import type { ShownDiagnostic } from '../model/diagnostic.ts';
import type { Exposure } from '../model/exposure.ts';
import type { Finding } from '../model/finding.ts';
import type { Story } from '../model/story.ts';
import type { HostVerdict } from '../model/verdict.ts';

/** For whom CSV is written, where that is not anybody. */
export const CSV_PROFILES = ['timeline-explorer', 'excel', 'raw'] as const;
export type CsvProfile = (typeof CSV_PROFILES)[number];

export interface ReportContext {
  readonly hasColour: boolean;
  /** Whether the report goes to a terminal, which obeys control characters. */
  readonly isTerminal: boolean;
  readonly csvProfile?: CsvProfile;
  /** Whether who writes it begins another file where the report asks for one. */
  readonly splitsFiles?: boolean;
}

/**
 * Makes text of the outcome of a scan; the caller writes it. Called in this order: begin; every finding by time, path and line; every story; every
 * host's verdict; every coverage; every exposure; every diagnostic; end. A reporter serves one report.
 */
export interface Reporter {
  begin(): string;
  finding(finding: Finding): string;
  story(story: Story): string;
  verdict(verdict: HostVerdict): string;
  coverage(coverage: Coverage): string;
  exposure(exposure: Exposure): string;
  diagnostic(shown: ShownDiagnostic): string;
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
