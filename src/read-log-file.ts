import type { DiagnosticLedger } from './assess/diagnostic-ledger.ts';
import { RecordLedger, type FileReading } from './assess/file-reading.ts';
import type { Line } from './model/line.ts';
import type { LogFile } from './model/log-file.ts';
import type { LogRecord } from './model/log-record.ts';
import type { PlainForm } from './model/plain-form.ts';
import type { Schema } from './model/schema.ts';
import { LogParser, type LineKind } from './parse/log-parser.ts';
import { logTypeById } from './parse/log-types.ts';
import type { Report } from './parse/record-reader.ts';
import type { Prefilter } from './prefilter/prefilter.ts';
import { readBlocks } from './read/blocks.ts';
import { LineSplitter, type CanSkip } from './read/line-splitter.ts';

interface ReadingOptions {
  readonly report: DiagnosticLedger['add'];
  /** Asked before each block of bytes whether to go on. */
  readonly beforeBlock?: () => Promise<boolean>;
  readonly onBlock?: (bytes: number) => void;
  /** Told of each line once it is read. */
  readonly onLine?: (line: Line, kind: LineKind) => void;
  /** Told of each header that records are read by, before the first of them; perhaps more than once. */
  readonly onSchema?: (schema: Schema) => void;
  readonly onRecord: (record: LogRecord) => void;
  /** Finds the prefilter for records of a form; left out: every line is read. */
  readonly prefilterOf?: (form: PlainForm) => Prefilter | undefined;
  /** Told the time of each record that no rule matches and that was therefore only counted. */
  readonly onSkipped?: (time: number) => void;
}

/** One file's way from bytes over lines to records. What cannot be read is reported, and the rest is read. */
export async function readLogFile(logFile: LogFile, options: ReadingOptions): Promise<FileReading> {
  const { report, beforeBlock, onBlock, onLine, onSchema, onRecord, prefilterOf, onSkipped } = options;
  const splitter = new LineSplitter(logFile.encoding);
  const reportHere: Report = (problem, line) => report(problem, logFile.path, line.number);
  const parser = new LogParser(logTypeById(logFile.logType), reportHere, logFile.encoding === 'utf-8' ? 1 : 2);
  const records = new RecordLedger((schema) => onSchema?.(schema));
  let bytes = 0;
  let isWhole = true;
  const takeRecord = (record: LogRecord): void => {
    records.add(record);
    onRecord(record);
  };
  const takeLine = (line: Line): void => {
    const kind = parser.push(line, takeRecord);
    onLine?.(line, kind);
  };
  const canSkip: CanSkip = (block, start, end) => {
    const { plain } = parser;
    const prefilter = plain && prefilterOf?.(plain);
    if (plain === undefined || prefilter?.canSkip(block, start, end) !== true) return false;
    parser.skip();
    records.add({ schema: plain.schema, time: prefilter.time });
    onSkipped?.(prefilter.time);
    return true;
  };
  const blocks = readBlocks(logFile, (reason) => {
    report({ code: 'FILE_UNREADABLE', reason }, logFile.path);
    isWhole = false;
  });
  for await (const block of blocks) {
    if ((await beforeBlock?.()) === false) return { bytes, isWhole: false, lines: parser.counts, spans: records.spans };
    bytes += block.length;
    onBlock?.(block.length);
    splitter.push(block, takeLine, canSkip);
  }
  splitter.end(takeLine);
  parser.end(takeRecord);
  return { bytes, isWhole, lines: parser.counts, spans: records.spans };
}
