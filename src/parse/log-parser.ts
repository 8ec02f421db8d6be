import type { SeenBuild } from '../model/build.ts';
import type { Problem } from '../model/diagnostic.ts';
import { LINE_LIMIT_BYTES, type Line } from '../model/line.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { PlainForm } from '../model/plain-form.ts';
import { cutDamaged } from './cut-damaged.ts';
import { MOST_COLUMNS, readDirective } from './header.ts';
import { LineTally, type LineCounts, type LineKind } from './line-tally.ts';
import type { LogType } from './log-type.ts';
import { logTypeById } from './log-types.ts';
import {
  isOwnHeader,
  logTypeNamed,
  logTypeOfRecord,
  readAnyHeaderRow,
  readFieldsLine,
  readHeaderRow,
  sharesColumns,
  withoutSearchPrefix,
  type HeaderRow,
} from './recognise.ts';
import { RecordReader, type ReaderState, type Report } from './record-reader.ts';
import { isDate } from './time.ts';
import { trimLine } from './trim-line.ts';

type OnRecord = (record: LogRecord) => void;

/** A CSV record whose quoted cell has not ended yet. */
interface OpenRecord {
  readonly line: Line;
  readonly text: string;
  readonly lines: number;
}

/** All that what was read so far means for the lines to come. */
export interface ParserState {
  readonly logType: string;
  /** By log type. */
  readonly readers: Readonly<Record<string, ReaderState>>;
  readonly isForeign: boolean;
  readonly hasSearchPrefix: boolean | undefined;
  readonly withRecords: readonly string[];
}

/** A CSV record may go on over this many lines and characters before its open quote is taken for damage. */
const CONTINUATION_LINES = 64;
const CONTINUATION_CHARACTERS = 65_536;

/**
 * Makes records of the lines of one file. Any line may be a new header; it may even be that of another log, for files are copied together
 * into one.
 */
export class LogParser {
  readonly tally: LineTally;
  readonly #report: Report;
  readonly #unitBytes: 1 | 2;
  /** One for each log type in the file: each remembers its own header. */
  readonly #readers = new Map<LogType, RecordReader>();
  #reader: RecordReader;
  /** Below the header of a log that is not hunted in. */
  #isForeign = false;
  /** `undefined` until a header or a record is met: what stands in a log later must not be able to change how it is read. */
  #hasSearchPrefix: boolean | undefined;
  #open: OpenRecord | undefined;

  /**
   * @param start the log type that the file was taken for, or the state at the end of the part of the file before this one
   * @param unitBytes of one code unit of the file's encoding
   */
  constructor(start: LogType | ParserState, report: Report, unitBytes: 1 | 2 = 1) {
    this.#unitBytes = unitBytes;
    this.#report = report;
    this.tally = new LineTally('readers' in start ? start.withRecords : []);
    if ('readers' in start) {
      for (const [id, state] of Object.entries(start.readers)) this.#readerOf(logTypeById(id)).restore(state);
      this.#isForeign = start.isForeign;
      this.#hasSearchPrefix = start.hasSearchPrefix;
    }
    this.#reader = this.#readerOf('readers' in start ? logTypeById(start.logType) : start);
  }

  /** `undefined` in the middle of a record. */
  get state(): ParserState | undefined {
    if (this.#open !== undefined) return undefined;
    return {
      logType: this.#reader.logType.id,
      readers: Object.fromEntries(
        [...this.#readers.values()]
          .toSorted((a, b) => (a.logType.id < b.logType.id ? -1 : 1))
          .map(({ logType, state }) => [logType.id, state] as const),
      ),
      isForeign: this.#isForeign,
      hasSearchPrefix: this.#hasSearchPrefix,
      withRecords: this.tally.withRecords,
    };
  }

  /** Of the lines of each log type. */
  get counts(): ReadonlyMap<string, Readonly<LineCounts>> {
    return this.tally.counts;
  }

  /** Of the Exchange that wrote the last record, where the log tells. */
  get build(): SeenBuild | undefined {
    return this.#reader.build;
  }

  /** What the next line has to look like to be a record and nothing else, whatever stands in its values; `undefined` where nobody can say. */
  get plain(): PlainForm | undefined {
    return this.#open === undefined && !this.#isForeign && this.#hasSearchPrefix === false ? this.#reader.plain : undefined;
  }

  /** Counts records in plain form that need not be read. */
  skip(records: number): void {
    this.tally.add(this.#reader.logType.id, 'record', records);
  }

  push(line: Line, onRecord: OnRecord): LineKind {
    if (line.isCut) this.#report({ code: 'RECORD_LINE_CUT', limitBytes: LINE_LIMIT_BYTES }, line);
    const text = this.#bare(line.text);
    const kind =
      text.includes('\u0000') || text.includes('\r') ? this.#readDamaged(line, text, onRecord) : this.#readText(line, text, onRecord);
    this.tally.add(this.#reader.logType.id, kind);
    return kind;
  }

  /** To be called once behind the last line. */
  end(onRecord: OnRecord): void {
    this.#closeOpen(onRecord);
  }

  /** Without what is not the log's: a byte order mark, the name that grep puts in front, blanks and carriage returns at the end. */
  #bare(written: string): string {
    const text = trimLine(written);
    if (this.#hasSearchPrefix === false) return text;
    const bare = withoutSearchPrefix(text);
    if (bare !== text) this.#hasSearchPrefix = true;
    return bare;
  }

  #readText(line: Line, text: string, onRecord: OnRecord): LineKind {
    if (this.#open !== undefined && this.#continues(text)) return this.#continueRecord(this.#open, text, onRecord);
    this.#closeOpen(onRecord);
    if (this.#isHeader(text, line)) return 'header';
    const read = this.#reader.read(line, text, false);
    if (read === 'open') {
      this.#open = { line, text, lines: 1 };
      return 'record';
    }
    return this.#take(read, onRecord) ? 'record' : this.#rescue(line, text, problemOf(read), onRecord);
  }

  /** Hands a record on, if it is one. */
  #take(read: LogRecord | Problem | undefined, onRecord: OnRecord): boolean {
    if (read === undefined || 'code' in read) return false;
    this.#hasSearchPrefix ??= false;
    onRecord(read);
    return true;
  }

  /** A line that is no record here may be one of another log. */
  #rescue(line: Line, text: string, problem: Problem | undefined, onRecord: OnRecord): LineKind {
    const logType = logTypeOfRecord(text);
    if (logType !== undefined && logType !== this.#reader.logType) {
      this.#changeLogType(logType, line);
      if (this.#take(this.#reader.read(line, text, true), onRecord)) return 'record';
    }
    return this.#reject(problem, line);
  }

  #reject(problem: Problem | undefined, line: Line): 'rejected' {
    this.#report(problem ?? { code: this.#isForeign ? 'RECORD_OTHER_LOG' : 'RECORD_BEFORE_HEADER' }, line);
    return 'rejected';
  }

  /**
   * A line with NUL runs, which damage and unwritten sectors leave behind, or with lone carriage returns, which end the lines of some
   * editors. Either they stand inside a value, and the line without them is whole; or they stand where records end, and each piece that
   * begins like a record is one.
   */
  #readDamaged(line: Line, text: string, onRecord: OnRecord): LineKind {
    const parted = text.replaceAll('\r', '\u0000');
    const pieces = cutDamaged(line, text, parted, this.#unitBytes);
    const joined = parted.replaceAll('\u0000', '');
    const nuls = text.length - text.replaceAll('\u0000', '').length;
    if (nuls > 0) this.#report({ code: 'RECORD_NUL', count: nuls }, line);
    if (text.includes('\r')) this.#report({ code: 'RECORD_LONE_CR' }, line);
    const [only] = pieces;
    if (only === undefined) {
      // Space that was kept for lines to come is no lost line.
      if (!line.isComplete && line.offset > 0) return 'header';
      this.#report({ code: 'RECORD_UNREADABLE' }, line);
      return 'rejected';
    }
    if (pieces.length === 1) return this.#readText(line, only.text, onRecord);
    if (this.#reader.isWhole(joined)) return this.#readText(line, joined, onRecord);
    this.#closeOpen(onRecord);
    const isStart = ({ text: piece }: Line): boolean => piece.startsWith('#') || this.#reader.beginsRecord(piece);
    const readPiece = (piece: Line, written: string): LineKind => {
      if (this.#isHeader(written, line)) return 'header';
      return this.#take(this.#reader.read(piece, written, true), onRecord) ? 'record' : 'rejected';
    };
    const kinds = new Set(pieces.some(isStart) ? pieces.map((piece) => readPiece(piece, piece.text)) : [readPiece(line, joined)]);
    if (kinds.has('rejected')) this.#report({ code: 'RECORD_UNREADABLE' }, line);
    if (kinds.has('record')) return 'record';
    return kinds.has('header') ? 'header' : 'rejected';
  }

  #isHeader(text: string, line: Line): boolean {
    if (text.trim() === '') return true;
    if (text.startsWith('#') || text.startsWith('"#')) {
      this.#readDirective(text, line);
      return true;
    }
    const header = readHeaderRow(text) ?? (this.#reader.logType.takesAnyColumns === true ? readAnyHeaderRow(text) : undefined);
    if (header !== undefined) this.#bind(header, line);
    return header !== undefined;
  }

  #readDirective(text: string, line: Line): void {
    const { name, value = '' } = readDirective(text) ?? {};
    if (name === 'fields' && /[^\s,]/.test(value)) this.#bind(readFieldsLine(value), line);
    if (name === 'version') this.#reader.startBuild(value);
    if (name === 'software') this.#reader.setQuoted(/advanced logging/i.test(value));
    const logType = name === 'log-type' ? logTypeNamed(value) : undefined;
    if (logType !== undefined) this.#changeLogType(logType, line);
    if (logType?.takesAnyColumns === true) this.#awaitHeader();
    if (name === 'date' && isDate(value.slice(0, 10))) this.#reader.startDay(value.slice(0, 10));
  }

  /** The header to come may be any. */
  #awaitHeader(): void {
    this.#isForeign = false;
    this.#reader.bind(undefined);
  }

  #bind(header: HeaderRow, line: Line): void {
    this.#hasSearchPrefix ??= false;
    if (header.columns.length > MOST_COLUMNS) this.#report({ code: 'FILE_TOO_MANY_COLUMNS', limit: MOST_COLUMNS }, line);
    const before = this.#reader.columns?.join();
    const [told] = header.logTypes;
    const isOwn = isOwnHeader(this.#reader.logType, header, this.#isForeign ? [] : this.#reader.columns);
    this.#isForeign = told === undefined && !isOwn && !sharesColumns(this.#reader.logType, header.columns);
    if (told !== undefined && !isOwn) this.#changeLogType(told, line);
    else if (before !== undefined && before !== header.columns.join()) this.#report({ code: 'FILE_FIELDS_CHANGED' }, line);
    this.#reader.bind(this.#isForeign ? undefined : header);
    if (header.columns.includes('time-local')) this.#report({ code: 'FILE_LOCAL_TIME' }, line);
  }

  #changeLogType(logType: LogType, line: Line): void {
    if (logType === this.#reader.logType) return;
    // A preamble that corrects what the path made of the file is no change.
    if (this.tally.hasRecords(this.#reader.logType.id)) this.#report({ code: 'FILE_LOG_TYPE_CHANGED', logType: logType.id }, line);
    this.#reader = this.#readerOf(logType);
    this.#isForeign = false;
  }

  #readerOf(logType: LogType): RecordReader {
    const reader = this.#readers.get(logType) ?? new RecordReader(logType, this.#report);
    this.#readers.set(logType, reader);
    return reader;
  }

  /** Whether a line belongs into the quoted cell that the line above left open, rather than being a record of its own. */
  #continues(text: string): boolean {
    const open = this.#open;
    if (open === undefined || open.lines >= CONTINUATION_LINES || open.text.length > CONTINUATION_CHARACTERS) return false;
    return !this.#reader.isOwnLine(text);
  }

  #continueRecord(open: OpenRecord, more: string, onRecord: OnRecord): 'continuation' {
    const text = `${open.text}\n${more}`;
    const line = { ...open.line, text };
    const read = this.#reader.read(line, text, false);
    this.#open = read === 'open' ? { line: open.line, text, lines: open.lines + 1 } : undefined;
    if (read !== 'open') this.#settle(read, open.line, onRecord);
    return 'continuation';
  }

  #closeOpen(onRecord: OnRecord): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.#report({ code: 'RECORD_QUOTE_OPEN' }, open.line);
    const line = open.lines === 1 ? open.line : { ...open.line, text: open.text };
    this.#settle(this.#reader.read(line, open.text, true), open.line, onRecord);
  }

  /** Ends a record that was counted when it began. */
  #settle(read: LogRecord | Problem | undefined, line: Line, onRecord: OnRecord): void {
    if (this.#take(read, onRecord)) return;
    this.tally.rejectRecord(this.#reader.logType.id);
    this.#report(problemOf(read) ?? { code: 'RECORD_UNREADABLE' }, line);
  }
}

function problemOf(read: LogRecord | Problem | undefined): Problem | undefined {
  return read !== undefined && 'code' in read ? read : undefined;
}
