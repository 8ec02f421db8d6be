/** The library: what the command line does, for programs. */
export { scan } from './scan.ts';
export type { Progress, ScanOptions, ScanResult } from './scan-options.ts';
export { loadRuleSet, type RuleSet, type RuleSetOptions } from './rule-set.ts';
export { loadIndicatorLists, type IndicatorLists } from './indicator-lists.ts';
export { loadRules } from './sigma/load.ts';
export type { LoadedRules } from './sigma/load-documents.ts';
export { testRule, type ExampleResult } from './rule-tests.ts';
export { REPORTERS, type ReportFormat } from './report/reporters.ts';
export type { ReportContext, Reporter } from './report/reporter.ts';
export type { Anomaly, Coverage, Gap, MissingFiles, Summary } from './model/coverage.ts';
export type { BuildSource } from './model/build.ts';
export type { Diagnostic, Place, Problem, ProblemCode, Severity, ShownDiagnostic } from './model/diagnostic.ts';
export type { Exposure, OpenCve, RanBuild } from './model/exposure.ts';
export type { Finding, Matched } from './model/finding.ts';
export type { Indicator, IndicatorAccount, IndicatorKind, IndicatorList, MatchedIndicator } from './model/indicator.ts';
export type { AddressListing, Expression, Level, Listed, Rule, RuleExample, Stage, ValueTest } from './model/rule.ts';
export type { LogSource } from './model/schema.ts';
