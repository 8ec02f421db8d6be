/** Of runs that are each in order, all in order; of equal ones the earlier run's first. */
export function* mergeRuns<Item>(runs: readonly Iterator<Item>[], compare: (a: Item, b: Item) => number): Generator<Item> {
  const heads = runs.flatMap((run, index): Head<Item>[] => {
    const { value, done } = run.next();
    return done === true ? [] : [{ item: value, run, index }];
  });
  const order = (a: Head<Item>, b: Head<Item>): number => compare(a.item, b.item) || a.index - b.index;
  // The first stands last, where it is taken away for nothing.
  heads.sort((a, b) => order(b, a));
  for (let first = heads.at(-1); first !== undefined; first = heads.at(-1)) {
    yield first.item;
    const { value, done } = first.run.next();
    if (done === true) {
      heads.pop();
      continue;
    }
    first.item = value;
    const second = heads.at(-2);
    // Logs are mostly in order: what comes next is mostly of the same run.
    if (second === undefined || order(first, second) < 0) continue;
    heads.pop();
    heads.splice(placeOf(heads, first, order), 0, first);
  }
}

interface Head<Item> {
  item: Item;
  readonly run: Iterator<Item>;
  readonly index: number;
}

/** Where a head belongs among those that are sorted, the last first; found by halving. */
function placeOf<Item>(heads: readonly Head<Item>[], head: Head<Item>, order: (a: Head<Item>, b: Head<Item>) => number): number {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = heads[middle];
    if (other !== undefined && order(other, head) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
