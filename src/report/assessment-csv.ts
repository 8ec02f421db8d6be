import type { Coverage } from '../model/coverage.ts';
import { describeDiagnostic } from './describe.ts';
import { changeLines } from './changes-text.ts';
import { escapeCsvCell, escapeForTerminal, quoteCsvCell } from './escape.ts';
import { SILENT_REPORTER, type ReportContext, type Reporter } from './reporter.ts';
import { saySuppressed } from './suppressions.ts';
import { sayAnomaly, sayExposure, sayGap, sayMissing } from './text-assessment.ts';
import { named } from './verdict-text.ts';

/** One row each; what has no place in a column stands in the last. */
const COLUMNS = ['Kind', 'Host', 'Name', 'State', 'From', 'To', 'Files', 'Records', 'Details'] as const;

type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number | undefined>>>;

/**
 * What the table of findings does not say, for whoever works in a spreadsheet: how far an attack got on each host and by which vulnerability, what
 * happened in which order, what was read, what is missing, and which builds ran. RFC 4180, safe to open in a spreadsheet. Times are UTC.
 */
export function createAssessmentCsvReporter({ isTerminal, csvProfile }: ReportContext): Reporter {
  const escape = csvProfile === 'raw' ? quoteCsvCell : escapeCsvCell;
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell) => escape(isTerminal ? escapeForTerminal(cell) : cell)).join(',')}\r\n`;
  const rows = (all: readonly Row[]): string => all.map((row) => line(COLUMNS.map((name) => String(row[name] ?? '')))).join('');
  return {
    ...SILENT_REPORTER,
    begin: () => (csvProfile === 'excel' && !isTerminal ? '\uFEFF' : '') + line(COLUMNS),
    story: ({ chain, host, actors, from, to, steps, more, missing, verdict }) => {
      const common = { Host: host?.name, Name: chain.name };
      return rows([
        {
          Kind: 'story',
          ...common,
          State: verdict,
          From: readable(from),
          To: readable(to),
          Records: steps.length + more,
          Details: sayStory(actors, missing),
        },
        ...steps.map(({ '@timestamp': time, stage, name, log }) => ({
          Kind: 'story step',
          ...common,
          State: stage,
          From: readable(time),
          Details: `${name} (${log.file.path}:${log.line})`,
        })),
      ]);
    },
    verdict: ({ host, verdict, reason, from, to, missing, cve }) => {
      const Host = host?.name;
      return rows([
        { Kind: 'verdict', Host, State: verdict, From: readable(from), To: readable(to), Details: reason },
        ...missing.map((log) => ({ Kind: 'missing log', Host, Name: named([log]) })),
        ...cve.map(({ id, verdict: state, missing: logs }) => ({
          Kind: 'vulnerability',
          Host,
          Name: id,
          State: state,
          Details: logs.length > 0 ? `for want of ${named(logs)}` : '',
        })),
      ]);
    },
    coverage: (coverage) => rows(coverageRows(coverage)),
    exposure: (exposure) => rows(sayExposure(exposure).map((words) => ({ Kind: 'build', Host: exposure.host?.name, Details: words }))),
    suppression: ({ by, name, reason, findings, file, line: number }) =>
      rows([{ Kind: 'suppressed', Name: name ?? `${file}:${number}`, State: by, Records: findings, Details: reason }]),
    gone: ({ '@timestamp': time, rule, host, log }) =>
      rows([
        {
          Kind: 'gone',
          Host: host?.name,
          Name: rule.name,
          State: rule.level,
          From: readable(time),
          Details: `${log.file.path}:${log.line}`,
        },
      ]),
    diagnostic: (shown) => {
      const { diagnostic, more } = shown;
      if (diagnostic.severity === 'info') return '';
      const details = describeDiagnostic(diagnostic);
      return rows([
        {
          Kind: 'problem',
          Name: diagnostic.place.path,
          State: diagnostic.severity,
          Details: more > 0 ? `${details} (and ${more} more of the kind)` : details,
        },
      ]);
    },
    end: (summary) => {
      const { findings, files, lines, complete, suppressed } = summary;
      const details = [
        `${findings} findings, ${lines} lines`,
        ...(suppressed === undefined ? [] : [saySuppressed(suppressed)]),
        ...changeLines(summary, []).slice(0, 1),
      ];
      return rows([{ Kind: 'summary', State: complete ? 'complete' : 'incomplete', Files: files, Details: details.join('; ') }]);
    },
  };
}

function coverageRows({
  host,
  log,
  files,
  records,
  first,
  last,
  unreadable,
  blind,
  gaps = [],
  missingFiles = [],
  anomalies = [],
  notListed = 0,
}: Coverage): Row[] {
  const common = { Host: host?.name, Name: log.type };
  return [
    {
      Kind: 'coverage',
      ...common,
      From: readable(first),
      To: readable(last),
      Files: files,
      Records: records,
      Details: blind.length > 0 ? `${blind.length} rules could not match for want of a column` : '',
    },
    ...unreadable.map((path) => ({ Kind: 'unread', ...common, Details: path })),
    ...gaps.map((gap) => {
      const { line, near } = sayGap(gap);
      return {
        Kind: 'gap',
        ...common,
        From: readable(gap.from),
        To: readable(gap.to),
        Records: gap.expected,
        Details: near === undefined ? line : `${line}; ${near}`,
      };
    }),
    ...missingFiles.map((missing) => ({ Kind: 'missing files', ...common, Files: missing.files, Details: sayMissing(missing) })),
    ...anomalies.map((anomaly) => ({
      Kind: 'odd times',
      ...common,
      From: readable(anomaly.from),
      To: readable(anomaly.to),
      Details: sayAnomaly(anomaly),
    })),
    ...(notListed > 0 ? [{ Kind: 'not listed', ...common, Records: notListed }] : []),
  ];
}

function sayStory(actors: readonly string[], missing: readonly string[]): string {
  const parts = [actors.length > 0 ? `from ${actors.join(', ')}` : '', missing.length > 0 ? `not seen: ${missing.join(', ')}` : ''];
  return parts.filter((part) => part !== '').join('; ');
}

function readable(time: string | undefined): string | undefined {
  return time?.replace('T', ' ').replace('Z', '');
}
