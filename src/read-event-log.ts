import { RecordLedger } from './assess/file-reading.ts';
import { chunkStartFrom, EventLog, isEventLog, type EventLogDamage } from './evtx/event-log.ts';
import type { FoundRecord, RecordDamage } from './evtx/found-record.ts';
import { CHUNK_CHARACTERS, CHUNK_STEPS, MOST_DEPTH } from './evtx/limits.ts';
import { formOfExport, readExport, type ExportedEvent } from './exports/event-export.ts';
import type { Problem } from './model/diagnostic.ts';
import { LINE_LIMIT_BYTES, type Line } from './model/line.ts';
import type { LogFile } from './model/log-file.ts';
import type { LogRecord } from './model/log-record.ts';
import type { Schema } from './model/schema.ts';
import { recordOfEvent } from './parse/event-record.ts';
import { EVENT_LOG } from './parse/event-schema.ts';
import type { ParserState } from './parse/log-parser.ts';
import { LineTally } from './parse/line-tally.ts';
import type { PartReading, ReadingOptions } from './read-log-file.ts';
import { readBlocks } from './read/blocks.ts';
import { refusalOf } from './live.ts';

/** Of a file: enough to tell the form of an export. */
const HEAD_BYTES = 32_768;
const LIMITS = { depth: MOST_DEPTH, steps: CHUNK_STEPS, characters: CHUNK_CHARACTERS } as const;

/** An event log's way from bytes to records, which stand for lines here; those that are exported are read in one. */
export async function readEventLog(logFile: LogFile, options: ReadingOptions): Promise<PartReading> {
  const { report, part, beforeBlock, hash, onBlock, prefilters, entries } = options;
  const from = part?.from ?? 0;
  // The last part goes on to the end of the file, wherever that is.
  const to = part === undefined || part.to === Infinity ? Infinity : chunkStartFrom(part.to);
  const records = new EventRecords(options, (problem, number) => report(problem, logFile.path, number));
  let reader: { readonly push: (block: Uint8Array) => void; readonly end: () => void } | undefined;
  let bytes = 0;
  let isWhole = true;
  const onRefusal = (problem: Problem): void => {
    const isFile = problem.code === 'FILE_UNREADABLE' && logFile.entry === undefined;
    report(isFile ? refusalOf(problem.reason, logFile.location) : problem, logFile.path);
    isWhole = false;
  };
  for await (const block of readBlocks(logFile, { onRefusal, memory: prefilters?.input, entries, part: { from, to }, isExact: true })) {
    if ((await beforeBlock?.()) === false) {
      onRefusal({ code: 'FILE_STOPPED' });
      break;
    }
    bytes += block.length;
    hash?.update(block);
    reader ??= from > 0 ? new EventLog(records, from) : createReader(block, logFile, records);
    reader.push(block);
    onBlock?.(block.length, STATE);
  }
  reader?.end();
  records.end();
  const { spans, activities, builds, parts } = records.ledger;
  const lines = records.tally.counts;
  return { bytes, isWhole, lines, spans, activities, builds, parts, lineCount: records.count, end: from + bytes, state: STATE.state };
}

/** What stands in an event log means nothing for what comes behind it. */
const STATE: { readonly state: ParserState } = {
  state: { logType: EVENT_LOG, readers: {}, isForeign: false, hasSearchPrefix: undefined, withRecords: [] },
};

function createReader(head: Uint8Array, { encoding }: LogFile, records: EventRecords) {
  if (isEventLog(head)) return new EventLog(records);
  const form = formOfExport(new TextDecoder(encoding).decode(head.subarray(0, HEAD_BYTES)));
  return readExport(form ?? 'json', encoding, records.onExported);
}

/** Makes records of events, counts them, and tells what is wrong with them. */
class EventRecords {
  readonly tally = new LineTally();
  readonly ledger: RecordLedger;
  count = 0;
  readonly #options: ReadingOptions;
  readonly #report: (problem: Problem, number?: number) => void;

  constructor(options: ReadingOptions, report: (problem: Problem, number?: number) => void) {
    this.#options = options;
    this.#report = report;
    const told = new Set<Schema>();
    this.ledger = new RecordLedger((schema) => {
      if (!told.has(schema)) options.onSchema?.(schema);
      told.add(schema);
    });
  }

  readonly onDamage = (damage: EventLogDamage): void => this.#report(problemOf(damage));

  readonly onRecord = ({ event, offset, written, damage, isEvent, isRecovered }: FoundRecord): void => {
    this.count += 1;
    if (!isEvent && isRecovered) {
      this.#count(lineAt(offset, this.count), 'header');
      return;
    }
    if (!isEvent) {
      this.#reject(offset);
      return;
    }
    if (damage !== undefined) this.#report(problemOfRecord(damage), this.count);
    const record = recordOfEvent(event, { number: this.count, offset, written });
    if (!isRecovered) this.#take(record);
    else {
      this.#count(record.line, 'header');
      this.#options.onRecovered?.(record);
    }
  };

  readonly onExported = ({ event, offset, json, text, damage }: ExportedEvent): void => {
    this.count += 1;
    if (damage === 'long') this.#report({ code: 'RECORD_LINE_CUT', limitBytes: LINE_LIMIT_BYTES }, this.count);
    if (event === undefined) {
      this.#reject(offset, text);
      return;
    }
    if (damage === 'torn') this.#report({ code: 'RECORD_TORN' }, this.count);
    if (damage === 'form') this.#report({ code: 'RECORD_EVENT_DAMAGED', reason: 'form' }, this.count);
    this.#take(recordOfEvent(event, { number: this.count, offset, ...(json !== undefined && { json }) }));
  };

  /** To be called once behind the last record. */
  end(): void {
    // A log without an event is a log all the same.
    if (this.count === 0) this.tally.add(EVENT_LOG, 'header', 0);
  }

  #take(record: LogRecord): void {
    this.ledger.add(record);
    this.#count(record.line, 'record');
    this.#options.onRecord(record);
  }

  #reject(offset: number, text = ''): void {
    this.#report({ code: 'RECORD_NO_EVENT', ...(text !== '' && { text }) }, this.count);
    this.#count(lineAt(offset, this.count, text), 'rejected');
  }

  #count(line: Line, kind: 'record' | 'header' | 'rejected'): void {
    this.tally.add(EVENT_LOG, kind);
    this.#options.onLine?.(line, kind);
  }
}

function lineAt(offset: number, number: number, text = ''): Line {
  return { number, offset, text, isComplete: true, isCut: false };
}

function problemOf(damage: EventLogDamage): Problem {
  switch (damage.what) {
    case 'header':
      return { code: 'FILE_EVENT_LOG_HEADER', reason: damage.reason };
    case 'dirty':
      return { code: 'FILE_EVENT_LOG_DIRTY', chunksTold: damage.chunksTold };
    case 'gap':
      return { code: 'FILE_EVENT_LOG_GAP', offset: damage.offset, bytes: damage.bytes };
    case 'recovered':
      return { code: 'FILE_EVENT_LOG_RECOVERED', chunk: damage.chunk, records: damage.records, lost: damage.lost };
    case 'chunk': {
      const { chunk, reason } = damage;
      if (reason === 'signature' || reason === 'short') return { code: 'FILE_EVENT_LOG_CHUNK', chunk, reason };
      return { code: 'FILE_EVENT_LOG_CHECKSUM', chunk, part: reason === 'checksum' ? 'header' : 'records' };
    }
  }
}

function problemOfRecord(damage: RecordDamage): Problem {
  return damage === 'depth' || damage === 'steps' || damage === 'characters'
    ? { code: 'RECORD_EVENT_LIMIT', limit: damage, value: LIMITS[damage] }
    : { code: 'RECORD_EVENT_DAMAGED', reason: damage };
}
