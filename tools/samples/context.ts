import type { Random } from './random.ts';
import type { Request } from './request.ts';
import { HOUR_MS, MAIL_HOST, type Server } from './server.ts';

export interface Context {
  readonly server: Server;
  readonly random: Random;
  /** Midnight; milliseconds since 1970. */
  readonly day: number;
}

/** How busy each hour of a day is, from midnight UTC on. */
const HOURS = [1, 1, 1, 1, 1, 2, 6, 14, 18, 18, 16, 14, 12, 16, 17, 15, 11, 7, 4, 3, 3, 2, 1, 1];
const BUSY_HOURS = HOURS.flatMap((weight, hour) => Array<number>(weight).fill(hour));

/** Some time of the day, more likely in office hours. */
export function workTime({ random, day }: Context): number {
  return day + random.pick(BUSY_HOURS) * HOUR_MS + random.integer(0, HOUR_MS - 1);
}

/** What all requests to the mail server have, before they are told apart. */
export function request({ random }: Context, facts: Partial<Request> & Pick<Request, 'time' | 'stem' | 'address' | 'userAgent'>): Request {
  return { host: MAIL_HOST, method: 'GET', status: 200, milliseconds: random.integer(3, 240), ...facts };
}

export function repeat(count: number, make: (index: number) => Request): Request[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
