/** A dictionary as far as the choice is concerned. Sets of rules have a bit for each. */
export interface Remembered {
  /** What one of its values rules out, of all that were met. */
  readonly rules: bigint;
  /** What the values of the lines of a sample leave. */
  readonly left: readonly bigint[];
}

export interface Asked {
  readonly dictionaries: readonly Remembered[];
  /** For each line of the sample, the rules that its cells begin as they should for. */
  readonly started: readonly bigint[];
  readonly all: bigint;
  /** Rules that want a cell to begin in some way. */
  readonly starting: bigint;
  /** For each region that literals may stand in, the rules that want one there. */
  readonly wanting: readonly bigint[];
  /** Of these, rules whose literals hardly any line has. */
  readonly rare: bigint;
}

// What it takes to look a value up, to see what cells begin with, and to search a region for literals: measured, one against another.
const LOOK_UP = 4;
const START = 1;
const SEARCH = 5;

/**
 * For each dictionary, the rules that its values are looked up for, the cheapest for the lines of a sample: a search for literals may be had
 * for less than one more value. Any choice is sound.
 */
export function chooseMasks(asked: Asked): readonly bigint[] {
  const masks = asked.dictionaries.map(({ rules }) => rules);
  let least = costOf(masks, asked);
  for (const [index, { rules }] of asked.dictionaries.entries()) {
    const others = masks.with(index, rules & ~asked.rare);
    const cost = costOf(others, asked);
    if (cost >= least) continue;
    least = cost;
    masks[index] = rules & ~asked.rare;
  }
  return masks;
}

/** As kernel.ts goes about it. */
function costOf(masks: readonly bigint[], { dictionaries, started, all, starting, wanting }: Asked): number {
  let cost = 0;
  for (const [line, start] of started.entries()) {
    let left = all;
    let isStarted = false;
    const askStarts = (): void => {
      if (isStarted) return;
      isStarted = true;
      if ((left & starting) !== 0n) cost += START;
      left &= start;
    };
    for (const [index, dictionary] of dictionaries.entries()) {
      if ((left & (masks[index] ?? 0n)) === 0n) continue;
      cost += LOOK_UP;
      left &= dictionary.left[line] ?? left;
      askStarts();
    }
    askStarts();
    for (const rules of wanting) if ((left & rules) !== 0n) cost += SEARCH;
  }
  return cost;
}
