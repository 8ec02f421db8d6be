import { parse, v5 } from 'uuid';
import { idOf } from './export-json.ts';

/** A STIX object before it is written. */
export type StixObject = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

/** Ids of observables are made in this namespace, by the standard, so that every producer says the same. */
const OBSERVABLES = parse('00abedb4-aa42-466c-9c01-fed23315a9b7');

/** What has no time of its own (a host, a rule, a technique) is of this one, so that each run says the same of it. */
export const TIMELESS = '2021-01-01T00:00:00.000Z';

/**
 * A cyber observable: its id follows from those of its properties that the standard names, as canonical JSON.
 *
 * @see STIX 2.1, section 2.9; RFC 8785
 */
export function observable(type: string, properties: Readonly<Record<string, unknown>>, naming: readonly string[]): StixObject {
  const named = Object.fromEntries(Object.entries(properties).filter(([name]) => naming.includes(name)));
  return { type, spec_version: '2.1', id: `${type}--${v5(canonical(named), OBSERVABLES)}`, ...properties };
}

/** A domain or relationship object; its id follows from its facts. */
export function object(type: string, facts: readonly string[], properties: Readonly<Record<string, unknown>>): StixObject {
  return { type, spec_version: '2.1', id: `${type}--${idOf(type, ...facts)}`, created: TIMELESS, modified: TIMELESS, ...properties };
}

/** JSON with its keys in order. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

/** Text in a STIX pattern. */
export function patternText(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
