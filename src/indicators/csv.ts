import { columnsOf, entriesOf, type Columns } from './columns.ts';
import { isComment, linesOf } from './lines.ts';
import type { EntryListener } from './raw-entry.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** A header stands within so many lines; published feeds have a licence in front of it, as a comment. */
const HEAD_LINES = 200;

interface Header {
  /** From 0. */
  readonly line: number;
  readonly delimiter: (typeof DELIMITERS)[number];
  readonly columns: Columns;
}

/** The header of a CSV list; `undefined` where the text has none that names its entries. It may be a comment, as abuse.ch writes it. */
export function findHeader(text: string): Header | undefined {
  let commented: Header | undefined;
  for (const [index, line] of linesOf(text.slice(0, HEAD_LINES * 500))
    .slice(0, HEAD_LINES)
    .entries()) {
    if (line.trim() === '') continue;
    const header = headerIn(isComment(line) ? line.replace(/^\s*[#;/]+\s*/, '') : line);
    const isOwn = !isComment(line);
    if (isOwn) return header === undefined ? commented : { line: index, ...header };
    // A comment that happens to be the word `source` is no header.
    if (header !== undefined && header.width > 1) commented = { line: index, ...header };
  }
  return undefined;
}

function headerIn(line: string): (Omit<Header, 'line'> & { readonly width: number }) | undefined {
  for (const delimiter of DELIMITERS) {
    const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    const isNames = cells.every((cell) => /^[A-Za-z_][\w .:/()-]{0,60}$|^$/.test(cell));
    const columns = isNames && (cells.length > 1 || !/[./:]/.test(line)) ? columnsOf(cells) : undefined;
    if (columns !== undefined) return { delimiter, columns, width: cells.length };
  }
  return undefined;
}

/** A quoted cell goes on over so many lines at the most. */
const MOST_LINES = 16;

/**
 * Reads the rows below a header (RFC 4180). Each row is cut by itself, so that a quote that is never closed costs one row and every entry knows
 * its line.
 */
export function readCsv(text: string, { line: headerLine, delimiter, columns }: Header, { onEntry, onBroken }: EntryListener): void {
  const lines = linesOf(text);
  for (let index = headerLine + 1; index < lines.length; index += 1) {
    const lineNumber = index + 1;
    let row = lines[index] ?? '';
    if (row.trim() === '' || isComment(row)) continue;
    let cells = cellsOf(row, delimiter);
    for (let more = 1; cells === undefined && more <= MOST_LINES && index + more < lines.length; more += 1) {
      const longer = `${row}\n${lines[index + more] ?? ''}`;
      cells = hasOpenQuote(longer) ? undefined : cellsOf(longer, delimiter);
      if (cells !== undefined) index += more;
      else row = longer;
    }
    if (cells === undefined) {
      onBroken(lines[index] ?? '', 'has a quote that is never closed', { lineNumber });
      continue;
    }
    const entries = entriesOf(cells, columns, { lineNumber });
    for (const entry of entries) onEntry(entry);
    if (entries.length === 0) onBroken(lines[index] ?? '', 'is a row without an entry', { lineNumber });
  }
}

function hasOpenQuote(row: string): boolean {
  return (row.split('"').length - 1) % 2 === 1;
}

/** `undefined` where a quoted cell is still open. Published feeds put a blank behind the delimiter (`"a", "b"`). */
export function cellsOf(row: string, delimiter: string): string[] | undefined {
  if (!row.includes('"')) return row.split(delimiter);
  const cells: string[] = [];
  for (let at = 0; at <= row.length;) {
    while (row[at] === ' ') at += 1;
    const isQuoted = row[at] === '"';
    let end = at;
    if (isQuoted) {
      do end = row.indexOf('"', end + 1) + 1;
      while (end > 0 && row[end] === '"');
      if (end === 0) return undefined;
    }
    const next = row.indexOf(delimiter, end);
    const stop = next === -1 ? row.length : next;
    const rest = row.slice(end, stop);
    cells.push(isQuoted ? row.slice(at + 1, end - 1).replaceAll('""', '"') + rest.trim() : rest);
    at = stop + 1;
  }
  return cells;
}
