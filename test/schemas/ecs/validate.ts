import { isIP } from 'node:net';
import { EcsFlat } from '@elastic/ecs';

interface EcsField {
  readonly type: string;
  readonly normalize?: readonly string[];
  readonly allowed_values?: readonly { readonly name: string; readonly expected_event_types?: readonly string[] }[];
}

const FIELDS = EcsFlat as unknown as Readonly<Record<string, EcsField | undefined>>;

const isDate = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value));

/** What each type of Elasticsearch takes without being told to be lenient. */
const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  keyword: (value) => typeof value === 'string',
  wildcard: (value) => typeof value === 'string',
  constant_keyword: (value) => typeof value === 'string',
  match_only_text: (value) => typeof value === 'string',
  long: (value) => Number.isSafeInteger(value),
  float: (value) => typeof value === 'number',
  ip: (value) => typeof value === 'string' && isIP(value) > 0,
  date: isDate,
};

/** What of NDJSON for `_bulk` Elasticsearch, or the list of fields of ECS, would not take. */
export function ecsErrors(text: string): string[] {
  if (!text.endsWith('\n')) return ['the last line has no end'];
  const lines = text.slice(0, -1).split('\n');
  if (lines.length % 2 !== 0) return ['an action has no document'];
  const errors: string[] = [];
  const ids = new Set<string>();
  for (let index = 0; index < lines.length; index += 2) {
    const action = JSON.parse(lines[index] ?? '') as { readonly create?: Readonly<Record<string, unknown>> };
    const id = action.create?.['_id'];
    if (Object.keys(action).join() !== 'create' || typeof id !== 'string' || id === '' || Buffer.byteLength(id) > 512)
      errors.push(`line ${index + 1}: no action that _bulk knows`);
    if (typeof id === 'string' && ids.has(id)) errors.push(`line ${index + 1}: this id stood there before`);
    ids.add(String(id));
    const document: unknown = JSON.parse(lines[index + 1] ?? '');
    errors.push(...documentErrors(document as Readonly<Record<string, unknown>>).map((error) => `line ${index + 2}: ${error}`));
  }
  return errors;
}

function documentErrors(document: Readonly<Record<string, unknown>>): string[] {
  const errors: string[] = [];
  const flat = new Map(flatten(document, ''));
  for (const needed of ['@timestamp', 'ecs.version', 'event.kind', 'event.dataset'])
    if (!flat.has(needed)) errors.push(`${needed} is missing`);
  for (const [name, value] of flat) {
    if (/^labels\.[a-z_]+$/.test(name)) {
      if (typeof value !== 'string') errors.push(`${name} is no keyword`);
      continue;
    }
    const field = FIELDS[name];
    if (field === undefined) {
      errors.push(`${name} is no field of ECS`);
      continue;
    }
    const isList = field.normalize?.includes('array') === true;
    if (isList !== Array.isArray(value)) errors.push(`${name} ${isList ? 'has to be' : 'is not'} a list`);
    const takes = TYPES[field.type];
    for (const each of Array.isArray(value) ? value : [value]) {
      if (takes === undefined || !takes(each)) errors.push(`${name} is no ${field.type}: ${JSON.stringify(each)}`);
      const allowed = field.allowed_values ?? [];
      if (allowed.length > 0 && !allowed.some((one) => one.name === each)) errors.push(`${name} may not be ${String(each)}`);
    }
  }
  const categories = (flat.get('event.category') ?? []) as readonly string[];
  for (const category of categories)
    for (const type of (flat.get('event.type') ?? []) as readonly string[]) {
      const expected = FIELDS['event.category']?.allowed_values?.find(({ name }) => name === category)?.expected_event_types ?? [];
      if (!expected.includes(type)) errors.push(`event.type ${type} is not expected in ${category}`);
    }
  return errors;
}

/** Leaves by their names with dots. */
function flatten(value: Readonly<Record<string, unknown>>, prefix: string): [string, unknown][] {
  return Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    const name = `${prefix}${key}`;
    const isBranch = typeof member === 'object' && member !== null && !Array.isArray(member);
    return isBranch ? flatten(member as Readonly<Record<string, unknown>>, `${name}.`) : [[name, member]];
  });
}
