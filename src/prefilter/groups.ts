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

/** Two bytes of a text, folded. */
export function pairAt(text: string, offset: number): number {
  return (text.charCodeAt(offset) & 0xff) | ((text.charCodeAt(offset + 1) & 0xff) << 8) | 0x2020;
}

/** Tells how often a pair of bytes stands in a text. */
export function countPairs(text: string): (pair: number) => number {
  const counts = new Uint32Array(INDEXES);
  for (let offset = 0; offset + 2 <= text.length; offset += 1) {
    const pair = pairAt(text, offset);
    counts[pair] = (counts[pair] ?? 0) + 1;
  }
  return (pair) => counts[pair] ?? 0;
}
