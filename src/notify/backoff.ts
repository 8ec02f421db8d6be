const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** How long to wait before another try, doubling; a random half of it, so that many servers do not come back at once. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(30, failures - 1));
  return Math.round(whole / 2 + (random() * whole) / 2);
}

/** What `Retry-After` asks for (RFC 9110, 10.2.3): seconds, or a date; `undefined` where it is neither. */
export function retryAfterMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  if (/^\d{1,9}$/.test(trimmed)) return Number(trimmed) * 1_000;
  const time = /^[A-Za-z]/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}
