import type { EntryReader } from './archive/read-entry.ts';
import { RecordLedger, type FileReading } from './assess/file-reading.ts';
import { isBeingWritten, mayGrow, refusalOf } from './live.ts';
import type { Problem } from './model/diagnostic.ts';
import type { Line } from './model/line.ts';
import type { FilePart, LogFile } from './model/log-file.ts';
import type { LogRecord } from './model/log-record.ts';
import type { Schema } from './model/schema.ts';
import { EVENT_LOG } from './parse/event-schema.ts';
import type { LineKind } from './parse/line-tally.ts';
import { LogParser, type ParserState } from './parse/log-parser.ts';
import { logTypeById } from './parse/log-types.ts';
import type { Report } from './parse/record-reader.ts';
import type { Prefilters } from './prefilters.ts';
import { readEventLog } from './read-event-log.ts';
import { readBlocks } from './read/blocks.ts';
import { LineSplitter, type Skip } from './read/line-splitter.ts';
import { ResumeMarks, type ResumeMark } from './resume-marks.ts';

export interface ReadingOptions {
  /** Line numbers count from the beginning of the part. */
  readonly report: (problem: Problem, path: string, lineNumber?: number) => void;
  /** Left out: the whole file. */
  readonly part?: FilePart & { readonly state: ParserState | undefined };
  /** Asked before each block of bytes whether to go on; if not, the rest is told to be unread. */
  readonly beforeBlock?: () => Promise<boolean>;
  /** A later run goes on where this one ends: what is still being written is left to it. */
  readonly isContinued?: boolean | undefined;
  /** Given every byte of the part, in order. */
  readonly hash?: { readonly update: (bytes: Uint8Array) => unknown } | undefined;
  readonly onBlock?: (bytes: number, parser: Pick<LogParser, 'state'>) => void;
  /** Told of each line once it is read. */
  readonly onLine?: (line: Line, kind: LineKind) => void;
  /** Told of each header that records are read by, before the first of them; perhaps more than once. */
  readonly onSchema?: (schema: Schema) => void;
  readonly onRecord: (record: LogRecord) => void;
  /** Told of records that are found where readers of such logs do not look, and are not counted. */
  readonly onRecovered?: (record: LogRecord) => void;
  /** Pass over lines that no rule matches; left out: every line is read. */
  readonly prefilters?: Prefilters | undefined;
  /** Reads entries of archives; left out: one of its own for this file. */
  readonly entries?: EntryReader;
  /** Told how many of the records passed over are of the span of time that is asked for. */
  readonly onSkipped?: (recordsInSpan: number) => void;
}

/** What became of a part of a file, and where the next one goes on. */
export interface PartReading extends FileReading {
  /** Lines of the part. */
  readonly lineCount: number;
  /** Where the first line begins that was not read. */
  readonly end: number;
  readonly state: ParserState | undefined;
  /** Where a later run goes on, where that is asked for. */
  readonly mark?: ResumeMark | undefined;
  /** Whether a line or a record has begun that is left to a later run. */
  readonly isOpen?: boolean;
}

/** One file's way from bytes over lines to records. What cannot be read is reported, and the rest is read. */
export function readLogFile(logFile: LogFile, options: ReadingOptions): Promise<PartReading> {
  return logFile.logType === EVENT_LOG ? readEventLog(logFile, options) : readTextLog(logFile, options);
}

async function readTextLog(logFile: LogFile, options: ReadingOptions): Promise<PartReading> {
  const { report, part, beforeBlock, hash, onBlock, onLine, onSchema, onRecord, prefilters, onSkipped, entries, isContinued } = options;
  const splitter = new LineSplitter(logFile.encoding, part?.from);
  let isUnfinished = false;
  let unfinishedLine: number | undefined;
  const reportHere: Report = (problem, line) => {
    if (!isUnfinished || problem.code === 'RECORD_LINE_CUT') report(problem, logFile.path, line.number);
    else unfinishedLine ??= line.number;
  };
  const start = part?.state ?? logTypeById(logFile.logType);
  const parser = new LogParser(start, reportHere, logFile.encoding === 'utf-8' ? 1 : 2);
  const records = new RecordLedger((schema) => onSchema?.(schema));
  const marks = isContinued === true ? new ResumeMarks(part?.from ?? 0) : undefined;
  let bytes = 0;
  let isWhole = true;
  const takeRecord = (record: LogRecord): void => {
    records.add(record, parser.build);
    onRecord(record);
  };
  const takeLine = (line: Line): void => {
    const kind = parser.push(line, takeRecord);
    onLine?.(line, kind);
  };
  const skip: Skip = (block, from, to) => {
    const { plain } = parser;
    const skipped = plain && prefilters?.skip(plain, block, from, to);
    if (plain === undefined || skipped === undefined || skipped.lines === 0) return undefined;
    parser.skip(skipped.lines);
    records.addCounted(plain.schema, skipped, parser.build);
    onSkipped?.(skipped.linesInSpan);
    return skipped;
  };
  const onRefusal = (problem: Problem): void => {
    report(
      problem.code === 'FILE_UNREADABLE' && logFile.entry === undefined ? refusalOf(problem.reason, logFile.location) : problem,
      logFile.path,
    );
    isWhole = false;
  };
  const reading = () => ({
    bytes,
    isWhole,
    lines: parser.counts,
    spans: records.spans,
    activities: records.activities,
    builds: records.builds,
    lineCount: splitter.lines,
    end: splitter.offset,
    state: parser.state,
    mark: marks?.mark(),
  });
  const goesOn = (): boolean => parser.state === undefined;
  for await (const block of readBlocks(logFile, { onRefusal, memory: prefilters?.input, entries, part, goesOn })) {
    if ((await beforeBlock?.()) === false) {
      onRefusal({ code: 'FILE_STOPPED' });
      break;
    }
    bytes += block.length;
    hash?.update(block);
    const headroomBytes = prefilters?.headroomBytes(block) ?? 0;
    splitter.push(block, takeLine, { skip: prefilters && skip, headroomBytes });
    marks?.take(block, splitter, parser.state);
    onBlock?.(block.length, parser);
  }
  // A part that is not the last ends in the middle of a line when the file ends there; who knows whether it will grow.
  const isPart = part !== undefined && part.to !== Infinity;
  const isTorn = isPart && splitter.hasRest;
  if (marks !== undefined && (!isWhole || (!isPart && mayGrow(logFile, bytes + (part?.from ?? 0)))))
    return { ...reading(), isOpen: splitter.hasRest || parser.state === undefined };
  if (!isTorn && isWhole && (splitter.hasRest || parser.state === undefined)) {
    const lastTime = Math.max(...Array.from(records.spans.values(), ({ last }) => last));
    const soFar = {
      bytes: bytes + (part?.from ?? 0),
      lastTime: Number.isFinite(lastTime) ? lastTime : undefined,
      day: parser.state?.readers[parser.state.logType]?.day,
    };
    isUnfinished = isBeingWritten(logFile, soFar);
    if (isUnfinished) parser.tally.excuseRest();
  }
  splitter.end(takeLine);
  if (part === undefined || part.to === Infinity || !isWhole) parser.end(takeRecord);
  if (unfinishedLine !== undefined) report({ code: 'FILE_BEING_WRITTEN' }, logFile.path, unfinishedLine);
  return isTorn ? { ...reading(), state: undefined } : reading();
}
