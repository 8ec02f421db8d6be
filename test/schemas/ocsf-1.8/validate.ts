import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

type Attributes = Readonly<Record<string, string>>;

const CLASSES = JSON.parse(readFileSync(new URL('classes.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Attributes | undefined>
>;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  timestamp: (value) => Number.isSafeInteger(value),
  version: (value) => typeof value === 'string' && /^\d+\.\d+\.\d+$/.test(value),
  ip: (value) => typeof value === 'string' && isIP(value) > 0,
  json: (value) => value !== undefined,
};

/** What of JSON Lines breaks the class Detection Finding or one of its objects. */
export function ocsfErrors(text: string): string[] {
  if (!text.endsWith('\n')) return ['the last line has no end'];
  return text
    .slice(0, -1)
    .split('\n')
    .flatMap((line, index) => {
      const event = JSON.parse(line) as Readonly<Record<string, unknown>>;
      const errors = objectErrors('detection_finding', event, '');
      const { class_uid: classId, activity_id: activity, type_uid: type } = event;
      if (type !== Number(classId) * 100 + Number(activity)) errors.push('type_uid is not class_uid and activity_id');
      if (Number(event['start_time'] ?? 0) > Number(event['end_time'] ?? Infinity)) errors.push('start_time is behind end_time');
      return errors.map((error) => `line ${index + 1}: ${error}`);
    });
}

function objectErrors(type: string, value: unknown, at: string): string[] {
  const attributes = CLASSES[type];
  if (attributes === undefined) return [`${at} has no type ${type}`];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no ${type}`];
  const members = new Map(Object.entries(value));
  const errors = [...members.keys()].filter((name) => attributes[name] === undefined).map((name) => `${at}${name} is not known`);
  for (const [name, what] of Object.entries(attributes)) {
    if (name === '$at_least_one') {
      if (!what.split(' ').some((each) => members.has(each))) errors.push(`${at} has none of ${what}`);
    } else if (!members.has(name)) {
      if (what.startsWith('required ')) errors.push(`${at}${name} is required`);
    } else {
      errors.push(...valueErrors(what.replace('required ', ''), members.get(name), `${at}${name}`));
    }
  }
  return errors;
}

function valueErrors(what: string, value: unknown, at: string): string[] {
  if (what.endsWith('[]')) {
    if (!Array.isArray(value) || value.length === 0) return [`${at} is no list`];
    return value.flatMap((each, index) => valueErrors(what.slice(0, -2), each, `${at}[${index}]`));
  }
  const [kind = '', ...numbers] = what.split(' ');
  if (kind === 'enum') return numbers.includes(String(value)) && typeof value === 'number' ? [] : [`${at} may not be ${String(value)}`];
  const is = TYPES[kind];
  if (is !== undefined) return is(value) ? [] : [`${at} is no ${kind}`];
  return objectErrors(kind, value, `${at}.`);
}
