/** So many letters may be other, missing or too many. */
const MOST_CHANGES = 2;

/** The word that somebody may have meant; `undefined` where none is near. */
export function nearest(written: string, words: readonly string[]): string | undefined {
  const rated = words.map((word) => ({ word, changes: changesBetween(written.toLowerCase(), word) }));
  const [best] = rated.toSorted((a, b) => a.changes - b.changes);
  return best !== undefined && best.changes <= Math.min(MOST_CHANGES, best.word.length - 1) ? best.word : undefined;
}

/** Letters to be changed, added, taken away or swapped with the next. */
function changesBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MOST_CHANGES) return Infinity;
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) {
    const above = rows[row - 1] ?? [];
    const own = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      own[column] = Math.min(
        (above[column] ?? 0) + 1,
        (own[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (rows[row - 2]?.[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    rows.push(own);
  }
  return rows.at(-1)?.at(-1) ?? Infinity;
}
