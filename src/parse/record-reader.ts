import type { SeenBuild } from '../model/build.ts';
import type { Problem } from '../model/diagnostic.ts';
import type { Line } from '../model/line.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { PlainForm } from '../model/plain-form.ts';
import type { Schema } from '../model/schema.ts';
import { buildOfRecord, buildOfVersionLine, mayTellBuild, TELLING_RECORDS } from './build.ts';
import type { Clock } from './clock.ts';
import { splitCsv, splitTornCsv } from './csv-cells.ts';
import type { Delimiter, Header } from './header.ts';
import { fittingLayout, splitAsWritten } from './layout.ts';
import type { LogType } from './log-type.ts';
import { logTypeOfRecord } from './recognise.ts';
import { schemaOf, type BoundSchema } from './schema.ts';
import { splitW3c } from './w3c-cells.ts';

export type Report = (problem: Problem, line: Line) => void;

/** A header in force: what its records look like and how to cut them. */
interface Binding extends BoundSchema {
  /** Of its records, where they have a form that can be told from bytes. */
  readonly plain: PlainForm | undefined;
  readonly columns: readonly string[];
  readonly delimiter: Delimiter;
  readonly clock: Clock | undefined;
}

/** The header in force, and what was said above it. */
export interface ReaderState {
  readonly header: Header | undefined;
  readonly day: string | undefined;
  readonly isQuotedW3c: boolean;
  readonly build: SeenBuild | undefined;
  readonly untold: number;
}

type Cells = readonly string[];

/** Of a value that should be a time. */
const SHOWN_CHARACTERS = 60;

/** How a record's line begins: with its time. */
const RECORD_START = /^"?\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** Makes a record of a line by the header in force. */
export class RecordReader {
  readonly logType: LogType;
  readonly #report: Report;
  readonly #refitted = new Map<Cells, Binding>();
  #binding: Binding | undefined;
  /** Of the last `#Date` line. */
  #day: string | undefined;
  #isQuotedW3c = false;
  #build: SeenBuild | undefined;
  /** So many of the next records may tell the build: they have to be read. */
  #untold = 0;

  constructor(logType: LogType, report: Report) {
    this.logType = logType;
    this.#report = report;
  }

  get state(): ReaderState {
    const binding = this.#binding;
    const header = binding && { columns: binding.columns, delimiter: binding.delimiter };
    return { header, day: this.#day, isQuotedW3c: this.#isQuotedW3c, build: this.#build, untold: this.#untold };
  }

  restore({ header, day, isQuotedW3c, build, untold }: ReaderState): void {
    this.#day = day;
    this.#isQuotedW3c = isQuotedW3c;
    this.bind(header);
    this.#build = build;
    this.#untold = untold;
  }

  /** Of the Exchange that wrote the last record, where the log tells. */
  get build(): SeenBuild | undefined {
    return this.#build;
  }

  get columns(): readonly string[] | undefined {
    return this.#binding?.columns;
  }

  /** `undefined` where the next line is for the parser, whatever it looks like. */
  get plain(): PlainForm | undefined {
    return this.#isQuotedW3c || this.#untold > 0 ? undefined : this.#binding?.plain;
  }

  bind(header: Header | undefined): void {
    this.#binding = header && this.#createBinding(header);
    const isTold = this.#build?.source === 'version-line';
    this.#untold = this.#binding !== undefined && !isTold && mayTellBuild(this.#binding.schema) ? TELLING_RECORDS : 0;
  }

  /** A `#Version` line: the build of the records above it need not be that of the records below. */
  startBuild(version: string): void {
    this.#build = buildOfVersionLine(version);
    if (this.#build !== undefined) this.#untold = 0;
  }

  startDay(day: string): void {
    this.#day = day;
    if (this.#binding !== undefined) this.#binding = { ...this.#binding, clock: this.#binding.createClock(day) };
  }

  /** Advanced Logging quotes its values. */
  setQuoted(isQuoted: boolean): void {
    this.#isQuotedW3c = isQuoted;
  }

  /** Whether a text begins like a record and has just the cells of one. */
  isWhole(text: string): boolean {
    return this.beginsRecord(text) && this.#hasAllCells(text);
  }

  /** Whether a line below an open quote is a record of its own rather than the quoted cell's continuation. */
  isOwnLine(text: string): boolean {
    return text.startsWith('#') || this.beginsRecord(text) || this.#hasAllCells(text);
  }

  beginsRecord(text: string): boolean {
    return this.logType.cut === undefined ? RECORD_START.test(text) : this.logType.cut(text).length > 0;
  }

  /**
   * @param isTorn an open quote is closed at the end of the text; otherwise it gives `open`, for the lines below to close
   * @returns `undefined` where no header is known and the line looks like no known record
   */
  read(line: Line, text: string, isTorn: true): LogRecord | Problem | undefined;
  read(line: Line, text: string, isTorn: boolean): LogRecord | Problem | 'open' | undefined;
  read(line: Line, text: string, isTorn: boolean): LogRecord | Problem | 'open' | undefined {
    const binding = this.#binding ?? this.#bindWithoutHeader(text, line);
    if (binding === undefined) return undefined;
    const cells = this.#split(text, binding);
    if (cells !== undefined) return this.#fromCells(line, text, cells, binding);
    if (!isTorn) return 'open';
    return this.#fromCells(line, text, binding.delimiter === ' ' ? [] : splitTornCsv(text, binding.delimiter), binding);
  }

  #fromCells(line: Line, text: string, cells: Cells, binding: Binding): LogRecord | Problem {
    const expected = binding.columns.length;
    const refitted = cells.length === expected ? undefined : this.#refit(line, cells, expected);
    const isOdd = refitted === undefined && (cells.length !== expected || this.#looksLikeTwin(cells, binding));
    if (isOdd && (logTypeOfRecord(text) ?? this.logType) !== this.logType) return { code: 'RECORD_UNREADABLE' };
    const fitting = refitted ?? binding;
    const { schema, columns, clock, packedIndex, hostIndex } = fitting;
    const values = valuesOf(cells, columns.length);
    const time = clock?.read(values);
    const timeText = clock?.text(values) ?? '';
    if (cells.length !== columns.length) {
      // With neither its time nor its cells in place a line is no record of this log.
      if (time === undefined && (clock === undefined || timeText !== '' || cells.length < 2)) return { code: 'RECORD_UNREADABLE' };
      const isTorn = !line.isComplete && cells.length < expected;
      this.#report(isTorn ? { code: 'RECORD_TORN' } : { code: 'RECORD_COLUMN_COUNT', expected, actual: cells.length }, line);
    }
    if (time === undefined && timeText !== '') this.#report({ code: 'RECORD_TIME', text: timeText.slice(0, SHOWN_CHARACTERS) }, line);
    const packed = values[packedIndex];
    const decoded = packed === undefined ? undefined : this.logType.packed?.decode(packed);
    // In a line with too few or too many cells another value may stand there.
    const host = cells.length === columns.length ? values[hostIndex] : undefined;
    const record: LogRecord = {
      schema,
      line,
      values,
      ...(decoded !== undefined && { decoded }),
      ...(time !== undefined && { time }),
      ...(host !== undefined && { host }),
    };
    if (this.#untold > 0) this.#askForBuild(record);
    return record;
  }

  #askForBuild(record: LogRecord): void {
    const told = buildOfRecord(record);
    this.#untold = told === undefined ? this.#untold - 1 : 0;
    this.#build = told ?? this.#build;
  }

  #looksLikeTwin(cells: Cells, { twinIndex }: Binding): boolean {
    const { shapes, twinColumn } = this.logType;
    const cell = cells[twinIndex];
    return cell !== undefined && twinColumn !== undefined && shapes.get(twinColumn)?.(cell) === false;
  }

  #createBinding({ columns, delimiter }: Header): Binding {
    const bound = schemaOf(this.logType, columns);
    return { ...bound, columns, delimiter, clock: bound.createClock(this.#day), plain: this.#plainForm(bound.schema, delimiter) };
  }

  /** Records that begin with their time, are parted by the one character everywhere, and hold nothing that has to be decoded. */
  #plainForm(schema: Schema, delimiter: Delimiter): PlainForm | undefined {
    if (this.logType.packed !== undefined || this.logType.twinColumn !== undefined) return undefined;
    const [first = '', second = ''] = schema.columns.map((column) => column.toLowerCase());
    const isDated = first === 'date' && second === 'time';
    if (delimiter === ' ' && isDated) return { schema, delimiter, columns: schema.columns.length, time: 'w3c' };
    const isStamped = first === 'datetime' && !schema.columns.some((column) => /^(?:date|time)(?:-local)?$/i.test(column));
    if (delimiter === ',' && isStamped) return { schema, delimiter, columns: schema.columns.length, time: 'iso' };
    return undefined;
  }

  /** An excerpt without a header: the first line that looks like a record of a known layout decides. */
  #bindWithoutHeader(text: string, line: Line): Binding | undefined {
    const cells = splitAsWritten(text, this.logType);
    const layout = fittingLayout(this.logType, cells);
    if (layout === undefined) return undefined;
    const custom = cells.slice(layout.length).map((_, index) => `custom-${index + 1}`);
    this.#binding = this.#createBinding({ columns: [...layout, ...custom], delimiter: this.#delimiter() });
    if (this.logType.cut === undefined) this.#report({ code: 'FILE_NO_HEADER', columns: layout.length }, line);
    else if (layout.includes('time-local')) this.#report({ code: 'FILE_LOCAL_TIME' }, line);
    return this.#binding;
  }

  /** A record that the header in force does not describe, but a known layout does: the header was cut or belongs elsewhere. */
  #refit(line: Line, cells: Cells, expected: number): Binding | undefined {
    const layout = fittingLayout(this.logType, cells);
    if (layout?.length !== cells.length) return undefined;
    const binding = this.#refitted.get(layout) ?? this.#createBinding({ columns: layout, delimiter: this.#delimiter() });
    this.#refitted.set(layout, binding);
    this.#report({ code: 'RECORD_REFITTED', expected, actual: cells.length }, line);
    return binding;
  }

  #delimiter(): Delimiter {
    return this.logType.dialect === 'w3c' ? ' ' : ',';
  }

  #hasAllCells(text: string): boolean {
    return this.#binding !== undefined && this.#split(text, this.#binding)?.length === this.#binding.columns.length;
  }

  #split(text: string, { columns, delimiter }: Binding): string[] | undefined {
    if (this.logType.cut !== undefined) return this.logType.cut(text);
    return delimiter === ' ' ? splitW3c(text, columns.length, this.#isQuotedW3c) : splitCsv(text, delimiter);
  }
}

/** Empty cells and `-` are absent. */
function valuesOf(cells: Cells, most: number): (string | undefined)[] {
  const values: (string | undefined)[] = [];
  for (const cell of cells) {
    if (values.length === most) break;
    values.push(cell === '' || cell === '-' ? undefined : cell);
  }
  return values;
}
