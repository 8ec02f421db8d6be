import type { TimePart } from '../model/rule.ts';

const DATE_TIME =
  /^(?:(\d{4})-(\d\d)-(\d\d))?(?:[Tt ]|$|(?=\d))(?:([01]\d|2[0-3]):([0-5]\d)(?::(?:[0-5]\d|60)(?:[.,]\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?$/;

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
  const [whole, year, month = '01', day = '01', hour = '00', minute = '00', zone = 'Z'] = DATE_TIME.exec(text.trim()) ?? [];
  if (whole === undefined || whole === '') return undefined;
  if (part === 'hour' || part === 'minute' ? !whole.includes(':') : year === undefined) return undefined;
  const date = new Date(`${year ?? '1970'}-${month}-${day}T00:00:00Z`);
  // The thirtieth of February would become the second of March.
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return undefined;
  const time = new Date(`${year ?? '1970'}-${month}-${day}T${hour}:${minute}:00${zone.toUpperCase()}`);
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
