import { crc32 } from 'node:zlib';
import { damaged } from './archive-error.ts';
import type { ByteReader } from './bytes.ts';
import { inflate } from './inflate.ts';

const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const FLAGS = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;
/** A name of a file, and what somebody said of it. */
const TEXT_BYTES = 65_536;

/**
 * What a gzip file holds, all its members one behind the other (RFC 1952). zlib's own reader would not say whether the last of them is whole.
 *
 * @throws {ArchiveError} behind all that can be read, when it is damaged
 */
export async function* gunzip(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (let isFirst = true; await readHeader(reader, isFirst); isFirst = false) {
    const member = inflate(reader);
    let crc = 0;
    let size = 0;
    try {
      for (;;) {
        const { value, done } = await member.next();
        if (done === true) {
          if (!value) throw damaged('truncated');
          break;
        }
        crc = crc32(value, crc);
        size = (size + value.length) % 2 ** 32;
        yield value;
      }
    } finally {
      await member.return(false);
    }
    const trailer = await reader.exactly(TRAILER_BYTES);
    if (trailer.length < TRAILER_BYTES) throw damaged('truncated');
    if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== size) throw damaged('checksum');
  }
}

/** @returns whether a member begins here; behind the last one zeros may stand, and whatever else was put there */
async function readHeader(reader: ByteReader, isFirst: boolean): Promise<boolean> {
  const header = await reader.exactly(HEADER_BYTES);
  const isMember = header[0] === 0x1f && header[1] === 0x8b && header[2] === 8;
  if (!isFirst && !isMember) {
    // A tape is filled up with zeros.
    if (header.every((byte) => byte === 0)) return false;
    throw damaged('corrupt');
  }
  if (header.length < HEADER_BYTES) throw damaged('truncated');
  if (!isMember) throw damaged('corrupt');
  const flags = header[3] ?? 0;
  if ((flags & FLAGS.extra) !== 0) {
    const length = await reader.exactly(2);
    if (length.length < 2) throw damaged('truncated');
    await reader.skip(length.readUInt16LE());
  }
  for (const text of [FLAGS.name, FLAGS.comment]) {
    if ((flags & text) === 0) continue;
    for (let length = 0, byte = await reader.exactly(1); byte[0] !== 0; byte = await reader.exactly(1)) {
      length += 1;
      if (byte.length === 0) throw damaged('truncated');
      if (length > TEXT_BYTES) throw damaged('corrupt');
    }
  }
  if ((flags & FLAGS.headerCrc) !== 0) await reader.skip(2);
  return true;
}
