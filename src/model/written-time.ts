const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Reads a time that a person wrote: ISO 8601, UTC unless it has an offset. A date alone is its first millisecond for `from`, its last for `to`; a
 * minute or second alone likewise. `undefined` for what is no time.
 */
export function readWrittenTime(text: string, end: 'from' | 'to'): number | undefined {
  const [, date, minute, second, zone = 'Z'] = TIME.exec(text.trim()) ?? [];
  const start = Date.parse(`${date ?? ''}T${minute ?? '00:00'}${second ?? ':00'}${zone}`);
  // The thirtieth of February would become the second of March.
  const isDate = date !== undefined && new Date(`${date}T00:00:00Z`).getUTCDate() === Number(date.slice(-2));
  if (!isDate || Number.isNaN(start)) return undefined;
  if (end === 'from') return start;
  if (minute === undefined) return start + 86_400_000 - 1;
  if (second === undefined) return start + 60_000 - 1;
  return second.includes('.') ? start : start + 999;
}
