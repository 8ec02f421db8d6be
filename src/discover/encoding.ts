import type { Encoding } from '../model/log-file.ts';

/** The encoding of a file by its first bytes: its byte order mark, or the zero bytes of UTF-16 text that lost it. */
export function sniffEncoding(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const pairs = Math.min(head.length >> 1, 256);
  let evenZeros = 0;
  let oddZeros = 0;
  for (let index = 0; index < pairs; index += 1) {
    if (head[2 * index] === 0) evenZeros += 1;
    if (head[2 * index + 1] === 0) oddZeros += 1;
  }
  // Log text is nearly all ASCII: one byte of each pair is zero, the other is not.
  if (pairs >= 8 && oddZeros > pairs * 0.9 && evenZeros === 0) return 'utf-16le';
  if (pairs >= 8 && evenZeros > pairs * 0.9 && oddZeros === 0) return 'utf-16be';
  return 'utf-8';
}

/** Whether bytes of a file that no log type claims are text at all. */
export function looksLikeText(head: Uint8Array, encoding: Encoding): boolean {
  if (encoding !== 'utf-8') return true;
  const control = head.reduce((count, byte) => (byte < 0x09 || (byte > 0x0d && byte < 0x20) ? count + 1 : count), 0);
  return control * 50 <= head.length;
}

/** What macOS puts beside each file of a copy, under the file's own name with `._` in front. */
const APPLE_DOUBLE = [0x00, 0x05, 0x16, 0x07];

/** A file that may be called like a log and is none. */
export function isForeignBinary(head: Uint8Array): boolean {
  return APPLE_DOUBLE.every((byte, index) => head[index] === byte);
}
