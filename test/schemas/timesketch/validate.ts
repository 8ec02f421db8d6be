import { parse } from 'csv-parse/sync';

/** Scrubbed by the importer. */
const RESERVED = new Set(['_id', '_type', '_index', '_source', '__ts_timeline_id']);
const MANDATORY = ['message', 'datetime', 'timestamp_desc'];
const VALUE_BYTES = 32_766;

/** What Timesketch's importer would refuse, drop or lose of JSON Lines. */
export function timesketchErrors(text: string): string[] {
  if (!text.endsWith('\n')) return ['the last line has no end'];
  return text
    .slice(0, -1)
    .split('\n')
    .flatMap((line, index) => {
      const event: unknown = JSON.parse(line);
      if (typeof event !== 'object' || event === null || Array.isArray(event)) return [`line ${index + 1}: is no object`];
      const { tag, timestamp } = event as { readonly tag?: unknown; readonly timestamp?: unknown; readonly datetime?: unknown };
      const errors = eventErrors(event as Readonly<Record<string, unknown>>);
      if (!Array.isArray(tag) || !tag.every((each) => typeof each === 'string' && each !== '')) errors.push('tag is no list of texts');
      // Of JSON Lines it is kept unchecked: it has to be right.
      if (timestamp !== Date.parse(String((event as Readonly<Record<string, unknown>>)['datetime'])) * 1000)
        errors.push('timestamp is not datetime in microseconds');
      return errors.map((error) => `line ${index + 1}: ${error}`);
    });
}

/** The same of CSV. */
export function timesketchCsvErrors(text: string): string[] {
  if (text.codePointAt(0) === 0xfeff) return ['a byte order mark becomes part of the first name'];
  if (text.includes('\u0000')) return ['NUL ends a file for the importer'];
  const [header = [], ...rows] = parse(text);
  const errors = MANDATORY.filter((name) => !header.includes(name)).map((name) => `the header lacks ${name}`);
  if (new Set(header).size !== header.length) errors.push('a column stands there twice');
  return [
    ...errors,
    ...rows.flatMap((cells, index) => {
      const event = Object.fromEntries(header.map((name, column) => [name, cells[column] ?? '']));
      const tag = event['tag'] ?? '';
      const wrong = eventErrors(event);
      if (/^\[|["']/.test(tag) || tag.split(',').some((each) => each.trim() === '')) wrong.push('tag is no list');
      return wrong.map((error) => `row ${index + 1}: ${error}`);
    }),
  ];
}

function eventErrors(event: Readonly<Record<string, unknown>>): string[] {
  const errors: string[] = [];
  for (const name of MANDATORY) if (typeof event[name] !== 'string' || event[name] === '') errors.push(`${name} is missing`);
  const datetime = String(event['datetime']);
  const year = Number(datetime.slice(0, 4));
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d$/.test(datetime) || Number.isNaN(Date.parse(datetime)))
    errors.push('datetime is no ISO 8601 with an offset');
  if (year < 1700 || year > 9999) errors.push('datetime is dropped');
  for (const [name, value] of Object.entries(event)) {
    if (RESERVED.has(name) || name !== name.toLowerCase()) errors.push(`${name} is a name that the importer does not keep`);
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) errors.push(`${name} is no value`);
    if (typeof value === 'string' && Buffer.byteLength(value) > VALUE_BYTES) errors.push(`${name} is too long to be filtered by`);
  }
  return errors;
}
