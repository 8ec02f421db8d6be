const DATE = /^(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ]+(\d\d:\d\d)(:\d\d)?([.,]\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?$/i;
const EPOCH = /^\d{9,13}(?:\.\d+)?$/;
const DAY_MS = 86_400_000;

/**
 * Reads when an indicator was first or last seen: ISO 8601, UTC unless it has an offset, or seconds or milliseconds since 1970. A day alone is
 * its first millisecond for `first`, its last for `last`; a minute or second alone likewise. `undefined` for anything else: who can tell
 * 03/04/2021.
 */
export function parseSeen(text: string, end: 'first' | 'last'): number | undefined {
  if (EPOCH.test(text)) return Math.floor(Number(text) * (text.split('.', 1)[0]?.length === 13 ? 1 : 1_000));
  const [, year = '', month = '', day = '', minute, second = '', fraction, zone = 'Z'] = DATE.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // The thirtieth of February would become the second of March.
  if (Number.isNaN(midnight) || new Date(midnight).getUTCDate() !== Number(day)) return undefined;
  const milliseconds = fraction === undefined ? '' : `.${fraction.slice(1, 4).padEnd(3, '0')}`;
  const start = Date.parse(
    `${date}T${minute ?? '00:00'}${second || ':00'}${milliseconds}${/^utc$/i.test(zone) ? 'Z' : zone.toUpperCase()}`,
  );
  if (Number.isNaN(start)) return undefined;
  if (end === 'first') return start;
  if (minute === undefined) return start + DAY_MS - 1;
  if (second === '') return start + 59_999;
  return fraction === undefined ? start + 999 : start;
}
