/** What the kernel sees of a hash at first. */
const INDEXES = 65_536;

/** Four bytes of a text, folded as the kernel folds them. */
export function groupAt(text: string, offset: number): number {
  const code = (index: number): number => text.charCodeAt(offset + index);
  return (code(0) | (code(1) << 8) | (code(2) << 16) | (code(3) << 24) | 0x20202020) >>> 0;
}

export function hashOf(group: number): number {
  return Math.imul(group, 0x9e3779b1) >>> 0;
}

/** Tells how often a group of four bytes stands in a text, at the most, by its hash. */
export function countGroups(text: string): (hash: number) => number {
  const counts = new Uint32Array(INDEXES);
  for (let offset = 0; offset + 4 <= text.length; offset += 1) {
    const index = hashOf(groupAt(text, offset)) >>> 16;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return (hash) => counts[hash >>> 16] ?? 0;
}
