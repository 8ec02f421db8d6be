import type { RandomBytes } from './bytes.ts';

const HEADER = 0x04034b50;
const HEADER_BYTES = 30;
const SEARCH_BYTES = 1_048_576;
/** Behind the entries: their list, what comes in front of it, or its end. */
const ENDS: ReadonlySet<number> = new Set([0x02014b50, 0x06054b50, 0x06064b50, 0x08064b50]);
const FLAGS = { encrypted: 1, sizesBehind: 8, utf8: 0x800 } as const;
const METHODS: ReadonlySet<number> = new Set([0, 1, 6, 8, 9, 12, 14, 93, 95, 98, 99]);
const MOST_NAME_BYTES = 4_096;

/** What the header in front of an entry says. */
export interface LocalHeader {
  /** Where it is itself. */
  readonly at: number;
  readonly name: string;
  readonly isEncrypted: boolean;
  readonly method: number;
  /** Where its bytes begin. */
  readonly from: number;
  /** Behind its header, and as far as it goes; the sizes of what was written in one go stand behind it. */
  readonly bytes: number | undefined;
  readonly size: number | undefined;
  readonly crc: number | undefined;
}

/** The header in front of an entry; `undefined` where none is. */
export function readHeader(bytes: RandomBytes, at: number): LocalHeader | undefined {
  const header = bytes.read(at, HEADER_BYTES);
  if (header.length < HEADER_BYTES || header.readUInt32LE() !== HEADER) return undefined;
  const flags = header.readUInt16LE(6);
  const nameBytes = header.readUInt16LE(26);
  const extraBytes = header.readUInt16LE(28);
  const rest = bytes.read(at + HEADER_BYTES, nameBytes + extraBytes);
  const isBehind = (flags & FLAGS.sizesBehind) !== 0;
  const { packed, size } = readSizes(header, rest.subarray(nameBytes));
  return {
    at,
    name: rest.toString((flags & FLAGS.utf8) === 0 ? 'latin1' : 'utf8', 0, nameBytes),
    isEncrypted: (flags & FLAGS.encrypted) !== 0,
    method: header.readUInt16LE(8),
    from: at + HEADER_BYTES + nameBytes + extraBytes,
    ...(isBehind ? { bytes: undefined, size: undefined, crc: undefined } : { bytes: packed, size, crc: header.readUInt32LE(14) }),
  };
}

/** Of an entry of 4 GB and more, both stand in an extra field. */
function readSizes(header: Buffer, extra: Buffer): { readonly packed: number; readonly size: number } {
  const [packed, size] = [header.readUInt32LE(18), header.readUInt32LE(22)];
  if (packed !== 0xffffffff && size !== 0xffffffff) return { packed, size };
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1 || extra.readUInt16LE(at + 2) < 16 || at + 20 > extra.length) continue;
    return { size: Number(extra.readBigUInt64LE(at + 4)), packed: Number(extra.readBigUInt64LE(at + 12)) };
  }
  return { packed, size };
}

/**
 * The entries of a zip that has lost its list, from header to header. Where a header does not say how far its entry goes, the next header does: four bytes
 * that may stand in packed ones by chance, so what they begin has to look like a header.
 */
export function* walkHeaders(bytes: RandomBytes, start = 0, limit = bytes.size): Generator<LocalHeader & { readonly bytes: number }> {
  for (let at = findHeader(bytes, start, limit); at < limit;) {
    const header = readHeader(bytes, at);
    if (header === undefined) return;
    const told = header.from + (header.bytes ?? Infinity);
    const isFit = told >= bytes.size ? header.bytes !== undefined : isHeaderOrEnd(bytes, told);
    const end = isFit ? told : findHeader(bytes, header.from, bytes.size);
    yield { ...header, bytes: end - header.from };
    at = findHeader(bytes, end, limit);
  }
}

/** Where the next header is, or the end of all. */
function findHeader(bytes: RandomBytes, from: number, limit: number): number {
  for (let at = from; at < limit; at += SEARCH_BYTES) {
    // Some bytes more: a header may begin at the end of what is searched.
    const part = bytes.read(at, Math.min(SEARCH_BYTES, limit - at) + HEADER_BYTES);
    for (let found = part.indexOf('PK'); found !== -1 && found < SEARCH_BYTES; found = part.indexOf('PK', found + 1)) {
      if (at + found >= limit) return limit;
      if (isHeaderOrEnd(bytes, at + found)) return at + found;
    }
  }
  return limit;
}

function isHeaderOrEnd(bytes: RandomBytes, at: number): boolean {
  const header = bytes.read(at, HEADER_BYTES);
  if (header.length < 4) return false;
  return ENDS.has(header.readUInt32LE()) || (header.readUInt32LE() === HEADER && isPlausible(header));
}

function isPlausible(header: Buffer): boolean {
  if (header.length < HEADER_BYTES) return false;
  const nameBytes = header.readUInt16LE(26);
  return (header[4] ?? 0) <= 63 && METHODS.has(header.readUInt16LE(8)) && nameBytes > 0 && nameBytes <= MOST_NAME_BYTES;
}
