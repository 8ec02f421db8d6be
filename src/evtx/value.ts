import { fileTime, u16, u32, u64, u64Text } from './numbers.ts';

/** The values that templates are filled with, by the numbers of their types. */
export const TYPE = {
  null: 0x00,
  text: 0x01,
  ansi: 0x02,
  sizeT: 0x10,
  sid: 0x13,
  binaryXml: 0x21,
  array: 0x80,
} as const;

type Read = (bytes: Buffer, at: number, size: number) => string;

/** How a value of each type is written, as Windows writes it in XML; a type that is not here is written as its bytes. */
const READERS: ReadonlyMap<number, Read> = new Map<number, Read>([
  [TYPE.null, () => ''],
  [TYPE.text, utf16],
  [TYPE.ansi, (bytes, at, size) => withoutEnd(bytes.toString('latin1', at, at + size))],
  [0x03, sized(1, (bytes, at) => String(((bytes[at] ?? 0) << 24) >> 24))],
  [0x04, sized(1, (bytes, at) => String(bytes[at] ?? 0))],
  [0x05, sized(2, (bytes, at) => String((u16(bytes, at) << 16) >> 16))],
  [0x06, sized(2, (bytes, at) => String(u16(bytes, at)))],
  [0x07, sized(4, (bytes, at) => String(u32(bytes, at) | 0))],
  [0x08, sized(4, (bytes, at) => String(u32(bytes, at)))],
  [0x09, sized(8, (bytes, at) => String(BigInt.asIntN(64, u64(bytes, at))))],
  [0x0a, sized(8, u64Text)],
  [0x0b, sized(4, (bytes, at) => String(Math.fround(bytes.readFloatLE(at))))],
  [0x0c, sized(8, (bytes, at) => String(bytes.readDoubleLE(at)))],
  // Of any size: some programs write a byte, and some more than the four that are right.
  [0x0d, (bytes, at, size) => String(bytes.subarray(at, at + size).some((byte) => byte !== 0))],
  [0x0e, hex],
  [0x0f, sized(16, guid)],
  [TYPE.sizeT, hexNumber],
  [0x11, sized(8, fileTimeText)],
  [0x12, sized(16, systemTime)],
  [TYPE.sid, sid],
  [0x14, hexNumber],
  [0x15, hexNumber],
  [0x20, hexNumber],
  [0x23, utf16],
]);

/** Bytes of one value of an array; those of text end with a zero, and SIDs tell their length. */
const ITEM_BYTES: ReadonlyMap<number, number> = new Map([
  [0x03, 1],
  [0x04, 1],
  [0x05, 2],
  [0x06, 2],
  [0x07, 4],
  [0x08, 4],
  [0x09, 8],
  [0x0a, 8],
  [0x0b, 4],
  [0x0c, 8],
  [0x0d, 4],
  [0x0f, 16],
  [0x11, 8],
  [0x12, 16],
  [0x14, 4],
  [0x15, 8],
]);

/** A value as text; an array of them as a list. `size` lies within the bytes. */
export function readValue(bytes: Buffer, at: number, size: number, type: number): string | string[] {
  const read = READERS.get(type & ~TYPE.array) ?? hex;
  return (type & TYPE.array) === 0 ? read(bytes, at, size) : readArray(bytes, at, size, type & ~TYPE.array);
}

/** Bytes of a value that is written without its size; 0 where nobody can say. */
export function fixedBytes(type: number): number {
  return ITEM_BYTES.get(type) ?? 0;
}

function readArray(bytes: Buffer, at: number, size: number, type: number): string[] {
  if (type === TYPE.text || type === TYPE.ansi) return texts(bytes, at, size, type);
  if (type === TYPE.sid) return sids(bytes, at, size);
  const read = READERS.get(type) ?? hex;
  const step = ITEM_BYTES.get(type) ?? (type === TYPE.sizeT && size % 8 === 0 ? 8 : 4);
  const count = Math.floor(size / step);
  const items = Array.from({ length: count }, (_, index) => read(bytes, at + index * step, step));
  return count * step === size ? items : [...items, hex(bytes, at + count * step, size - count * step)];
}

function texts(bytes: Buffer, at: number, size: number, type: number): string[] {
  const whole = type === TYPE.text ? bytes.toString('utf16le', at, at + size - (size % 2)) : bytes.toString('latin1', at, at + size);
  const items = whole.split('\u0000');
  if (items.at(-1) === '') items.pop();
  return items;
}

function sids(bytes: Buffer, at: number, size: number): string[] {
  const items: string[] = [];
  const end = at + size;
  for (let start = at; start < end;) {
    const length = Math.min(8 + 4 * (bytes[start + 1] ?? 0), end - start);
    items.push(sid(bytes, start, length));
    start += length;
  }
  return items;
}

export function utf16(bytes: Buffer, at: number, size: number): string {
  return withoutEnd(bytes.toString('utf16le', at, at + size - (size % 2)));
}

/** Some programs count the zero at the end as text. */
function withoutEnd(text: string): string {
  let { length } = text;
  while (length > 0 && text.charCodeAt(length - 1) === 0) length -= 1;
  return length === text.length ? text : text.slice(0, length);
}

/** A value of another size than its type has is written as its bytes. */
function sized(expected: number, read: (bytes: Buffer, at: number) => string): Read {
  return (bytes, at, size) => (size === expected ? read(bytes, at) : hex(bytes, at, size));
}

function hex(bytes: Buffer, at: number, size: number): string {
  return bytes.toString('hex', at, at + size).toUpperCase();
}

function hexNumber(bytes: Buffer, at: number, size: number): string {
  if (size === 4) return `0x${u32(bytes, at).toString(16)}`;
  return size === 8 ? `0x${u64(bytes, at).toString(16)}` : hex(bytes, at, size);
}

function guid(bytes: Buffer, at: number): string {
  const text = [
    u32(bytes, at).toString(16).padStart(8, '0'),
    u16(bytes, at + 4)
      .toString(16)
      .padStart(4, '0'),
    u16(bytes, at + 6)
      .toString(16)
      .padStart(4, '0'),
    bytes.toString('hex', at + 8, at + 10),
    bytes.toString('hex', at + 10, at + 16),
  ].join('-');
  return `{${text.toUpperCase()}}`;
}

function sid(bytes: Buffer, at: number, size: number): string {
  const count = bytes[at + 1] ?? 0;
  if (size < 8 || size < 8 + 4 * count) return hex(bytes, at, size);
  let authority = 0;
  for (let index = 2; index < 8; index += 1) authority = authority * 256 + (bytes[at + index] ?? 0);
  let text = `S-${bytes[at] ?? 0}-${authority}`;
  for (let index = 0; index < count; index += 1) text += `-${u32(bytes, at + 8 + 4 * index)}`;
  return text;
}

function fileTimeText(bytes: Buffer, at: number): string {
  const { ms, rest } = fileTime(bytes, at);
  const text = new Date(ms).toISOString();
  return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(4, '0')}Z`;
}

function systemTime(bytes: Buffer, at: number): string {
  const part = (index: number, digits: number): string => String(u16(bytes, at + 2 * index)).padStart(digits, '0');
  return `${part(0, 4)}-${part(1, 2)}-${part(3, 2)}T${part(4, 2)}:${part(5, 2)}:${part(6, 2)}.${part(7, 3)}Z`;
}
