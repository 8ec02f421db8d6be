import { CELL_NAMES, type CellName, type Column, type RowBlock } from '../src/report/html-blocks.ts';

/** One cell of all findings: its values, each once, and which of them each finding has. */
export interface RowColumn {
  readonly values: readonly string[];
  readonly at: Uint32Array;
}

/** All findings, column by column; a row is a number from 0. */
export interface Rows {
  readonly count: number;
  readonly ids: readonly string[];
  /** Unix time in milliseconds; NaN: the record has none. */
  readonly times: Float64Array;
  readonly lines: Float64Array;
  readonly cells: Readonly<Record<CellName, RowColumn>>;
  /** The first row of each block. */
  readonly blockStarts: readonly number[];
}

/** Puts blocks behind each other; a value that several have is one. */
export function joinBlocks(blocks: readonly RowBlock[]): Rows {
  const count = blocks.reduce((sum, { ids }) => sum + ids.length, 0);
  const times = new Float64Array(count);
  const lines = new Float64Array(count);
  const blockStarts: number[] = [];
  let row = 0;
  for (const { base, times: offsets, lines: ownLines } of blocks) {
    blockStarts.push(row);
    for (const [index, offset] of offsets.entries()) {
      times[row] = offset === null ? NaN : base + offset;
      lines[row] = ownLines[index] ?? 0;
      row += 1;
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each name has a column
  const cells = Object.fromEntries(
    CELL_NAMES.map((name) => [
      name,
      joinColumn(
        blocks.map(({ cells: own }) => own[name]),
        count,
      ),
    ]),
  ) as Record<CellName, RowColumn>;
  return { count, ids: blocks.flatMap(({ ids }) => ids), times, lines, cells, blockStarts };
}

function joinColumn(columns: readonly Column[], count: number): RowColumn {
  const places = new Map<string, number>();
  const at = new Uint32Array(count);
  let row = 0;
  for (const column of columns) {
    const own = column.values.map((value) => {
      const place = places.get(value) ?? places.size;
      places.set(value, place);
      return place;
    });
    for (const place of column.at) {
      at[row] = own[place] ?? 0;
      row += 1;
    }
  }
  return { values: [...places.keys()], at };
}

export function cellOf(rows: Rows, cell: CellName, row: number): string {
  const { values, at } = rows.cells[cell];
  return values[at[row] ?? 0] ?? '';
}

/** The block that holds a row. */
export function blockOf({ blockStarts }: Rows, row: number): number {
  return blockStarts.findLastIndex((start) => start <= row);
}

/** How often each value of a cell is there among some rows, the most frequent first. */
export function countValues({ values, at }: RowColumn, rows: ArrayLike<number>): { readonly value: string; readonly count: number }[] {
  const counts = new Uint32Array(values.length);
  for (let index = 0; index < rows.length; index += 1) {
    const place = at[rows[index] ?? 0] ?? 0;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const found = values.flatMap((value, place) => ((counts[place] ?? 0) > 0 ? [{ value, count: counts[place] ?? 0 }] : []));
  return found.toSorted((a, b) => b.count - a.count || compareText(a.value, b.value));
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `2021-03-03 06:59:13.030`. */
export function sayTime(time: number): string {
  return Number.isNaN(time) || Math.abs(time) > 8.64e15 ? '' : new Date(time).toISOString().replace('T', ' ').replace('Z', '');
}
