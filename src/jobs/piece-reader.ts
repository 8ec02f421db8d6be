import { createHash } from 'node:crypto';
import { EntryReader } from '../archive/read-entry.ts';
import { DiagnosticLedger } from '../assess/diagnostic-ledger.ts';
import { UNREAD, type FileReading } from '../assess/file-reading.ts';
import { chunkStartFrom } from '../evtx/event-log.ts';
import { findingDigest } from '../finding-digest.ts';
import { Feeder } from '../match/feeding.ts';
import { createFinding } from '../match/finding.ts';
import { Matcher, type Match } from '../match/matcher.ts';
import { suppressionBy } from '../model/filter-rule.ts';
import type { KnownFiles } from '../model/known-files.ts';
import type { FeedingMatch } from '../model/feeding-match.ts';
import type { Finding } from '../model/finding.ts';
import type { FilePart, LogFile } from '../model/log-file.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { Rule, RuleFilter } from '../model/rule.ts';
import { suppressionKey } from '../model/suppression.ts';
import type { YaraSource } from '../model/yara.ts';
import { systemErrorCode } from '../model/system-error.ts';
import type { ParserState } from '../parse/log-parser.ts';
import { Kernel } from '../prefilter/kernel.ts';
import { Prefilters } from '../prefilters.ts';
import { readLogFile, type PartReading } from '../read-log-file.ts';
import { readWebFile } from '../read-web-file.ts';
import { lineStartFrom } from '../read/blocks.ts';
import type { YaraScanner } from '../yara/scanner.ts';
import { ContentReader } from './content-reader.ts';
import type { Piece, PieceReading } from './piece.ts';

export interface PieceReaderOptions {
  /** Only records of this time; milliseconds since 1970, both ends included. A record without a time is always in it. */
  readonly from?: number;
  readonly to?: number;
  /** The compiled kernel of the prefilter; left out: every line is read. */
  readonly kernel?: WebAssembly.Module | undefined;
  /** By the ids of rules that feed correlations: the fields whose values go with a match. */
  readonly feeds?: ReadonlyMap<string, readonly string[]>;
  /** Ids of rules that do nothing else. */
  readonly silent?: ReadonlySet<string>;
  /** Known good files. */
  readonly knownFiles?: KnownFiles | undefined;
  /** YARA rules; left out: contents are not looked at. */
  readonly yara?: readonly YaraSource[] | undefined;
  /** Whether files are hashed; they are read in one piece then. */
  readonly hashes?: boolean;
  /** Whether a later run goes on where this one ends. */
  readonly isContinued?: boolean;
}

export interface PieceListener {
  readonly onFinding: (finding: Finding) => void;
  /** Told of matches that feed correlations. */
  readonly onFeed: (match: FeedingMatch) => void;
  readonly onBlock?: (bytes: number) => void;
  /** Told of the parser's state behind the first block, where there is one: it is likely to be that of the parts that follow. */
  readonly onHead?: (state: ParserState) => void;
  /** Asked before each block whether to go on. */
  readonly beforeBlock?: () => Promise<boolean>;
}

interface MatchListener extends Pick<PieceListener, 'onFinding' | 'onFeed'> {
  readonly keepBack: (filter: RuleFilter) => void;
}

/** Reads pieces of log files with one set of rules. */
export class PieceReader {
  readonly #matcher: Matcher;
  readonly #prefilters: Prefilters | undefined;
  readonly #options: PieceReaderOptions;
  readonly #feeder: Feeder | undefined;
  readonly #entries = new EntryReader();
  readonly #contents: ContentReader | undefined;

  /** @param scanner of YARA rules that is at work already */
  constructor(rules: readonly Rule[], options: PieceReaderOptions, scanner?: YaraScanner) {
    this.#matcher = new Matcher(rules);
    this.#options = options;
    if (options.yara !== undefined && options.yara.length > 0) this.#contents = new ContentReader(options.yara, rules, scanner);
    if (options.feeds !== undefined && options.feeds.size > 0) this.#feeder = new Feeder(options.feeds, digest);
    if (options.kernel !== undefined) {
      const kernel = new Kernel(options.kernel);
      kernel.setSpan(options.from ?? -Infinity, options.to ?? Infinity);
      this.#prefilters = new Prefilters(this.#matcher, kernel);
    }
  }

  async read(piece: Piece, listener: PieceListener): Promise<PieceReading> {
    return piece.logFile.webTarget === undefined ? await this.#readLog(piece, listener) : await this.#readWebFile(piece, listener);
  }

  /** One record, and all that is known of a file below a web root. */
  async #readWebFile({ logFile, part }: Piece, listener: PieceListener): Promise<PieceReading> {
    const diagnostics = new DiagnosticLedger();
    const { beforeBlock, onBlock } = listener;
    const { filtered, told } = countingFiltered(listener);
    const { reading, record, sha256, content } = await readWebFile(logFile, {
      report: (problem, path) => diagnostics.add(problem, path),
      entries: this.#entries,
      knownFiles: this.#options.knownFiles,
      wantsContent: this.#contents !== undefined,
      ...(beforeBlock !== undefined && { beforeBlock }),
      ...(onBlock !== undefined && { onBlock }),
    });
    const found = content && (await this.#contents?.match(sha256, content, logFile.path, diagnostics));
    for (const match of [...this.#matcher.match(record), ...(found ?? [])]) this.#tell(match, record, logFile, told);
    return {
      reading: fileReading(reading),
      diagnostics: diagnostics.kept(),
      headers: [{ logType: logFile.logType, blind: [...this.#matcher.blindRules(record.schema)] }],
      sha256,
      filtered,
      recordsInSpan: 1,
      lineCount: reading.lineCount,
      start: part.from,
      end: reading.end,
      endState: undefined,
    };
  }

  async #readLog({ logFile, part, isExact, state }: Piece, listener: PieceListener): Promise<PieceReading> {
    const { onBlock, beforeBlock } = listener;
    const diagnostics = new DiagnosticLedger();
    const headers = new Map<string, PieceReading['headers'][number]>();
    const { filtered, told } = countingFiltered(listener);
    let recordsInSpan = 0;
    let { onHead } = listener;
    const whole = this.#options.hashes === true ? createHash('sha256') : undefined;
    const matchRecord = (record: LogRecord): void => {
      for (const match of this.#matcher.match(record, this.#prefilters?.foreseen(record))) this.#tell(match, record, logFile, told);
    };
    const read = (from: number): Promise<PartReading> =>
      readLogFile(logFile, {
        report: (problem, path, lineNumber) => diagnostics.add(problem, path, lineNumber),
        part: { from, to: part.to, state },
        prefilters: this.#prefilters,
        hash: whole,
        isContinued: this.#options.isContinued,
        entries: this.#entries,
        ...(beforeBlock !== undefined && { beforeBlock }),
        onBlock: (bytes, parser) => {
          onBlock?.(bytes);
          const head = onHead && parser.state;
          if (head !== undefined) onHead?.(head);
          onHead = undefined;
        },
        onSchema: (schema) => {
          const blind = [...this.#matcher.blindRules(schema)];
          headers.set(`${schema.logType}\n${blind.join()}`, { logType: schema.logType, blind });
        },
        onSkipped: (records) => {
          recordsInSpan += records;
        },
        onRecord: (record) => {
          if (!this.#isInSpan(record)) return;
          recordsInSpan += 1;
          matchRecord(record);
        },
        onRecovered: (record) => {
          if (this.#isInSpan(record)) matchRecord(record);
        },
      });
    const start = isExact ? part.from : findStart(logFile, part);
    if (start >= part.to) return { ...NOTHING, start, end: start, endState: state };
    const reading = await read(start);
    return {
      reading: fileReading(reading),
      diagnostics: diagnostics.kept(),
      headers: [...headers.values()],
      sha256: reading.isWhole ? whole?.digest('hex') : undefined,
      recordsInSpan,
      filtered,
      lineCount: reading.lineCount,
      start,
      end: reading.end,
      endState: reading.state,
      mark: reading.mark,
      isOpen: reading.isOpen === true,
    };
  }

  /** What was left open for pieces that might follow. */
  async close(): Promise<void> {
    await this.#entries.close();
    await this.#contents?.close();
  }

  /** A match that a filter suppresses feeds nothing; of a silent rule it is no finding either, and counted. */
  #tell(match: Match, record: LogRecord, logFile: LogFile, { onFinding, onFeed, keepBack }: MatchListener): void {
    const { rule, filter } = match;
    const isSilent = this.#options.silent?.has(rule.id) === true;
    const feeding = filter === undefined ? this.#feeder?.feed(rule, record, logFile) : undefined;
    if (feeding !== undefined) onFeed(feeding);
    if (!isSilent) onFinding(createFinding(match, record, logFile, digest));
    else if (filter !== undefined) keepBack(filter);
  }

  /** A record without a time could be of any: it is never left out. */
  #isInSpan({ time }: LogRecord): boolean {
    const { from = -Infinity, to = Infinity } = this.#options;
    return time === undefined || (time >= from && time <= to);
  }
}

/** Counts what filters keep from correlations beside telling the rest. */
function countingFiltered({ onFinding, onFeed }: PieceListener): {
  readonly filtered: ReadonlyMap<string, number>;
  readonly told: MatchListener;
} {
  const filtered = new Map<string, number>();
  const keepBack = (filter: RuleFilter): void => {
    const key = suppressionKey(suppressionBy(filter));
    filtered.set(key, (filtered.get(key) ?? 0) + 1);
  };
  return { filtered, told: { onFinding, onFeed, keepBack } };
}

/** Of a part in which no line begins. */
const NOTHING = {
  reading: { ...UNREAD, isWhole: true },
  diagnostics: [],
  headers: [],
  recordsInSpan: 0,
  filtered: new Map<string, number>(),
  lineCount: 0,
} as const;

/** No more than goes over from a worker. */
function fileReading({ bytes, isWhole, lines, spans, activities, builds, parts }: PartReading): FileReading {
  return { bytes, isWhole, lines, spans, activities, builds, ...(parts !== undefined && { parts }) };
}

/** What cannot be read is told when it is read. */
function findStart(logFile: LogFile, part: FilePart): number {
  try {
    return logFile.isChunked === true ? chunkStartFrom(part.from) : lineStartFrom(logFile, part);
  } catch (error) {
    systemErrorCode(error);
    return part.from;
  }
}

/** The last one is kept: a match that feeds correlations and is a finding is asked for twice. */
const digest = (() => {
  let [last, digested] = ['', ''];
  return (text: string): string => {
    if (text !== last) [last, digested] = [text, findingDigest(text)];
    return digested;
  };
})();
