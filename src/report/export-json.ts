import { parse, v5 } from 'uuid';
import { escapeInJson } from './escape.ts';

/** Ids of what has none of its own are made of this and of what it is, so that every run says the same. */
const NAMESPACE = parse('6f2d1f0a-7c55-5d4e-9a39-0c1c3b1f5e21');

export function idOf(...facts: readonly string[]): string {
  return v5(JSON.stringify(facts), NAMESPACE);
}

/**
 * JSON for other programs: half characters, which damage leaves in logs and many readers of JSON refuse, stand as U+FFFD; what a terminal would obey
 * as an escape.
 */
export function exportJson(value: object): string {
  const json = JSON.stringify(value);
  return escapeInJson(json.includes(String.raw`\ud`) ? json.replaceAll(ESCAPE, (escape) => (escape[1] === 'u' ? '\uFFFD' : escape)) : json);
}

/** Escaped half characters, and what else is escaped by one character: a `\ud` behind an escaped `\` is none. */
const ESCAPE = /\\(?:ud[89a-f][0-9a-f]{2}|[^u])/g;

/** Left out where it is empty or not there. */
export function filled<Value>(name: string, value: Value | undefined): Readonly<Record<string, Value>> {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? {} : { [name]: value };
}
