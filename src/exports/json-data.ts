import { UNNAMED, type WindowsEvent } from '../evtx/event.ts';
import { MOST_DEPTH } from '../evtx/limits.ts';
import { attribute, isObject, member, scalarText, type JsonObject } from './json-value.ts';

/** Gives an event what an object says; `false` where the object is of another shape. */
export type ShapeReader = (object: JsonObject, event: WindowsEvent) => boolean;

/** Data under the names of their members, however deep; `{"@Name": ..., "#text": ...}` and lists of them too. */
export function addData(value: unknown, event: WindowsEvent, name: string, depth: number): void {
  if (depth > MOST_DEPTH) return;
  if (Array.isArray(value)) {
    for (const each of value) addData(each, event, name, depth + 1);
    return;
  }
  if (!isObject(value)) {
    if (value !== null || name === UNNAMED) event.add(name, scalarText(value) ?? '');
    return;
  }
  const given = attribute(value, 'Name');
  const isDatum = name === UNNAMED && (given !== undefined || Object.hasOwn(value, '#text'));
  if (isDatum) {
    addData(member(value, '#text', '_text') ?? '', event, given ?? UNNAMED, depth + 1);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key === '#attributes' || key.startsWith('@') || key === 'xmlns') continue;
    addData(inner, event, key === '#text' ? name : /^Data(?:_\d{1,5}|\[\d{1,5}\])$/.test(key) ? UNNAMED : key, depth + 1);
  }
}

const LEVELS: ReadonlyMap<string, string> = new Map([
  ['logalways', '0'],
  ['critical', '1'],
  ['error', '2'],
  ['warning', '3'],
  ['information', '4'],
  ['info', '4'],
  ['informational', '4'],
  ['verbose', '5'],
]);

/** The number of a level that is written as a word; numbers stay. */
export function levelNumber(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (LEVELS.get(text.toLowerCase()) ?? text);
}

/** A time as programs write it, in ISO 8601: `/Date(1614752993030)/`, `2021-03-03 06:29:53.030 +00:00`. Without an offset it is UTC. */
export function isoTime(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, ticks] = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(text) ?? [];
  if (ticks !== undefined) return Math.abs(Number(ticks)) <= 8.64e15 ? new Date(Number(ticks)).toISOString() : undefined;
  return text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T').replace(/ (?=(?:Z|[+-]\d\d:?\d\d)$)/, '');
}
