import { BIN_MS, type Activity, type TenMinutes } from '../model/activity.ts';

/** Seven years and a half. Of logs with more, which only a hostile one has, none are kept, so that the order of reading does not matter. */
const MOST_BINS = 400_000;
const BINS_AN_HOUR = 6;

/** Counts the records of a log by tens of minutes. */
export class ActivityLedger {
  readonly #most: number;
  readonly #bins = new Map<number, number>();
  #isOverfull = false;
  #firstHour = Number.NaN;
  #lastHour = Number.NaN;
  #leaps = 0;
  #leap: Activity['leap'];
  /** Most records are of the same ten minutes as the one above. */
  #bin = Number.NaN;
  #records = 0;

  /** @param most another figure for tests */
  constructor(most = MOST_BINS) {
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
  addNext({ bins, isOverfull, firstHour, lastHour, leaps, leap }: Activity): void {
    this.#flush();
    this.#goTo(firstHour);
    this.#lastHour = Number.isNaN(lastHour) ? this.#lastHour : lastHour;
    this.#leaps += leaps;
    this.#leap ??= leap;
    this.addBins({ bins, isOverfull });
  }

  /** Adds what was counted in another file, whose lines are in no order with these. */
  addBins({ bins, isOverfull }: Pick<Activity, 'bins' | 'isOverfull'>): void {
    for (const [bin, records] of bins) this.#put(bin, records);
    if (isOverfull) this.#overfill();
  }

  get activity(): Activity {
    this.#flush();
    return {
      bins: this.#bins,
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
    this.#put(bin, records);
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

  #put(bin: number, records: number): void {
    if (this.#isOverfull) return;
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + records);
    if (this.#bins.size > this.#most) this.#overfill();
  }

  #overfill(): void {
    this.#isOverfull = true;
    this.#bins.clear();
  }
}
