import type { TimePart } from '../model/rule.ts';

const DATE_TIME = /^(?:(\d{4})-(\d\d)-(\d\d))?(?:[T ]|$|(?=\d))(?:(\d\d):(\d\d)(?::\d\d(?:[.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Smallest and largest value of each part. */
export const TIME_PART_RANGES: Readonly<Record<TimePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
};

/** A part of a date, a time or both, in UTC; `undefined` where the text does not hold it. Weeks are those of ISO 8601. */
export function timePart(text: string, part: TimePart): number | undefined {
  const [whole, year, month, day, hour, minute, zone = 'Z'] = DATE_TIME.exec(text.trim()) ?? [];
  if (whole === undefined || whole === '') return undefined;
  if (part === 'hour' || part === 'minute' ? hour === undefined : year === undefined) return undefined;
  const time = new Date(`${year ?? '1970'}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:00${zone}`);
  if (Number.isNaN(time.getTime())) return undefined;
  switch (part) {
    case 'minute':
      return time.getUTCMinutes();
    case 'hour':
      return time.getUTCHours();
    case 'day':
      return time.getUTCDate();
    case 'week':
      return isoWeek(time);
    case 'month':
      return time.getUTCMonth() + 1;
    case 'year':
      return time.getUTCFullYear();
  }
}

/** The week that holds the date's Thursday, counted from the year's first. */
function isoWeek(date: Date): number {
  const thursday = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - ((date.getUTCDay() + 6) % 7) + 3);
  const yearStart = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday - yearStart) / 604_800_000);
}
