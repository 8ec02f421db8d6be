import { COLUMNS, EXCEL_COLUMNS, NUMBER_COLUMNS, TIMELINE_COLUMNS, type CsvColumn } from './csv-columns.ts';
import { escapeCsvCell, escapeForTerminal, quoteCsvCell } from './escape.ts';
import { SILENT_REPORTER, type CsvProfile, type ReportContext, type Reporter } from './reporter.ts';

/** Excel holds 1,048,576 rows a sheet; a round number is easier to find again. */
const EXCEL_ROWS = 1_000_000;
/** What a cell of Excel holds; it loses the rest without a word. */
const EXCEL_CHARACTERS = 32_767;

/** Text that Excel would read as a number, and show as another: `690e10`, `007`, more digits than it keeps. */
const NUMBER_LIKE = /^(?:0\d+|\d{16,}|\d+(?:\.\d+)?e[+-]?\d+)$/i;

const PROFILE_COLUMNS: Readonly<Record<CsvProfile, readonly CsvColumn[]>> = {
  'timeline-explorer': TIMELINE_COLUMNS,
  excel: EXCEL_COLUMNS,
  raw: COLUMNS,
};

/** One row a finding, RFC 4180; safe to open in a spreadsheet, unless the profile is for machines. Times are UTC. */
export function createCsvReporter({ isTerminal, csvProfile, splitsFiles = false }: ReportContext, rowsAFile = EXCEL_ROWS): Reporter {
  const columns = csvProfile === undefined ? COLUMNS : PROFILE_COLUMNS[csvProfile];
  const isExcel = csvProfile === 'excel';
  let rows = 0;
  let cut = 0;
  const escape = (text: string, name: string): string => {
    const shown = isTerminal ? escapeForTerminal(text) : text;
    if (csvProfile === 'raw') return quoteCsvCell(shown);
    if (!isExcel) return escapeCsvCell(shown);
    const fits = shown.length < EXCEL_CHARACTERS;
    if (!fits) cut += 1;
    const cell = fits ? shown : cutToFit(shown);
    return NUMBER_LIKE.test(cell) && !NUMBER_COLUMNS.has(name) ? `"'${cell}"` : escapeCsvCell(cell);
  };
  const row = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;
  return {
    ...SILENT_REPORTER,
    begin: () => (isExcel && !isTerminal ? '\uFEFF' : '') + row(columns.map(({ name }) => name)),
    isFull: () => isExcel && splitsFiles && rows > 0 && rows % rowsAFile === 0,
    finding: (finding) => {
      rows += 1;
      return row(columns.map(({ name, cell }) => escape(String(cell(finding) ?? ''), name)));
    },
    notes: () => [
      ...(cut > 0
        ? [`${count(cut)} cells were longer than the ${count(EXCEL_CHARACTERS)} characters of Excel and are cut: jsonl has them whole`]
        : []),
      ...(isExcel && !splitsFiles && rows > rowsAFile
        ? [`${count(rows)} rows are more than a sheet of Excel holds: only files are split, at ${count(rowsAFile)} rows`]
        : []),
    ],
  };
}

/** With a mark, and a place for the `'` of a formula; never through a character. */
function cutToFit(text: string): string {
  const mark = ` [cut: ${count(text.length)} characters]`;
  return text.slice(0, EXCEL_CHARACTERS - mark.length - 1).replace(/[\uD800-\uDBFF]$/, '') + mark;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
