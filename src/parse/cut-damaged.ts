import type { Line } from '../model/line.ts';

/**
 * The pieces of a line between NULs, each with its own place in the file; with that of the line where bytes that are no text hide it.
 *
 * @param text of the line, without what stood in front of it
 * @param parted the same, with a NUL wherever it is to be cut
 * @param unitBytes of one code unit of the file's encoding
 */
export function cutDamaged(line: Line, text: string, parted: string, unitBytes: 1 | 2): Line[] {
  const lengthOf = (part: string): number => (unitBytes === 2 ? part.length * 2 : Buffer.byteLength(part));
  let offset = line.offset + lengthOf(line.text.slice(0, line.text.indexOf(text)));
  let isExact = true;
  return parted.split('\u0000').flatMap((piece) => {
    const at = offset;
    const place = isExact ? at : line.offset;
    isExact &&= !piece.includes('\uFFFD') || unitBytes === 2;
    offset += lengthOf(piece) + unitBytes;
    return piece.trim() === '' ? [] : [{ ...line, text: piece, offset: place }];
  });
}
