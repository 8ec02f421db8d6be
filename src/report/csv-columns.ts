import type { Finding } from '../model/finding.ts';
import { whySuppressed } from './suppressions.ts';

export interface CsvColumn {
  readonly name: string;
  readonly cell: (finding: Finding) => string | number | undefined;
}

/** In the order of the file; wide columns last, and then those that came later. Timeline viewers add columns of their own named Line and Tag, so none is called that. */
export const COLUMNS: readonly CsvColumn[] = [
  { name: 'Timestamp', cell: (finding) => readable(finding['@timestamp']) },
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
  { name: 'Matched', cell: sayMatched },
  { name: 'Raw', cell: ({ event }) => event.original },
  { name: 'EffectiveUser', cell: ({ user }) => [user?.effective?.name, user?.effective?.id].filter(Boolean).join(' ') },
  { name: 'RuleAuthor', cell: ({ rule }) => rule.author?.join('; ') },
  { name: 'RuleLicense', cell: ({ rule }) => rule.license },
  { name: 'FirstTimestamp', cell: ({ event }) => readable(event.start) },
  { name: 'Events', cell: ({ correlation }) => correlation?.count },
  { name: 'Group', cell: sayGroup },
  { name: 'Records', cell: sayRecords },
  { name: 'RequestId', cell: ({ http }) => http?.request?.id },
  { name: 'OriginalPath', cell: ({ log }) => log.file.original_path },
  { name: 'Baseline', cell: ({ baseline }) => baseline },
  { name: 'Suppressed', cell: ({ suppression }) => suppression && whySuppressed(suppression) },
];

/** Why a rule matched, in one cell. */
export function sayMatched({ matched }: Finding): string {
  return matched.map(({ field, value, view }) => `${field} (${view}): ${value}`).join('; ');
}

/** What the records of a correlation share. */
export function sayGroup({ correlation }: Finding): string {
  return Object.entries(correlation?.group ?? {})
    .map(([field, value]) => `${field}: ${value}`)
    .join('; ');
}

/** Where the records of a correlation stand. */
export function sayRecords({ correlation }: Finding): string | undefined {
  return correlation?.records.map(({ log }) => `${log.file.path}:${log.line}`).join('; ');
}

/** What a spreadsheet would count, not read. */
export const NUMBER_COLUMNS: ReadonlySet<string> = new Set(['Status', 'SourceLine', 'SourceOffset', 'Events']);

/** Time, gravity and what it is; who; what was asked; where it stands; what is wide comes last. */
export const TIMELINE_COLUMNS: readonly CsvColumn[] = (
  'Timestamp Level RuleTitle Host ClientIP User Method UriStem UriQuery Status UserAgent Stage Cve Mitre LogType RuleId FindingId SourceFile SourceLine ' +
  'SourceOffset OriginalPath ForwardedFor EffectiveUser RequestId FirstTimestamp Events RuleAuthor RuleLicense Baseline Suppressed Group Records Message Matched Raw'
)
  .split(' ')
  .flatMap((name) => COLUMNS.filter((column) => column.name === name));

/** A spreadsheet takes a time to the second for one; with milliseconds it shows minutes alone. The whole of it stands as text behind. */
export const EXCEL_COLUMNS: readonly CsvColumn[] = [
  ...COLUMNS.map((column) => {
    if (column.name === 'Timestamp')
      return { ...column, cell: (finding: Finding) => readable(finding['@timestamp'])?.replace(/\.\d+$/, '') };
    return column.name === 'FirstTimestamp' ? { ...column, cell: ({ event }: Finding) => event.start } : column;
  }),
  { name: 'TimestampUtc', cell: (finding) => finding['@timestamp'] },
];

function readable(time: string | undefined): string | undefined {
  return time?.replace('T', ' ').replace('Z', '');
}
