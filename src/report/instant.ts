/** ISO 8601, UTC, as exhunt writes it; a report that another program made may hold anything. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

/** What stands for a time where a format asks for one and the log has none: nobody takes it for the time of an attack. */
export const NO_TIME = '1970-01-01T00:00:00.000Z';

/** @returns the time with milliseconds, or `undefined` where there is none that a calendar knows */
export function wholeTime(time: string | undefined): string | undefined {
  if (time === undefined || !TIME.test(time)) return undefined;
  const instant = Date.parse(time);
  return Number.isNaN(instant) ? undefined : new Date(instant).toISOString();
}

/** Milliseconds since 1970. */
export function instantOf(time: string | undefined): number | undefined {
  const whole = wholeTime(time);
  return whole === undefined ? undefined : Date.parse(whole);
}
