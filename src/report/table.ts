import { pad, widthOf, wrapWords } from './width.ts';

export interface Column {
  readonly name: string;
  /** Numbers stand right. */
  readonly isNumber?: boolean;
  /** Its cells may be broken into lines, down to so many columns. */
  readonly least?: number;
  /** Where there is no room for a table, this tells what the row is about. */
  readonly isTitle?: boolean;
}

/** A cell, safe for a terminal; `paint` colours it, line by line. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

const GAP = 2;

/** Rows below their header, one line each where there is room. @returns `undefined` where a table of this width cannot be made */
export function layTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): string[] | undefined {
  const widths = columns.map(({ name }, index) => rows.reduce((most, row) => Math.max(most, widthOf(row[index]?.text ?? '')), name.length));
  const room = width - GAP * (columns.length - 1);
  for (let over = sum(widths) - room; over > 0; over = sum(widths) - room) {
    const widest = widestOf(columns, widths);
    if (widest === undefined) return undefined;
    const least = Math.max(columns[widest]?.least ?? 0, columns[widest]?.name.length ?? 0);
    widths[widest] = Math.max(least, (widths[widest] ?? 0) - over);
  }
  const header = columns.map(({ name }) => ({ text: name }));
  return [header, ...rows].flatMap((row) => layRow(columns, row, widths));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The widest column that may be narrower. */
function widestOf(columns: readonly Column[], widths: readonly number[]): number | undefined {
  const able = columns.flatMap(({ name, least }, index) =>
    least !== undefined && (widths[index] ?? 0) > Math.max(least, name.length) ? [index] : [],
  );
  return able.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
}

function layRow(columns: readonly Column[], row: readonly Cell[], widths: readonly number[]): string[] {
  const cells = row.map(({ text }, index) => wrapWords(text, widths[index] ?? 0));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, index) => {
        const text = lines[line] ?? '';
        const painted = text === '' ? '' : (row[index]?.paint?.(text) ?? text);
        return pad(painted, widths[index] ?? 0, columns[index]?.isNumber === true ? 'start' : 'end');
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

/** The same rows where there is no room for a table: what each is about, and below it the rest with the names of the columns. */
export function layCards(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): string[] {
  const hang = '  ';
  return rows.flatMap((row) => {
    const title = columns.flatMap(({ isTitle }, index) => (isTitle === true && row[index] !== undefined ? [row[index]] : []));
    const facts = columns.flatMap(({ name, isTitle }, index) =>
      isTitle === true || row[index]?.text === '-' ? [] : [`${name} ${row[index]?.text ?? ''}`],
    );
    return [
      ...wrapWords(title.map(({ text, paint }) => paint?.(text) ?? text).join('  '), width),
      ...joinFacts(facts, width - hang.length).map((line) => hang + line),
    ];
  });
}

/** As many on a line as there is room for. */
function joinFacts(facts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const joined = `${lines.at(-1) ?? ''} · ${fact}`;
    if (lines.length > 0 && widthOf(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(...wrapWords(fact, width));
  }
  return lines;
}

/** A table, indented; or cards where it would not fit. */
export function layOut(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): string[] {
  const indent = '  ';
  const lines = layTable(columns, rows, width - indent.length) ?? layCards(columns, rows, width - indent.length);
  return lines.map((line) => indent + line);
}
