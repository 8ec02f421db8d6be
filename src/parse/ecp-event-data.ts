const ITEM = /^[A-Za-z0-9]{1,8}:([^=]*)=([\s\S]*)$/;

/**
 * Unpacks the EventData of an ECP log, already decoded from CSV: `TYPE:key=value` items parted by `;`. An item that holds `;` or `'` is
 * wrapped in `'`, with `'` doubled inside. A key that occurs again is joined to the first with a line end: nothing is hidden by repeating it.
 * A wrapped item that is torn ends with the text.
 */
export function decodeEventData(cell: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const item of items(cell)) {
    const [, key, value] = ITEM.exec(item) ?? [];
    if (key === undefined || value === undefined) continue;
    const earlier = values.get(key);
    values.set(key, earlier === undefined ? value : `${earlier}\n${value}`);
  }
  return values;
}

function* items(cell: string): Generator<string> {
  let at = 0;
  while (at < cell.length) {
    let item = '';
    if (cell[at] === "'") {
      const end = closingQuote(cell, at + 1);
      item = cell.slice(at + 1, end).replaceAll("''", "'");
      at = end + 1;
    }
    const semicolon = cell.indexOf(';', at);
    const end = semicolon === -1 ? cell.length : semicolon;
    yield item + cell.slice(at, end);
    at = end + 1;
  }
}

/** Index of the quote that ends a wrapped item beginning at `from`, or of the end of the text. */
function closingQuote(cell: string, from: number): number {
  let quote = cell.indexOf("'", from);
  while (quote !== -1 && cell[quote + 1] === "'") quote = cell.indexOf("'", quote + 2);
  return quote === -1 ? cell.length : quote;
}
