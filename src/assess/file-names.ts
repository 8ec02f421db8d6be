/** What the name of a log file says of its place in a rotation. */
export interface FileStamp {
  /** The series that the file belongs to: all of the name but date and number. */
  readonly series: string;
  /** How often the log begins a new file; `undefined` where the name holds no date. */
  readonly every: 'hour' | 'day' | undefined;
  /** Hours or days since 1970. */
  readonly unit: number;
  /** Of several files of the same time, from 1. */
  readonly number: number | undefined;
  /** The name of another file of the series. */
  readonly name: (unit: number, number: number | undefined) => string;
}

const HOUR_MS = 3_600_000;
export const UNIT_MS = { hour: HOUR_MS, day: 24 * HOUR_MS } as const;

/** `HttpProxy_2021030306-1.LOG`, `ECPServer20210303-2.LOG`: Exchange's own. */
const EXCHANGE = /^(.*?\D)(\d{4})(\d\d)(\d\d)(\d\d)?-(\d{1,4})(\.log)$/i;
/** `u_ex210303.log`, `u_ex21030306_x.log`; also of IIS's own format, NCSA's and older servers. */
const IIS = /^(u_(?:ex|in|nc)|ex|in|nc)(\d\d)(\d\d)(\d\d)(\d\d)?((?:_x)?\.log)$/i;
/** `httperr12.log`, `u_extend3.log`: by size alone. */
const NUMBERED = /^(httperr|u_extend|extend)(\d{1,6})(\.log)$/i;

/** @param name without its folders */
export function readFileName(name: string): FileStamp | undefined {
  const [, before = '', year, month, day, hour, number, after = ''] = EXCHANGE.exec(name) ?? [];
  if (year !== undefined) return dated({ before, century: year.slice(0, 2), date: [year.slice(2), month, day, hour], number, after });
  const [, start = '', ...rest] = IIS.exec(name) ?? [];
  if (rest.length > 0) return dated({ before: start, century: '', date: rest.slice(0, 4), number: undefined, after: rest[4] ?? '' });
  const [, prefix, count, suffix = ''] = NUMBERED.exec(name) ?? [];
  if (prefix === undefined) return undefined;
  const series = `${prefix}*${suffix}`.toLowerCase();
  return { series, every: undefined, unit: 0, number: Number(count), name: (_, other = 0) => `${prefix}${other}${suffix}` };
}

interface DatedName {
  readonly before: string;
  /** Empty where years have two digits. */
  readonly century: string;
  readonly date: readonly (string | undefined)[];
  readonly number: string | undefined;
  readonly after: string;
}

function dated({ before, century, date: [year, month, day, hour], number, after }: DatedName): FileStamp | undefined {
  const every = hour === undefined ? 'day' : 'hour';
  const text = `${century || '20'}${year}-${month}-${day}T${hour ?? '00'}:00:00Z`;
  const time = Date.parse(text);
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text.slice(0, 13))) return undefined;
  const digits = (unit: number): string => {
    const all = new Date(unit * UNIT_MS[every]).toISOString().replaceAll(/\D/g, '');
    return all.slice(century === '' ? 2 : 0, every === 'day' ? 8 : 10);
  };
  return {
    series: `${before}*${number === undefined ? '' : '-*'}${after} ${every}`.toLowerCase(),
    every,
    unit: time / UNIT_MS[every],
    number: number === undefined ? undefined : Number(number),
    name: (unit, other) => `${before}${digits(unit)}${other === undefined ? '' : `-${other}`}${after}`,
  };
}
