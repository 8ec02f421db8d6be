import { Chalk, type ChalkInstance } from 'chalk';
import type { Summary } from '../model/coverage.ts';
import { isOfEvidence } from '../model/diagnostic.ts';
import { LEVELS } from '../model/rule.ts';
import type { HostVerdict } from '../model/verdict.ts';
import { describeChanges } from './changes-text.ts';
import { Collector } from './collector.ts';
import { describeDiagnostic } from './describe.ts';
import type { ReportContext, Reporter } from './reporter.ts';
import { describeStories } from './story-text.ts';
import { describeSuppressions } from './suppressions.ts';
import { Actors } from './text-actors.ts';
import { describeAbsences, describeExposures } from './text-assessment.ts';
import { describeCoverage, describeNotRead, describeNotScanned, Examples } from './text-coverage.ts';
import { describeGroup, describeOverview } from './text-findings.ts';
import { addToGroup, sortGroups, type Group } from './text-groups.ts';
import { colourLevel, plural, safe } from './text-words.ts';
import { describeVerdicts, sayVerdicts } from './verdict-text.ts';
import { fitToTerminal, layoutWidth } from './width.ts';

/** For people at a terminal: the verdict, what happened, who did it, findings by rule, the worst first; then what was read and what is missing. */
export function createTextReporter({ hasColour, isTerminal, columns }: ReportContext): Reporter {
  const chalk = new Chalk({ level: hasColour ? 1 : 0 });
  const width = layoutWidth(columns);
  const groups = new Map<string, Group>();
  const actors = new Actors();
  const kept = new Collector();
  const { stories, verdicts, coverages, exposures, suppressions, gone } = kept;
  const notScanned = new Examples();
  const notRead = new Examples();
  return {
    begin: () => '',
    finding: (finding) => {
      addToGroup(groups, finding);
      if (finding.suppression === undefined) actors.add(finding);
      return '';
    },
    ...kept.reporter(),
    diagnostic: ({ diagnostic, more }) => {
      const { severity, problem, place } = diagnostic;
      if (NOT_SCANNED.has(problem.code)) notScanned.add(place.path, 1);
      if ((severity === 'error' && isOfEvidence(problem)) || problem.code === 'FILE_VANISHED')
        notRead.add(describeDiagnostic(diagnostic), 1 + more);
      return '';
    },
    end: (summary) => {
      const sorted = sortGroups(groups);
      const areShown = sorted.some(({ first }) => first.suppression !== undefined);
      const parts = [
        describeVerdicts(verdicts, width, chalk),
        describeStories(stories, chalk),
        actors.describe(width, chalk),
        describeChanges(summary, gone, chalk),
        describeOverview(sorted, width, chalk),
        ...sorted.map((group) => describeGroup(group, groups, chalk)),
        describeCoverage(coverages, width, chalk),
        describeAbsences(coverages, chalk),
        describeExposures(exposures, chalk),
        describeNotScanned(notScanned),
        describeNotRead(notRead, chalk),
        describeSuppressions(summary.suppressed, suppressions, { chalk, areShown }),
        describeSummary(summary, verdicts, notRead.count, chalk),
      ];
      const text = parts.filter((part) => part !== '').join('\n');
      return isTerminal ? fitToTerminal(text, width) : text;
    },
  };
}

const NOT_SCANNED: ReadonlySet<string> = new Set(['FILE_NOT_UNDERSTOOD', 'FILE_OTHER_LOG', 'FILE_NOT_TEXT']);

function describeSummary(
  { findings, byLevel, files, lines, rules, complete, span }: Summary,
  verdicts: readonly HostVerdict[],
  notRead: number,
  chalk: ChalkInstance,
): string {
  const levels = LEVELS.toReversed().filter((level) => (byLevel[level] ?? 0) > 0);
  const counts = levels.map((level) => colourLevel(level, chalk)(`${(byLevel[level] ?? 0).toLocaleString('en-US')} ${level}`)).join(', ');
  const sentences = [
    sayVerdicts(verdicts, chalk),
    chalk.bold(findings === 0 ? 'No findings' : `${plural(findings, 'finding')}: ${counts}`),
    `${plural(rules, 'rule')} over ${plural(files, 'file')}, ${plural(lines, 'line')}`,
    span && describeSpan(span),
    describeCompleteness(files, complete, notRead, chalk),
  ];
  return `${sentences.filter((sentence) => sentence !== undefined).join('. ')}.\n`;
}

function describeSpan({ from, to, records }: NonNullable<Summary['span']>): string {
  const ends = [from && `from ${from}`, to && `to ${to}`].filter((end) => end !== undefined);
  return `Asked for ${safe(ends.join(' '))} only: ${plural(records, 'record')}`;
}

function describeCompleteness(files: number, isComplete: boolean, notRead: number, chalk: ChalkInstance): string {
  if (!isComplete) return chalk.yellow('Some of the evidence could not be read');
  if (notRead > 0) return chalk.yellow('Every log that was still there was read to its end');
  return files === 0 ? chalk.yellow('There was no log to read: that says nothing of any server') : 'Every log was read to its end';
}
