import type { ChalkInstance } from 'chalk';
import { layCards, layTable, type Cell, type Column } from './table.ts';
import { safe } from './text-words.ts';

const INDENT = '  ';

/** A way to write a time, the longest first; without the year only where all times are of the same. */
const TIME_FORMS = [
  { from: 0, to: '2021-03-03T06:59'.length },
  { from: '2021-'.length, to: '2021-03-03T06:59'.length },
  { from: 0, to: '2021-03-03'.length },
  { from: '2021-'.length, to: '2021-03-03'.length },
] as const;

export interface DatedTable {
  readonly title: string;
  /** ISO 8601, all that stand in it. */
  readonly times: readonly (string | undefined)[];
  readonly columns: readonly Column[];
  readonly rows: (write: (time: string | undefined) => string) => readonly (readonly Cell[])[];
  /** Of the column that may be broken, with so much of which a table is readable. */
  readonly wished?: number;
}

/** A table whose times take as much room as there is; where there is none, cards. */
export function layDated({ title, times, columns, rows, wished }: DatedTable, width: number, chalk: ChalkInstance): string {
  const room = width - INDENT.length;
  const years = new Set(times.flatMap((time) => (time === undefined ? [] : [time.slice(0, 4)])));
  const forms = TIME_FORMS.filter(({ from }) => from === 0 || years.size === 1);
  const broad = columns.map((column) =>
    column.isTitle && column.least !== undefined && wished !== undefined ? { ...column, least: wished } : column,
  );
  for (const each of wished === undefined ? [columns] : [broad, columns])
    for (const { from, to } of forms) {
      const lines = layTable(each, rows(writer(from, to)), room);
      if (lines !== undefined) return page(from === 0 ? title : `${title}, ${safe([...years].join(''))}`, lines, chalk);
    }
  return page(title, layCards(columns, rows(writer(0, 16)), room), chalk);
}

function writer(from: number, to: number): (time: string | undefined) => string {
  return (time) => (time === undefined ? '-' : safe(time.slice(from, to).replace('T', ' ')));
}

function page(title: string, lines: readonly string[], chalk: ChalkInstance): string {
  return `${[chalk.bold(title), ...lines.map((line) => INDENT + line)].join('\n')}\n`;
}
