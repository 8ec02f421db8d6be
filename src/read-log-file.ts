import type { DiagnosticLedger } from './assess/diagnostic-ledger.ts';
import { FileReading } from './assess/file-reading.ts';
import type { Line } from './model/line.ts';
import type { LogFile } from './model/log-file.ts';
import type { LogRecord } from './model/log-record.ts';
import { LogParser, type LineCounts } from './parse/log-parser.ts';
import { logTypeById } from './parse/log-types.ts';
import { readBlocks, readErrorCode } from './read/blocks.ts';
import { LineSplitter } from './read/line-splitter.ts';

interface ReadingOptions {
  readonly report: DiagnosticLedger['add'];
  readonly onBlock?: (bytes: number) => void;
  /** Told of each line once it is read, with the counts so far. */
  readonly onLine?: (line: Line, counts: Readonly<LineCounts>) => void;
  readonly onRecord: (record: LogRecord) => void;
}

/** One file's way from bytes over lines to records. What cannot be read is reported, and the rest is read. */
export async function readLogFile(logFile: LogFile, { report, onBlock, onLine, onRecord }: ReadingOptions): Promise<FileReading> {
  const reading = new FileReading();
  const splitter = new LineSplitter(logFile.encoding);
  const parser = new LogParser(logTypeById(logFile.logType), (problem, line) => report(problem, logFile.path, line.number));
  const takeRecord = (record: LogRecord): void => {
    reading.addRecord(record);
    onRecord(record);
  };
  const takeLine = (line: Line): void => {
    parser.push(line, takeRecord);
    onLine?.(line, parser.counts);
  };
  try {
    for await (const block of readBlocks(logFile)) {
      reading.bytes += block.length;
      onBlock?.(block.length);
      splitter.push(block, takeLine);
    }
  } catch (error) {
    report({ code: 'FILE_UNREADABLE', reason: readErrorCode(error) }, logFile.path);
    reading.isUnreadable = true;
  }
  splitter.end(takeLine);
  parser.end(takeRecord);
  return Object.assign(reading, parser.counts);
}
