import type { Finding } from '../model/finding.ts';
import { escapeCsvCell, escapeForTerminal } from './escape.ts';
import type { ReportContext, Reporter } from './reporter.ts';
import { whySuppressed } from './suppressions.ts';

/** In the order of the file; wide columns last, and then those that came later. Timeline viewers add columns of their own named Line and Tag, so none is called that. */
const COLUMNS: readonly { readonly name: string; readonly cell: (finding: Finding) => string | number | undefined }[] = [
  { name: 'Timestamp', cell: (finding) => finding['@timestamp']?.replace('T', ' ').replace('Z', '') },
  { name: 'Level', cell: ({ rule }) => rule.level },
  { name: 'Stage', cell: ({ rule }) => rule.stage },
  { name: 'RuleTitle', cell: ({ rule }) => rule.name },
  { name: 'Host', cell: ({ host }) => host?.name },
  { name: 'ClientIP', cell: ({ source }) => source?.ip },
  { name: 'ForwardedFor', cell: ({ network }) => network?.forwarded_ip },
  { name: 'User', cell: ({ user }) => user?.name },
  { name: 'Method', cell: ({ http }) => http?.request?.method },
  { name: 'UriStem', cell: ({ url }) => url?.path },
  { name: 'UriQuery', cell: ({ url }) => url?.query },
  { name: 'Status', cell: ({ http }) => http?.response?.status_code },
  { name: 'UserAgent', cell: (finding) => finding.user_agent?.original },
  { name: 'Cve', cell: ({ vulnerability }) => vulnerability?.id.join(' ') },
  { name: 'Mitre', cell: ({ threat }) => threat?.technique.id.join(' ') },
  { name: 'LogType', cell: ({ log }) => log.type },
  { name: 'SourceFile', cell: ({ log }) => log.file.path },
  { name: 'SourceLine', cell: ({ log }) => log.line },
  { name: 'SourceOffset', cell: ({ log }) => log.offset },
  { name: 'RuleId', cell: ({ rule }) => rule.id },
  { name: 'FindingId', cell: ({ id }) => id },
  { name: 'Message', cell: ({ message }) => message },
  { name: 'Matched', cell: ({ matched }) => matched.map(({ field, value, view }) => `${field} (${view}): ${value}`).join('; ') },
  { name: 'Raw', cell: ({ event }) => event.original },
  { name: 'EffectiveUser', cell: ({ user }) => [user?.effective?.name, user?.effective?.id].filter(Boolean).join(' ') },
  { name: 'RuleAuthor', cell: ({ rule }) => rule.author?.join('; ') },
  { name: 'RuleLicense', cell: ({ rule }) => rule.license },
  { name: 'FirstTimestamp', cell: ({ event }) => event.start?.replace('T', ' ').replace('Z', '') },
  { name: 'Events', cell: ({ correlation }) => correlation?.count },
  { name: 'Group', cell: ({ correlation }) => pairs(correlation?.group).join('; ') },
  { name: 'Records', cell: ({ correlation }) => correlation?.records.map(({ log }) => `${log.file.path}:${log.line}`).join('; ') },
  { name: 'RequestId', cell: ({ http }) => http?.request?.id },
  { name: 'OriginalPath', cell: ({ log }) => log.file.original_path },
  { name: 'Baseline', cell: ({ baseline }) => baseline },
  { name: 'Suppressed', cell: ({ suppression }) => suppression && whySuppressed(suppression) },
];

function pairs(group: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(group).map(([field, value]) => `${field}: ${value}`);
}

/** One row a finding, RFC 4180, safe to open in a spreadsheet. Times are UTC. */
export function createCsvReporter({ isTerminal }: ReportContext): Reporter {
  const escape = (cell: string): string => escapeCsvCell(isTerminal ? escapeForTerminal(cell) : cell);
  const row = (cells: readonly string[]): string => `${cells.map(escape).join(',')}\r\n`;
  return {
    begin: () => row(COLUMNS.map(({ name }) => name)),
    finding: (finding) => row(COLUMNS.map(({ cell }) => String(cell(finding) ?? ''))),
    story: () => '',
    verdict: () => '',
    coverage: () => '',
    exposure: () => '',
    diagnostic: () => '',
    end: () => '',
  };
}
