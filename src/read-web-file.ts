import { createHash } from 'node:crypto';
import type { EntryReader } from './archive/read-entry.ts';
import { refusalOf } from './live.ts';
import { askKnownFiles, type KnownFiles } from './model/known-files.ts';
import type { Problem } from './model/diagnostic.ts';
import type { LogFile } from './model/log-file.ts';
import type { LogRecord } from './model/log-record.ts';
import { LogParser } from './parse/log-parser.ts';
import { YARA_LIMITS } from './model/yara.ts';
import { logTypeById } from './parse/log-types.ts';
import { webFileLine } from './parse/web-file.ts';
import type { PartReading } from './read-log-file.ts';
import { readBlocks } from './read/blocks.ts';

interface WebReadingOptions {
  readonly report: (problem: Problem, path: string) => void;
  readonly beforeBlock?: () => Promise<boolean>;
  readonly onBlock?: (bytes: number) => void;
  readonly entries?: EntryReader | undefined;
  readonly knownFiles?: KnownFiles | undefined;
  /** Whether the content is wanted, as far as YARA rules look at it. */
  readonly wantsContent?: boolean;
}

export interface WebReading {
  readonly reading: PartReading;
  readonly record: LogRecord;
  /** Of the whole file. */
  readonly sha256: string | undefined;
  /** Left out of what is known by its hash, and where it is not wanted. */
  readonly content?: Uint8Array;
}

/** By so many of its bytes a file says what it is, whatever it is called. */
const HEAD_BYTES = 16;

/** Reads a file below a web root: one record. Its bytes are hashed as they pass, and are not kept. */
export async function readWebFile(
  logFile: LogFile,
  { report, beforeBlock, onBlock, entries, knownFiles, wantsContent = false }: WebReadingOptions,
): Promise<WebReading> {
  const { path, location, entry, webTarget = path, modifiedMs } = logFile;
  const hashes = { md5: createHash('md5'), sha1: createHash('sha1'), sha256: createHash('sha256') };
  let bytes = 0;
  let isWhole = true;
  let head = Buffer.alloc(0);
  const content: Buffer[] = [];
  const onRefusal = (problem: Problem): void => {
    report(problem.code === 'FILE_UNREADABLE' && entry === undefined ? refusalOf(problem.reason, location) : problem, path);
    isWhole = false;
  };
  for await (const block of readBlocks(logFile, { onRefusal, entries })) {
    if ((await beforeBlock?.()) === false) {
      onRefusal({ code: 'FILE_STOPPED' });
      break;
    }
    if (wantsContent && bytes < YARA_LIMITS.bytes) content.push(Buffer.from(block.subarray(0, YARA_LIMITS.bytes - bytes)));
    bytes += block.length;
    for (const hash of Object.values(hashes)) hash.update(block);
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, block.subarray(0, HEAD_BYTES - head.length)]);
    onBlock?.(block.length);
  }
  const [md5, sha1, sha256] = [hashes.md5.digest('hex'), hashes.sha1.digest('hex'), hashes.sha256.digest('hex')];
  const word = isWhole && knownFiles ? askKnownFiles(knownFiles, { path: webTarget, digests: [sha256, sha1, md5] }) : undefined;
  if (word?.word === 'known') report({ code: 'BASELINE_KNOWN', file: path }, word.list);
  const isWanted = wantsContent && word?.word !== 'known';
  if (isWanted && bytes > YARA_LIMITS.bytes) report({ code: 'FILE_CONTENT_CUT', limitBytes: YARA_LIMITS.bytes }, path);
  const text = webFileLine({
    TargetFilename: webTarget,
    Size: bytes,
    // Of a part, a hash would be that of another file.
    ...(isWhole && { md5, sha1, sha256 }),
    ...(head.length > 0 && { Head: head.toString('hex') }),
    ...(word !== undefined && { Baseline: word.word, BaselineName: word.list }),
    ...(modifiedMs !== undefined && { ModifiedUtcTime: new Date(modifiedMs).toISOString() }),
  });
  const record = recordOf(text);
  const below = record.schema.reader('UrlPath')?.(record) ?? record.schema.reader('TargetFilename')?.(record);
  const identity = [logFile.host, record.schema.reader('WebRoot')?.(record), below].join('\n').toLowerCase();
  const counts = { lines: 1, records: 1, headers: 0, rejected: 0 };
  return {
    record: { ...record, identity: `${identity}\n${sha256}` },
    sha256: isWhole ? sha256 : undefined,
    ...(isWanted && { content: Buffer.concat(content) }),
    reading: {
      bytes,
      isWhole,
      lines: new Map([[logFile.logType, counts]]),
      spans: new Map(),
      activities: new Map(),
      builds: [],
      lineCount: 1,
      end: bytes,
      state: undefined,
    },
  };
}

/** As a rule's own lines are read. */
function recordOf(text: string): LogRecord {
  let record: LogRecord | undefined;
  const parser = new LogParser(logTypeById('web-file'), () => undefined);
  parser.push({ number: 1, offset: 0, text, isComplete: true, isCut: false }, (made) => {
    record = made;
  });
  if (record === undefined) throw new Error('the line of a file below a web root is none');
  return record;
}
