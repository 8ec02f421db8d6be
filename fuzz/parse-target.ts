import type { LogRecord } from '../src/model/log-record.ts';
import { ENCODINGS, type Encoding } from '../src/model/log-file.ts';
import type { Rule } from '../src/model/rule.ts';
import { Matcher } from '../src/match/matcher.ts';
import { classify } from '../src/parse/classify.ts';
import { LogParser } from '../src/parse/log-parser.ts';
import { LOG_TYPES, logTypeById } from '../src/parse/log-types.ts';
import { LineSplitter } from '../src/read/line-splitter.ts';
import { mutateBytes } from './mutate.ts';
import { assert, type Target } from './target.ts';

interface Reading {
  readonly records: readonly LogRecord[];
  readonly told: readonly string[];
  readonly lines: number;
  readonly counted: number;
}

/** Cuts bytes into blocks of a size, blocks into lines, and makes records of these. */
function read(content: Buffer, logType: string, encoding: Encoding, blockBytes: number): Reading {
  const records: LogRecord[] = [];
  const told: string[] = [];
  const parser = new LogParser(
    logTypeById(logType),
    ({ code }, { number }) => void told.push(`${code}:${number}`),
    encoding === 'utf-8' ? 1 : 2,
  );
  const splitter = new LineSplitter(encoding);
  let next = 0;
  const takeLine: Parameters<LineSplitter['push']>[1] = (line) => {
    assert(line.offset >= next && line.offset <= content.length, 'offsets rise and stay in the file');
    next = line.offset + (line.text.length > 0 ? 1 : 0);
    parser.push(line, (record) => records.push(record));
  };
  for (let at = 0; at < content.length; at += blockBytes) splitter.push(content.subarray(at, at + blockBytes), takeLine);
  splitter.end(takeLine);
  parser.end((record) => records.push(record));
  let counted = 0;
  for (const { lines, records: good, headers, rejected } of parser.counts.values()) {
    assert(lines === good + headers + rejected, 'lines are records, headers or rejected');
    counted += lines;
  }
  return { records, told, lines: splitter.lines, counted };
}

function linesIn(content: Buffer): number {
  const ends = content.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0);
  return ends + (content.length > 0 && content.at(-1) !== 0x0a ? 1 : 0);
}

/** Every parser: by the type that the content is taken for, and by one that it was not written for. */
export function parseTarget(seeds: readonly Buffer[], rules: readonly Rule[]): Target {
  const matcher = new Matcher(rules);
  const run = (content: Buffer): void => {
    const found = classify(content.toString('utf8', 0, 32_768), 'u_ex.log');
    const other = LOG_TYPES[content.length % LOG_TYPES.length]?.id ?? 'iis-w3c';
    for (const logType of new Set([found?.kind === 'log' ? found.logType : other, other])) {
      const encoding = content.length % 5 === 0 ? (ENCODINGS[content.length % 3] ?? 'utf-8') : 'utf-8';
      const whole = read(content, logType, encoding, 524_288);
      assert(whole.counted === whole.lines, 'every line is counted once');
      if (encoding === 'utf-8') assert(whole.lines === linesIn(content), 'every line of the file is read');
      for (const record of whole.records) {
        const matches = matcher.match(record).length;
        assert(matches === matcher.bound(record.schema).filter((rule) => rule.matches(record)).length, 'the sieve loses no rule');
      }
      if (content.length < 20_000) {
        const cut = read(content, logType, encoding, 61);
        const shown = ({ records, told }: Reading): string =>
          JSON.stringify([told, records.map(({ line, values, time }) => [line, values, time])]);
        assert(shown(cut) === shown(whole), 'where blocks are cut makes no difference');
      }
    }
  };
  return { name: 'parse', seeds, mutate: mutateBytes, run };
}
