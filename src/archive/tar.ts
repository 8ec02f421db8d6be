import { damaged } from './archive-error.ts';
import type { ByteReader } from './bytes.ts';

const BLOCK = 512;
/** Of a name or of extended headers. */
const MOST_TEXT_BYTES = 1_048_576;

/** What a tar archive says of one of its entries. */
export interface TarEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'special';
  /** What a link leads to. */
  readonly target: string;
  /** Where its bytes begin, and how many there are. */
  readonly from: number;
  readonly bytes: number;
}

/**
 * The entries of a tar archive in their order: POSIX with its extended headers, GNU's and the oldest form. Whoever takes an entry may read of it from the
 * same reader, no further than it goes. The known libraries hand out entries and not where they are, which reading them later needs.
 *
 * @throws {ArchiveError} behind all that can be read, when it ends too early or has blocks that are no headers where these should be
 */
export async function* walkTar(reader: ByteReader): AsyncGenerator<TarEntry> {
  let extended = new Map<string, string>();
  let isDamaged = false;
  let hasEnded = false;
  for (;;) {
    const header = await reader.exactly(BLOCK);
    if (header.length === 0) break;
    // Empty blocks end an archive; behind them another may begin, or go on what damage made a hole in.
    hasEnded = header.every((byte) => byte === 0);
    if (hasEnded) continue;
    if (header.length < BLOCK) throw damaged('truncated');
    const flag = String.fromCharCode(header[156] ?? 0);
    const declared = readNumber(header, 124, 12);
    if (!hasItsSum(header) || declared === Infinity) {
      isDamaged = true;
      continue;
    }
    if ('xgLK'.includes(flag)) {
      if (declared > MOST_TEXT_BYTES) throw damaged('corrupt');
      const text = await reader.exactly(declared);
      if (text.length < declared) throw damaged('truncated');
      await reader.skip(padding(declared));
      if (flag === 'x') extended = new Map([...extended, ...readExtended(text)]);
      else if (flag === 'L') extended.set('path', untilNul(text));
      else if (flag === 'K') extended.set('linkpath', untilNul(text));
      continue;
    }
    const size = extended.get('size');
    const bytes = size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : declared;
    const name = extended.get('GNU.sparse.name') ?? extended.get('path') ?? readName(header);
    const target = extended.get('linkpath') ?? untilNul(header.subarray(157, 257));
    extended = new Map();
    const from = reader.position;
    const kind = kindOf(flag, name);
    yield { name, kind, target, from, bytes: kind === 'file' ? bytes : 0 };
    // Links may declare what they lead to and hold nothing.
    const held = kind === 'link' || kind === 'folder' ? 0 : bytes;
    const end = from + held + padding(held);
    const missing = end - reader.position;
    if ((await reader.skip(missing)) < missing - padding(held)) throw damaged('truncated');
  }
  if (isDamaged) throw damaged('corrupt');
  if (!hasEnded) throw damaged('truncated');
}

function kindOf(flag: string, name: string): TarEntry['kind'] {
  if (flag === '5' || (flag === '\0' && name.endsWith('/'))) return 'folder';
  if (flag === '1' || flag === '2') return 'link';
  return flag === '0' || flag === '\0' || flag === '7' ? 'file' : 'special';
}

/** Whether the bytes are the beginning of a tar archive. */
export function isTar(head: Uint8Array): boolean {
  const header = Buffer.from(head.buffer, head.byteOffset, Math.min(BLOCK, head.byteLength));
  return header.length === BLOCK && header.some((byte) => byte !== 0) && hasItsSum(header) && readNumber(header, 148, 8) > 0;
}

/** The sum of all bytes of the header, those of the sum taken for blanks; old programs added them as signed. */
function hasItsSum(header: Buffer): boolean {
  let unsigned = 0;
  let signed = 0;
  for (const [index, byte] of header.entries()) {
    const value = index >= 148 && index < 156 ? 0x20 : byte;
    unsigned += value;
    signed += value > 127 ? value - 256 : value;
  }
  const sum = readNumber(header, 148, 8);
  return sum === unsigned || sum === signed;
}

/** Octal digits, or binary where the first bit is set. */
function readNumber(header: Buffer, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    return field[0] === 0x80 && Number.isSafeInteger(value) ? value : Infinity;
  }
  const [digits] = /[0-7]+/.exec(field.toString('latin1')) ?? ['0'];
  return Number.parseInt(digits, 8);
}

function readName(header: Buffer): string {
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? untilNul(header.subarray(345, 500)) : '';
  const name = untilNul(header.subarray(0, 100));
  return prefix === '' ? name : `${prefix}/${name}`;
}

function untilNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

/** `27 path=some/name\n`: a length, counting itself, a name and a value. */
function readExtended(text: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const blank = text.indexOf(0x20, at);
    const length = blank === -1 ? Number.NaN : Number(text.toString('latin1', at, blank));
    if (!Number.isInteger(length) || length <= blank - at) break;
    const record = text.toString('utf8', blank + 1, at + length - 1);
    const equals = record.indexOf('=');
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

function padding(bytes: number): number {
  return (BLOCK - (bytes % BLOCK)) % BLOCK;
}
