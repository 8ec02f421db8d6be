import { textAt, type Json, type JsonObject } from './json.ts';

/** Of lists, so many at most. */
const MOST_ELEMENTS = 10;
/** Ids are not cut: they are what finds the whole record. */
export const LONGEST_ID = 64;

/**
 * A record without its log line, with short texts and lists, marked by `cut`: what does not fit is left out, not torn.
 *
 * @param most characters of a text
 */
export function essentialsOf(record: JsonObject, most: number): JsonObject {
  const rest = Object.fromEntries(Object.entries(record).filter(([key]) => key !== 'event' && key !== 'correlation'));
  return { ...shortenObject(rest, most), cut: true };
}

/** The least that tells which record is meant; less than a kilobyte. */
export function bareOf(record: JsonObject): JsonObject {
  const plain = (text: string | undefined): string => (text ?? '').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_ID);
  return {
    schema: plain(textAt(record, 'schema')),
    record: plain(textAt(record, 'record')),
    id: plain(textAt(record, 'id')),
    rule: { id: plain(textAt(record, 'rule', 'id')), level: plain(textAt(record, 'rule', 'level')) },
    cut: true,
  };
}

function shortenObject(object: JsonObject, most: number): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      const isId = (key === 'id' || key === '@timestamp') && typeof value === 'string' && value.length <= LONGEST_ID;
      return [key, isId ? value : shorten(value, most)];
    }),
  );
}

function shorten(value: Json, most: number): Json {
  if (typeof value === 'string') return cutText(value, most);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.slice(0, MOST_ELEMENTS).map((each) => shorten(each, most));
  return shortenObject(value, most);
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

/** By whole characters, with a mark. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = Array.from(text.slice(0, 2 * most));
  return characters.length <= most && text.length <= 2 * most ? text : `${characters.slice(0, most).join('')}…`;
}
