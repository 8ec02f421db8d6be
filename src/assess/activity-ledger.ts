import { BIN_MS, BINS_A_DAY, BINS_AN_HOUR, type Activity, type TenMinutes } from '../model/activity.ts';

/** Sixteen years. Of logs with more, which only a hostile one has, none are kept, so that the order of reading does not matter. */
const MOST_DAYS = 6_000;

/** Counts the records of a log by tens of minutes. */
export class ActivityLedger {
  readonly #most: number;
  readonly #days = new Map<number, Uint32Array>();
  #isOverfull = false;
  #firstHour = Number.NaN;
  #lastHour = Number.NaN;
  #leaps = 0;
  #leap: Activity['leap'];
  /** Most records are of the same ten minutes as the one above. */
  #bin = Number.NaN;
  #records = 0;

  /** @param most another figure for tests */
  constructor(most = MOST_DAYS) {
    this.#most = most;
  }

  /** @param time milliseconds since 1970 */
  add(time: number): void {
    const bin = Math.floor(time / BIN_MS);
    if (bin !== this.#bin) this.#flush();
    this.#bin = bin;
    this.#records += 1;
  }

  /** @param counted in the order of the lines, as far as the hour goes */
  addCounted(counted: readonly TenMinutes[]): void {
    this.#flush();
    for (const { bin, records } of counted) this.#count(bin, records);
  }

  /** Adds what was counted behind this in the same file. */
  addNext({ days, isOverfull, firstHour, lastHour, leaps, leap }: Activity): void {
    this.#flush();
    this.#goTo(firstHour);
    this.#lastHour = Number.isNaN(lastHour) ? this.#lastHour : lastHour;
    this.#leaps += leaps;
    this.#leap ??= leap;
    this.addDays({ days, isOverfull });
  }

  /** Adds what was counted in another file, whose lines are in no order with these. */
  addDays({ days, isOverfull }: Pick<Activity, 'days' | 'isOverfull'>): void {
    for (const [day, counts] of days) {
      const own = this.#dayOf(day);
      for (let index = 0; index < BINS_A_DAY; index += 1) own[index] = (own[index] ?? 0) + (counts[index] ?? 0);
    }
    if (isOverfull) this.#overfill();
  }

  get activity(): Activity {
    this.#flush();
    return {
      days: this.#days,
      isOverfull: this.#isOverfull,
      firstHour: this.#firstHour,
      lastHour: this.#lastHour,
      leaps: this.#leaps,
      ...(this.#leap !== undefined && { leap: this.#leap }),
    };
  }

  #flush(): void {
    if (this.#records > 0) this.#count(this.#bin, this.#records);
    this.#records = 0;
    this.#bin = Number.NaN;
  }

  #count(bin: number, records: number): void {
    this.#goTo(Math.floor(bin / BINS_AN_HOUR));
    const day = Math.floor(bin / BINS_A_DAY);
    const counts = this.#dayOf(day);
    const index = bin - day * BINS_A_DAY;
    counts[index] = (counts[index] ?? 0) + records;
  }

  #goTo(hour: number): void {
    if (Number.isNaN(hour)) return;
    if (Number.isNaN(this.#firstHour)) this.#firstHour = hour;
    if (hour < this.#lastHour - 1) {
      this.#leaps += 1;
      this.#leap ??= { from: this.#lastHour, to: hour };
    }
    this.#lastHour = hour;
  }

  #dayOf(day: number): Uint32Array {
    const known = this.#days.get(day) ?? new Uint32Array(BINS_A_DAY);
    if (this.#isOverfull) return known;
    this.#days.set(day, known);
    if (this.#days.size > this.#most) this.#overfill();
    return known;
  }

  #overfill(): void {
    this.#isOverfull = true;
    this.#days.clear();
  }
}
