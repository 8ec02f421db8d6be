import { LEVELS, STAGES } from '../src/model/rule.ts';
import { CELL_NAMES, type CellName } from '../src/report/html-blocks.ts';
import { compareText, type Rows } from './rows.ts';

/** What the reader asked to see; an empty set or text asks for nothing. */
export interface Filter {
  readonly search: string;
  readonly levels: ReadonlySet<string>;
  readonly stages: ReadonlySet<string>;
  readonly host: string;
  readonly rule: string;
  /** Whether new since a report of before, or suppressed. */
  readonly state: string;
  readonly address: string;
  /** Milliseconds; both count. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export const NO_FILTER: Filter = {
  search: '',
  levels: new Set(),
  stages: new Set(),
  host: '',
  rule: '',
  state: '',
  address: '',
  from: undefined,
  to: undefined,
};

export function isFiltered(filter: Filter): boolean {
  const { search, levels, stages, host, rule, state, address, from, to } = filter;
  return (
    search.trim() !== '' ||
    levels.size > 0 ||
    stages.size > 0 ||
    `${host}${rule}${state}${address}` !== '' ||
    from !== undefined ||
    to !== undefined
  );
}

export type SortKey = CellName | 'time' | 'line';

export interface Sort {
  readonly by: SortKey;
  readonly isDescending: boolean;
}

/** Words of a search; those in quotes stay together. All have to be in a finding, in any cell or in its line; eight at most. */
export function searchTerms(search: string): string[] {
  const terms = [...search.toLowerCase().matchAll(/"([^"]+)"?|([^\s"]+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
  return terms.filter((term) => term !== '').slice(0, 8);
}

/** Which rows pass all filters but the search; `beforeTime` is for the timeline, which shows what lies beside the span too. */
export function applyFilter(rows: Rows, filter: Filter): { readonly beforeTime: Uint8Array; readonly passes: Uint8Array } {
  const beforeTime = new Uint8Array(rows.count).fill(1);
  keep(rows, beforeTime, 'level', filter.levels.size === 0 ? undefined : (value) => filter.levels.has(value));
  keep(rows, beforeTime, 'stage', filter.stages.size === 0 ? undefined : (value) => filter.stages.has(value === '' ? 'none' : value));
  keep(rows, beforeTime, 'host', filter.host === '' ? undefined : (value) => value === filter.host);
  keep(rows, beforeTime, 'rule', filter.rule === '' ? undefined : (value) => value === filter.rule);
  keep(rows, beforeTime, 'state', filter.state === '' ? undefined : (value) => value === filter.state);
  keepAddress(rows, beforeTime, filter.address.trim().toLowerCase());
  const { from, to } = filter;
  if (from === undefined && to === undefined) return { beforeTime, passes: beforeTime };
  const passes = beforeTime.map((is, row) => {
    const time = rows.times[row] ?? NaN;
    return is === 1 && time >= (from ?? -Infinity) && time <= (to ?? Infinity) ? 1 : 0;
  });
  return { beforeTime, passes };
}

function keep(rows: Rows, passes: Uint8Array, cell: CellName, accepts: ((value: string) => boolean) | undefined): void {
  if (accepts === undefined) return;
  const { values, at } = rows.cells[cell];
  const accepted = values.map(accepts);
  for (let row = 0; row < passes.length; row += 1) if (accepted[at[row] ?? 0] !== true) passes[row] = 0;
}

/** An address is told from its beginning, and may be the one that a load balancer spoke for. */
function keepAddress(rows: Rows, passes: Uint8Array, address: string): void {
  if (address === '') return;
  const accepts = (cell: CellName): boolean[] => rows.cells[cell].values.map((value) => value.toLowerCase().startsWith(address));
  const [direct, forwarded] = [accepts('address'), accepts('forwarded')];
  const { address: own, forwarded: other } = rows.cells;
  for (let row = 0; row < passes.length; row += 1)
    if (direct[own.at[row] ?? 0] !== true && forwarded[other.at[row] ?? 0] !== true) passes[row] = 0;
}

/** For each row, which terms its cells hold; a value that many rows have is looked into once. */
export function searchCells(rows: Rows, terms: readonly string[]): Uint8Array {
  const held = new Uint8Array(rows.count);
  for (const name of CELL_NAMES) {
    const { values, at } = rows.cells[name];
    const bits = values.map((value) => termsIn(value.toLowerCase(), terms));
    if (bits.every((each) => each === 0)) continue;
    for (let row = 0; row < held.length; row += 1) held[row] = (held[row] ?? 0) | (bits[at[row] ?? 0] ?? 0);
  }
  return held;
}

/** @param text in lower case */
export function termsIn(text: string, terms: readonly string[]): number {
  return terms.reduce((bits, term, index) => (text.includes(term) ? bits | (1 << index) : bits), 0);
}

/** The rows that are shown, in their order. */
export function sortRows(rows: Rows, passes: Uint8Array, { by, isDescending }: Sort): Uint32Array {
  const shown = new Uint32Array(passes.reduce((sum, is) => sum + is, 0));
  let next = 0;
  for (let row = 0; row < passes.length; row += 1) {
    if (passes[row] !== 1) continue;
    shown[next] = row;
    next += 1;
  }
  const rank = rankOf(rows, by);
  // Findings come by time already, and those that are equal stay in their order.
  if (by === 'time' && !isDescending) return shown;
  const sign = isDescending ? -1 : 1;
  return shown.toSorted((a, b) => compareRanks(rank(a), rank(b), sign) || a - b);
}

function compareRanks(a: number, b: number, sign: number): number {
  // What has no time comes last in either direction.
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return sign * (a - b);
}

function rankOf(rows: Rows, by: SortKey): (row: number) => number {
  if (by === 'time') return (row) => rows.times[row] ?? NaN;
  if (by === 'line') return (row) => rows.lines[row] ?? 0;
  const { values, at } = rows.cells[by];
  const ranks = new Uint32Array(values.length);
  const order = values.map((_, place) => place).toSorted((a, b) => compareValues(by, values[a] ?? '', values[b] ?? ''));
  for (const [rank, place] of order.entries()) ranks[place] = rank;
  return (row) => ranks[at[row] ?? 0] ?? 0;
}

/** Levels and stages have an order of their own; numbers and addresses in text go by number. */
function compareValues(by: CellName, a: string, b: string): number {
  if (by === 'level' || by === 'stage') {
    const order: readonly string[] = by === 'level' ? LEVELS : STAGES;
    return order.indexOf(a) - order.indexOf(b);
  }
  return COLLATOR.compare(a, b) || compareText(a, b);
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

/** A day, or a time of it, in UTC; `undefined` where it is none. */
export function parseMoment(text: string): number | undefined {
  const [, day, clock = '00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?Z?$/.exec(text.trim()) ?? [];
  const time = Date.parse(`${day}T${clock}Z`);
  return Number.isNaN(time) ? undefined : time;
}
