const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(Z|[+-]\d\d:?\d\d)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d\d:\d\d:\d\d(?:\.\d{1,9})?$/;

export const DAY_MS = 86_400_000;

/** Milliseconds since 1970 of an ISO 8601 date and time; without an offset it is read as UTC. `undefined` when it is none. */
export function parseTimestamp(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, date = '', time = '', offset = 'Z'] = match;
  return finite(Date.parse(`${date}T${time.replace(',', '.')}${offset}`));
}

export function isDate(text: string): boolean {
  return DATE.test(text);
}

export function isTime(text: string): boolean {
  return TIME.test(text);
}

/** Milliseconds since 1970 of a W3C `date` and `time` (UTC). */
export function parseDateAndTime(date: string, time: string): number | undefined {
  return DATE.test(date) && TIME.test(time) ? finite(Date.parse(`${date}T${time}Z`)) : undefined;
}

function finite(time: number): number | undefined {
  return Number.isNaN(time) ? undefined : time;
}
