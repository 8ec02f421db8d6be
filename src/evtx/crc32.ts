/** Of RFC 1952: how much the bits of each byte weigh. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The checksum of all the ranges one behind the other; `end` is behind the last byte. */
export function crc32(bytes: Uint8Array, ...ranges: readonly (readonly [start: number, end: number])[]): number {
  let value = -1;
  for (const [start, end] of ranges) {
    for (let at = start; at < end; at += 1) value = (TABLE[(value ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return (value ^ -1) >>> 0;
}
