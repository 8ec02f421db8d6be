const DATE = /^(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ]+(\d\d):(\d\d)(?::(\d\d)([.,]\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?$/i;
const EPOCH = /^\d{9,13}(?:\.\d+)?$/;
const DAY_MS = 86_400_000;

/**
 * Reads when an indicator was first or last seen: ISO 8601, UTC unless it has an offset, or seconds or milliseconds since 1970. A day alone is
 * its first millisecond for `first`, its last for `last`; a minute or second alone likewise. `undefined` for anything else: who can tell
 * 03/04/2021.
 */
export function parseSeen(text: string, end: 'first' | 'last'): number | undefined {
  if (EPOCH.test(text)) return Math.floor(Number(text) * (text.split('.', 1)[0]?.length === 13 ? 1 : 1_000));
  const [, year = '', month = '', day = '', hour, minute = '0', second, fraction, zone] = DATE.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute), Number(second ?? 0)));
  // The thirtieth of February would become the second of March, and 24:00 the next day.
  if (year === '' || date.getUTCDate() !== Number(day) || date.getUTCMinutes() !== Number(minute)) return undefined;
  const start = date.getTime() + Number((fraction ?? '').slice(1, 4).padEnd(3, '0')) - offsetOf(zone);
  if (end === 'first' || fraction !== undefined) return start;
  return start + (hour === undefined ? DAY_MS : second === undefined ? 60_000 : 1_000) - 1;
}

/** Milliseconds that a clock with this offset is ahead. */
function offsetOf(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '') ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -60_000 : 60_000) * (Number(hours) * 60 + Number(minutes));
}
