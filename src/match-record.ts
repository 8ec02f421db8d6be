import { STANDING_TIME } from './correlate/standing.ts';
import type { FeedingMatch } from './model/feeding-match.ts';

/** Lengths of what stands in front of the values: length, time, offset, piece, line, rule, file, id, number of values. */
const AT = { length: 0, time: 4, offset: 12, piece: 20, line: 24, rule: 28, file: 32, id: 36, values: 52, end: 56 } as const;
const ID_BYTES = AT.values - AT.id;
const ABSENT = 0xffff_ffff;
const LENGTH_BYTES = 4;

/** The beginning of a record, by which records are put in order. */
export interface MatchHead {
  readonly time: number;
  readonly offset: number;
  readonly piece: number;
  readonly rule: number;
  readonly file: number;
}

/** A match whose rule and file are numbers of tables. */
export interface MatchNumbers {
  readonly piece: number;
  readonly rule: number;
  readonly file: number;
}

/** A bound on the bytes that a match takes; UTF-8 has three for a character at the most. */
export function boundBytes({ values, host = '', request = '', modified = '' }: FeedingMatch): number {
  let bytes = AT.end + 3 * LENGTH_BYTES + (host.length + request.length + modified.length) * 3;
  for (const value of values) bytes += LENGTH_BYTES + (value === undefined ? 0 : value.length * 3);
  return bytes;
}

/**
 * Writes a match that has a time, or stands.
 *
 * @returns behind it
 */
export function writeMatch(buffer: Buffer, at: number, match: FeedingMatch, { piece, rule, file }: MatchNumbers): number {
  buffer.writeDoubleLE(match.time ?? STANDING_TIME, at + AT.time);
  buffer.writeDoubleLE(match.offset, at + AT.offset);
  buffer.writeUInt32LE(piece, at + AT.piece);
  buffer.writeUInt32LE(match.line, at + AT.line);
  buffer.writeUInt32LE(rule, at + AT.rule);
  buffer.writeUInt32LE(file, at + AT.file);
  buffer.write(match.id, at + AT.id, ID_BYTES, 'hex');
  buffer.writeUInt32LE(match.values.length + 3, at + AT.values);
  let end = writeText(buffer, at + AT.end, match.host);
  end = writeText(buffer, end, match.request);
  end = writeText(buffer, end, match.modified);
  for (const value of match.values) end = writeText(buffer, end, value);
  buffer.writeUInt32LE(end - at, at + AT.length);
  return end;
}

function writeText(buffer: Buffer, at: number, text: string | undefined): number {
  const bytes = text === undefined ? 0 : buffer.write(text, at + LENGTH_BYTES, 'utf8');
  buffer.writeUInt32LE(text === undefined ? ABSENT : bytes, at);
  return at + LENGTH_BYTES + bytes;
}

/** Bytes of the match that begins here; `undefined` where not even that is in the buffer. */
export function matchBytes(buffer: Buffer, at: number): number | undefined {
  return at + LENGTH_BYTES > buffer.length ? undefined : buffer.readUInt32LE(at + AT.length);
}

export function readTime(buffer: Buffer, at: number): number {
  return buffer.readDoubleLE(at + AT.time);
}

export function readHead(buffer: Buffer, at: number): MatchHead {
  return {
    time: readTime(buffer, at),
    offset: buffer.readDoubleLE(at + AT.offset),
    piece: buffer.readUInt32LE(at + AT.piece),
    rule: buffer.readUInt32LE(at + AT.rule),
    file: buffer.readUInt32LE(at + AT.file),
  };
}

/** What findings say of a match, and correlations do not ask for. */
export function readPlace(buffer: Buffer, at: number): { readonly id: string; readonly line: number } {
  return { id: buffer.toString('hex', at + AT.id, at + AT.values), line: buffer.readUInt32LE(at + AT.line) };
}

export interface MatchTexts {
  readonly host: string | undefined;
  readonly request: string | undefined;
  readonly modified: string | undefined;
  readonly values: readonly (string | undefined)[];
}

export function readTexts(buffer: Buffer, at: number): MatchTexts {
  const values: (string | undefined)[] = [];
  let next = at + AT.end;
  const read = (): string | undefined => {
    const bytes = buffer.readUInt32LE(next);
    const from = next + LENGTH_BYTES;
    next = bytes === ABSENT ? from : from + bytes;
    return bytes === ABSENT ? undefined : buffer.toString('utf8', from, next);
  };
  const host = read();
  const request = read();
  const modified = read();
  for (let left = buffer.readUInt32LE(at + AT.values) - 3; left > 0; left -= 1) values.push(read());
  return { host, request, modified, values };
}
