import type { Problem } from '../model/diagnostic.ts';
import { LINE_LIMIT_BYTES, type Line } from '../model/line.ts';
import type { LogRecord } from '../model/log-record.ts';
import { createClock, type Clock } from './clock.ts';
import { splitCsv, splitTornCsv } from './csv-cells.ts';
import { readDirective, readFields, readHeaderRow, type Delimiter, type Header } from './header.ts';
import type { LogType } from './log-type.ts';
import { fittingLayout, splitAsWritten } from './layout.ts';
import { schemaOf, type BoundSchema } from './schema.ts';
import { isDate } from './time.ts';
import { splitW3c } from './w3c-cells.ts';

/** lines = records + headers + rejected, always. */
export interface LineCounts {
  lines: number;
  records: number;
  /** Header rows, directives, comments, blank lines, and lines that continue the record above them. */
  headers: number;
  rejected: number;
}

type OnRecord = (record: LogRecord) => void;
type Cells = readonly string[];

/** A header in force: what its records look like and how to cut them. */
interface Binding extends BoundSchema {
  readonly columns: readonly string[];
  readonly delimiter: Delimiter;
  readonly clock: Clock | undefined;
}

/** A CSV record whose quoted cell has not ended yet. */
interface OpenRecord {
  readonly line: Line;
  readonly text: string;
  readonly lines: number;
}

/** A CSV record may go on over this many lines and characters before its open quote is taken for damage. */
const CONTINUATION_LINES = 64;
const CONTINUATION_CHARACTERS = 65_536;

/** Makes records of the lines of one file. Holds the header in force, which any later line may change. */
export class LogParser {
  readonly counts: LineCounts = { lines: 0, records: 0, headers: 0, rejected: 0 };
  readonly #logType: LogType;
  readonly #report: (problem: Problem, line: Line) => void;
  readonly #refitted = new Map<Cells, Binding>();
  #binding: Binding | undefined;
  #day: string | undefined;
  #isQuotedW3c = false;
  #open: OpenRecord | undefined;

  constructor(logType: LogType, report: (problem: Problem, line: Line) => void) {
    this.#logType = logType;
    this.#report = report;
  }

  push(line: Line, onRecord: OnRecord): void {
    this.counts.lines += 1;
    const text = this.#readable(line);
    if (text === undefined) return;
    if (this.#open !== undefined && this.#continues(text)) return this.#continueRecord(this.#open, text, onRecord);
    this.#closeOpen(onRecord);
    if (this.#isHeader(text, line)) this.counts.headers += 1;
    else this.#readRecord(line, text, onRecord);
  }

  /** To be called once behind the last line. */
  end(onRecord: OnRecord): void {
    this.#closeOpen(onRecord);
  }

  /** The text to read a line by: without a byte order mark, and without NUL runs, which damage and unwritten sectors leave behind. */
  #readable(line: Line): string | undefined {
    if (line.isCut) this.#report({ code: 'RECORD_LINE_CUT', limitBytes: LINE_LIMIT_BYTES }, line);
    const text = line.text.startsWith('\uFEFF') ? line.text.slice(1) : line.text;
    if (!text.includes('\u0000')) return text;
    const pieces = text.split('\u0000');
    this.#report({ code: 'RECORD_NUL', count: text.length - pieces.join('').length }, line);
    const written = pieces.filter((piece) => piece.trim() !== '');
    // Of a torn record and the whole one written behind the gap, the whole one is read.
    const whole = written.find(
      (piece) => this.#binding !== undefined && this.#split(piece, this.#binding)?.length === this.#binding.columns.length,
    );
    const longest = written.reduce((a, b) => (b.length > a.length ? b : a), '');
    if (longest === '') this.counts.rejected += 1;
    return longest === '' ? undefined : (whole ?? longest);
  }

  #isHeader(text: string, line: Line): boolean {
    if (text.trim() === '') return true;
    if (text.startsWith('#') || text.startsWith('"#')) {
      this.#readDirective(text, line);
      return true;
    }
    const header = readHeaderRow(text, this.#logType);
    if (header !== undefined) this.#bind(header, line);
    return header !== undefined;
  }

  #readDirective(text: string, line: Line): void {
    const { name, value } = readDirective(text) ?? {};
    if (name === 'fields' && value !== undefined) this.#bind(readFields(value), line);
    if (name === 'software') this.#isQuotedW3c = /advanced logging/i.test(value ?? '');
    const day = value?.slice(0, 10) ?? '';
    if (name === 'date' && isDate(day)) {
      this.#day = day;
      if (this.#binding !== undefined) this.#binding = this.#createBinding(this.#binding);
    }
  }

  #bind(header: Header, line: Line): void {
    if (header.columns.length === 0) return;
    const before = this.#binding?.columns.join();
    this.#binding = this.#createBinding(header);
    if (before !== undefined && before !== header.columns.join()) this.#report({ code: 'FILE_FIELDS_CHANGED' }, line);
    if (header.columns.includes('time-local')) this.#report({ code: 'FILE_LOCAL_TIME' }, line);
  }

  #createBinding({ columns, delimiter }: Header): Binding {
    const bound = schemaOf(this.#logType, columns);
    return { ...bound, columns, delimiter, clock: createClock(bound.schema, this.#day) };
  }

  #readRecord(line: Line, text: string, onRecord: OnRecord): void {
    const binding = this.#binding ?? this.#bindWithoutHeader(text, line);
    if (binding === undefined) return this.#reject({ code: 'RECORD_BEFORE_HEADER' }, line);
    const cells = this.#split(text, binding);
    if (cells === undefined) this.#open = { line, text, lines: 1 };
    else this.#makeRecord(line, cells, binding, onRecord);
  }

  #split(text: string, { columns, delimiter }: Binding): string[] | undefined {
    return delimiter === ' ' ? splitW3c(text, columns.length, this.#isQuotedW3c) : splitCsv(text, delimiter);
  }

  #makeRecord(line: Line, cells: Cells, binding: Binding, onRecord: OnRecord): void {
    const expected = binding.columns.length;
    const fitting = cells.length === expected ? binding : (this.#refit(line, cells, expected) ?? binding);
    const { schema, columns, clock } = fitting;
    const values = cells.slice(0, columns.length).map((cell) => (cell === '' || cell === '-' ? undefined : cell));
    const time = clock?.read(values);
    if (cells.length !== columns.length) {
      const isTorn = !line.isComplete && cells.length < expected;
      // With neither its time nor its cells in place a line is no record of this log.
      if (time === undefined && (clock === undefined || clock.text(values) !== '' || cells.length < 2))
        return this.#reject({ code: 'RECORD_UNREADABLE' }, line);
      this.#report(isTorn ? { code: 'RECORD_TORN' } : { code: 'RECORD_COLUMN_COUNT', expected, actual: cells.length }, line);
    }
    if (time === undefined && clock !== undefined && clock.text(values) !== '')
      this.#report({ code: 'RECORD_TIME', text: clock.text(values) }, line);
    this.counts.records += 1;
    const packed = values[fitting.packedIndex];
    const decoded = packed === undefined ? undefined : this.#logType.packed?.decode(packed);
    const host = values[fitting.hostIndex];
    onRecord({
      schema,
      line,
      values,
      ...(decoded !== undefined && { decoded }),
      ...(time !== undefined && { time }),
      ...(host !== undefined && { host }),
    });
  }

  #reject(problem: Problem, line: Line): void {
    this.counts.rejected += 1;
    this.#report(problem, line);
  }

  /** An excerpt without a header: the first line that looks like a record of a known layout decides. */
  #bindWithoutHeader(text: string, line: Line): Binding | undefined {
    const cells = splitAsWritten(text, this.#logType);
    const layout = fittingLayout(this.#logType, cells);
    if (layout === undefined) return undefined;
    const custom = cells.slice(layout.length).map((_, index) => `custom-${index + 1}`);
    this.#binding = this.#createBinding({ columns: [...layout, ...custom], delimiter: this.#delimiter() });
    this.#report({ code: 'FILE_NO_HEADER', columns: layout.length }, line);
    return this.#binding;
  }

  /** A record that the header in force does not describe, but a known layout does: the header was cut or belongs elsewhere. */
  #refit(line: Line, cells: Cells, expected: number): Binding | undefined {
    const layout = fittingLayout(this.#logType, cells);
    if (layout?.length !== cells.length) return undefined;
    const binding = this.#refitted.get(layout) ?? this.#createBinding({ columns: layout, delimiter: this.#delimiter() });
    this.#refitted.set(layout, binding);
    this.#report({ code: 'RECORD_REFITTED', expected, actual: cells.length }, line);
    return binding;
  }

  #delimiter(): Delimiter {
    return this.#logType.dialect === 'w3c' ? ' ' : ',';
  }

  /** Whether a line belongs into the quoted cell that the line above left open, rather than being a record of its own. */
  #continues(text: string): boolean {
    const open = this.#open;
    if (open === undefined || open.lines >= CONTINUATION_LINES || open.text.length > CONTINUATION_CHARACTERS) return false;
    if (/^#|^"?\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return false;
    return this.#binding !== undefined && this.#split(text, this.#binding)?.length !== this.#binding.columns.length;
  }

  #continueRecord(open: OpenRecord, more: string, onRecord: OnRecord): void {
    this.counts.headers += 1;
    const text = `${open.text}\n${more}`;
    const cells = this.#binding && this.#split(text, this.#binding);
    this.#open = cells === undefined ? { line: open.line, text, lines: open.lines + 1 } : undefined;
    if (cells !== undefined && this.#binding !== undefined) this.#makeRecord({ ...open.line, text }, cells, this.#binding, onRecord);
  }

  #closeOpen(onRecord: OnRecord): void {
    const open = this.#open;
    if (open === undefined || this.#binding === undefined || this.#binding.delimiter === ' ') return;
    this.#open = undefined;
    this.#report({ code: 'RECORD_QUOTE_OPEN' }, open.line);
    const line = open.lines === 1 ? open.line : { ...open.line, text: open.text };
    this.#makeRecord(line, splitTornCsv(open.text, this.#binding.delimiter), this.#binding, onRecord);
  }
}
