import type { SortKey } from './filter.ts';
import { cellOf, sayTime, type Rows } from './rows.ts';

/** A column of the table. */
export interface TableColumn {
  readonly key: SortKey;
  readonly name: string;
  /** A track of a grid. */
  readonly width: string;
  readonly isShownFirst: boolean;
}

export const TABLE_COLUMNS: readonly TableColumn[] = [
  { key: 'time', name: 'Time (UTC)', width: '13.2rem', isShownFirst: true },
  { key: 'level', name: 'Level', width: '7.6rem', isShownFirst: true },
  { key: 'stage', name: 'Stage', width: '5.4rem', isShownFirst: true },
  { key: 'rule', name: 'Rule', width: 'minmax(14rem, 2.2fr)', isShownFirst: true },
  { key: 'host', name: 'Host', width: 'minmax(5rem, 0.7fr)', isShownFirst: true },
  { key: 'address', name: 'Address', width: 'minmax(7.6rem, 0.7fr)', isShownFirst: true },
  { key: 'method', name: 'Method', width: '4.6rem', isShownFirst: true },
  { key: 'request', name: 'Request', width: 'minmax(12rem, 2.2fr)', isShownFirst: true },
  { key: 'status', name: 'Status', width: '4.2rem', isShownFirst: true },
  { key: 'user', name: 'User', width: 'minmax(7rem, 1fr)', isShownFirst: false },
  { key: 'forwarded', name: 'Forwarded for', width: 'minmax(7.6rem, 0.7fr)', isShownFirst: false },
  { key: 'agent', name: 'User agent', width: 'minmax(10rem, 1.4fr)', isShownFirst: false },
  { key: 'cve', name: 'CVE', width: 'minmax(8.4rem, 0.8fr)', isShownFirst: false },
  { key: 'technique', name: 'Technique', width: 'minmax(6rem, 0.6fr)', isShownFirst: false },
  { key: 'logType', name: 'Log type', width: '6.4rem', isShownFirst: false },
  { key: 'file', name: 'File', width: 'minmax(12rem, 1.6fr)', isShownFirst: false },
  { key: 'line', name: 'Line', width: '4.6rem', isShownFirst: false },
  { key: 'state', name: 'State', width: '6.4rem', isShownFirst: false },
  { key: 'ruleId', name: 'Rule id', width: 'minmax(8rem, 1fr)', isShownFirst: false },
];

export function textOf(rows: Rows, key: SortKey, row: number): string {
  if (key === 'time') return sayTime(rows.times[row] ?? NaN) || 'no time';
  return key === 'line' ? String(rows.lines[row] ?? '') : cellOf(rows, key, row);
}
