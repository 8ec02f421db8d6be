import type { Problem } from '../model/diagnostic.ts';
import type { Indicator, IndicatorAccount, IndicatorKind } from '../model/indicator.ts';
import { LEVELS, type Level } from '../model/rule.ts';
import { addressKey, networkKey } from '../sigma/address-map.ts';
import { fold } from '../sigma/fold.ts';
import { classify, USUAL_LEVELS } from './classify.ts';
import type { EntryListener, EntryPlace, RawEntry } from './raw-entry.ts';
import { parseSeen } from './seen.ts';

export type Report = (problem: Problem, lineNumber?: number) => void;

/** More of one list are not taken. */
const MOST_INDICATORS = 1_000_000;
/** What has more that cannot be understood is no list. */
const MOST_BROKEN = 100_000;
const KNOWN_DATES = 1_000;
/** Of what a list says of an entry, and of an entry that cannot be understood, so much is kept. */
const LONGEST_WORDS = 300;

export class TooManyBrokenError extends Error {
  override readonly message = `more than ${MOST_BROKEN} of its entries cannot be understood, and the rest was not read`;
}

/** Makes indicators of entries, each value once. */
export class Collector implements EntryListener {
  readonly #report: Report;
  readonly #indicators = new Map<string | number, Indicator>();
  readonly #notApplicable = new Map<string, number>();
  /** The same days are named again and again. */
  readonly #dates = new Map<string, number>();
  #duplicates = 0;
  #broken = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  get indicators(): Indicator[] {
    return [...this.#indicators.values()];
  }

  get account(): IndicatorAccount {
    const kinds: Partial<Record<IndicatorKind, number>> = {};
    for (const { kind } of this.#indicators.values()) kinds[kind] = (kinds[kind] ?? 0) + 1;
    return { kinds, duplicates: this.#duplicates, notApplicable: Object.fromEntries(this.#notApplicable), broken: this.#broken };
  }

  readonly onEntry = (entry: RawEntry): void => {
    const classified = classify(entry.value, entry.type);
    if (classified.kind === 'not-applicable') this.onNotApplicable(classified.what);
    else if (classified.kind === 'invalid') this.onBroken(entry.value, classified.reason, entry.at);
    else {
      const level = entry.level === undefined && entry.isContext === undefined ? classified.level : this.#levelOf(entry, classified.level);
      for (const value of classified.values) this.#add(this.#create(entry, { kind: classified.kind, value, level }));
    }
  };

  readonly onAddress = (value: string, number: number, lineNumber: number): void => {
    this.#addAs(number | 0, { kind: 'address', value, level: USUAL_LEVELS.address, lineNumber });
  };

  readonly onBroken = (value: string, reason: string, { lineNumber, object }: EntryPlace): void => {
    if (this.#broken === MOST_BROKEN) throw new TooManyBrokenError();
    this.#broken += 1;
    const text = shortened(value);
    this.#report({ code: 'INDICATOR_INVALID', text, reason, ...(object !== undefined && { object }) }, lineNumber);
  };

  readonly onNotApplicable = (what: string): void => {
    this.#notApplicable.set(what, (this.#notApplicable.get(what) ?? 0) + 1);
  };

  #add(indicator: Indicator): void {
    this.#addAs(keyOf(indicator), indicator);
  }

  #addAs(key: string | number, indicator: Indicator): void {
    const other = this.#indicators.get(key);
    if (other !== undefined) {
      this.#duplicates += 1;
      this.#indicators.set(key, merge(other, indicator));
    } else if (this.#indicators.size < MOST_INDICATORS) this.#indicators.set(key, indicator);
    else if (this.#indicators.size === MOST_INDICATORS) {
      this.#broken += 1;
      this.#report({ code: 'INDICATOR_TOO_MANY', limit: MOST_INDICATORS }, indicator.lineNumber);
    }
  }

  /** Adds what the entry says of the value. */
  #create(
    { description, source, firstSeen, lastSeen, at }: RawEntry,
    indicator: { -readonly [Key in keyof Indicator]: Indicator[Key] },
  ): Indicator {
    if (at.lineNumber !== undefined) indicator.lineNumber = at.lineNumber;
    if (description !== undefined) indicator.description = shortened(description);
    if (source !== undefined) indicator.source = shortened(source);
    const from = firstSeen === undefined ? undefined : this.#dateOf(firstSeen, 'first', at);
    const to = lastSeen === undefined ? undefined : this.#dateOf(lastSeen, 'last', at);
    if (from !== undefined && to !== undefined && from > to) this.#reportDate(`${firstSeen ?? ''} to ${lastSeen ?? ''}`, at);
    else {
      if (from !== undefined) indicator.firstSeen = from;
      if (to !== undefined) indicator.lastSeen = to;
    }
    return indicator;
  }

  #dateOf(text: string, end: 'first' | 'last', at: EntryPlace): number | undefined {
    const key = `${end}${text}`;
    const known = this.#dates.get(key);
    if (known !== undefined) return known;
    const trimmed = text.trim();
    if (/^(?:|-|none|null|n\/?a|never)$/i.test(trimmed)) return undefined;
    const time = parseSeen(trimmed, end);
    if (time === undefined) this.#reportDate(trimmed, at);
    else if (this.#dates.size < KNOWN_DATES) this.#dates.set(key, time);
    return time;
  }

  #reportDate(text: string, { lineNumber, object }: EntryPlace): void {
    this.#report({ code: 'INDICATOR_DATE', text: shortened(text), ...(object !== undefined && { object }) }, lineNumber);
  }

  #levelOf({ level, isContext, at }: RawEntry, usual: Level): Level {
    if (isContext === true) return 'informational';
    if (level === undefined) return usual;
    const word = level.trim().toLowerCase();
    const own = LEVELS.find((each) => each === word) ?? LEVEL_WORDS.get(word);
    if (own === undefined && !/^[\d.%]*$/.test(word)) {
      const { lineNumber, object } = at;
      this.#report({ code: 'INDICATOR_LEVEL', text: shortened(level), ...(object !== undefined && { object }) }, lineNumber);
    }
    return own ?? usual;
  }
}

/** Other words for levels. A figure says nothing without its scale. */
const LEVEL_WORDS: ReadonlyMap<string, Level> = new Map([
  ['info', 'informational'],
  ['information', 'informational'],
  ['minor', 'low'],
  ['moderate', 'medium'],
  ['major', 'high'],
  ['severe', 'critical'],
]);

/** The same for what is the same to a log: addresses in any spelling, and names on Windows, which have no case. */
function keyOf({ kind, value }: Indicator): string | number {
  if (kind === 'address') {
    const key = addressKey(value) ?? value;
    // With a sign: V8 keeps such a number without an object of its own.
    return typeof key === 'number' ? key | 0 : key;
  }
  return kind === 'network' ? `network\n${networkKey(value)?.join('/') ?? value}` : `${kind}\n${fold(value)}`;
}

/** Of two entries of one value: the dates that hold those of both, the higher level, and the words of both. */
function merge(a: Indicator, b: Indicator): Indicator {
  const first = Math.min(a.firstSeen ?? Infinity, b.firstSeen ?? Infinity);
  const last = Math.max(a.lastSeen ?? -Infinity, b.lastSeen ?? -Infinity);
  const description = join(a.description, b.description);
  const source = join(a.source, b.source);
  return {
    kind: a.kind,
    value: a.value,
    level: LEVELS.indexOf(a.level) >= LEVELS.indexOf(b.level) ? a.level : b.level,
    ...(a.lineNumber !== undefined && { lineNumber: a.lineNumber }),
    ...(first !== Infinity && { firstSeen: first }),
    ...(last !== -Infinity && { lastSeen: last }),
    ...(description !== undefined && { description }),
    ...(source !== undefined && { source }),
  };
}

function join(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.includes(b) ? a : shortened(`${a}; ${b}`);
}

function shortened(text: string): string {
  const plain = text.trim();
  return plain.length > LONGEST_WORDS ? `${plain.slice(0, LONGEST_WORDS)}…` : plain;
}
