// Little-endian; what lies behind the end of the bytes counts as zero.

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

export function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}

/** As text: numbers of 64 bits are more than a double holds. */
export function u64Text(bytes: Uint8Array, at: number): string {
  const high = u32(bytes, at + 4);
  return high < 0x20_0000 ? String(high * 0x1_0000_0000 + u32(bytes, at)) : String(u64(bytes, at));
}

export function u64(bytes: Uint8Array, at: number): bigint {
  return (BigInt(u32(bytes, at + 4)) << 32n) | BigInt(u32(bytes, at));
}

/** A FILETIME (a tenth of a microsecond since 1601) as milliseconds since 1970, and the tenths of a microsecond that are left. */
export function fileTime(bytes: Uint8Array, at: number): { readonly ms: number; readonly rest: number } {
  const high = u32(bytes, at + 4);
  // 2^32 is 429,496 milliseconds and 7,296 tenths of a microsecond: no product is more than a double holds.
  const small = high * 7_296 + u32(bytes, at);
  const ms = Math.floor(small / 10_000);
  return { ms: high * 429_496 + ms - 11_644_473_600_000, rest: small - ms * 10_000 };
}
