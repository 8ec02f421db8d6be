import { DAY_MS, isDate, isTime, parseDateAndTime, parseTimestamp } from './time.ts';

/** Reads the time of the records below one header. */
export interface Clock {
  /** Milliseconds since 1970, UTC; `undefined` where the record has no time or none that can be read. */
  readonly read: (values: readonly (string | undefined)[]) => number | undefined;
  /** What stands where the time should be. */
  readonly text: (values: readonly (string | undefined)[]) => string;
}

/**
 * Makes the clocks of the files below one header.
 *
 * @param day the day of the last `#Date` line, for logs that write the time of day alone; such a log rolls over at midnight
 */
export type ClockMaker = (day: string | undefined) => Clock | undefined;

/** Of the columns of a header, looked through once. */
export function clockMaker(columns: readonly string[]): ClockMaker {
  const find = (...names: string[]): number => columns.findIndex((column) => names.includes(column.toLowerCase()));
  const date = find('date', 'date-local');
  const time = find('time', 'time-local');
  if (time !== -1 && date === -1) return (day) => timeOfDayClock(time, day);
  if (time !== -1) return always(dateAndTimeClock(date, time));
  const named = find('datetime', 'timestamp', 'date-time');
  // A renamed time column still comes first (observed in kinesis: MyTimeStamp).
  const index = named === -1 && /time|date/i.test(columns[0] ?? '') ? 0 : named;
  if (index === -1) return always(undefined);
  const text: Clock['text'] = (values) => values[index] ?? '';
  return always({ text, read: (values) => parseTimestamp(text(values)) });
}

function always(clock: Clock | undefined): ClockMaker {
  return () => clock;
}

function dateAndTimeClock(date: number, time: number): Clock {
  return {
    text: (values) => `${values[date] ?? ''} ${values[time] ?? ''}`.trim(),
    read: (values) => parseDateAndTime(values[date] ?? '', values[time] ?? ''),
  };
}

/** So long around midnight a line of the day before may come late. */
const MIDNIGHT_MS = 600_000;

function timeOfDayClock(time: number, firstDay: string | undefined): Clock {
  const first = firstDay === undefined || !isDate(firstDay) ? undefined : parseDateAndTime(firstDay, '00:00:00');
  let day = first;
  let last = 0;
  const text: Clock['text'] = (values) => values[time] ?? '';
  return {
    text,
    read: (values) => {
      if (first === undefined || day === undefined || !isTime(text(values))) return undefined;
      const timeOfDay = parseDateAndTime('1970-01-01', text(values)) ?? 0;
      // Half a day back is midnight; less is a log whose lines are a little out of order, and around midnight they are so in leaps.
      if (last - timeOfDay > DAY_MS / 2) day += DAY_MS;
      else if (day > first && last < MIDNIGHT_MS && timeOfDay > DAY_MS - MIDNIGHT_MS) day -= DAY_MS;
      last = timeOfDay;
      return day + timeOfDay;
    },
  };
}
