import type { KeptDiagnostics } from '../assess/diagnostic-ledger.ts';
import type { FileReading } from '../assess/file-reading.ts';
import type { FilePart, LogFile } from '../model/log-file.ts';
import type { ParserState } from '../parse/log-parser.ts';
import type { ResumeMark } from '../resume-marks.ts';

/** A log file, or a part of one, to be read in one go. Goes over to workers: values only. */
export interface Piece {
  /** Tells the findings of one try from those of another. */
  readonly number: number;
  readonly logFile: LogFile;
  readonly part: FilePart;
  /** Whether a line is known to begin where the part does; else its first line is the next to begin. */
  readonly isExact: boolean;
  /** What the lines before the part mean for it; left out for the beginning of a file. */
  readonly state?: ParserState;
}

/** Where the reading of a file goes on that an earlier run began: at the beginning of a line. */
export interface ResumePoint {
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly lines: number;
  /** What the lines before it mean for it. */
  readonly state: ParserState;
}

/** What became of a piece. Goes over from workers: values only. */
export interface PieceReading {
  readonly reading: FileReading;
  /** Line numbers count from the beginning of the piece. */
  readonly diagnostics: readonly KeptDiagnostics[];
  /** Of each header that records were read by, the rules that can never match there. */
  readonly headers: readonly { readonly logType: string; readonly blind: readonly string[] }[];
  /** Of the bytes of a whole file, where that is asked for. */
  readonly sha256?: string | undefined;
  readonly recordsInSpan: number;
  /** By the key of a filter: matches of silent rules that it kept from correlations. */
  readonly filtered: ReadonlyMap<string, number>;
  readonly lineCount: number;
  /** Where its first line begins, and where that of the next piece does; bytes from the start of the file. */
  readonly start: number;
  readonly end: number;
  /** Behind its last line; `undefined` in the middle of a record or of a line. */
  readonly endState: ParserState | undefined;
  /** Where a later run goes on, where that is asked for; its lines count from the beginning of the piece. */
  readonly mark?: ResumeMark | undefined;
  /** Whether a line or a record has begun that is left to a later run. */
  readonly isOpen?: boolean;
}
