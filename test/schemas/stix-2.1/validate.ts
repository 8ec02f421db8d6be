import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { createAjv, errorsOf } from '../ajv.ts';
import { patternError } from './pattern.ts';

type Json = Readonly<Record<string, unknown>>;

const ajv = createAjv();
ajv.addSchema(JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8')) as object);

const validators = new Map<string, ValidateFunction | undefined>();
function validator(type: string): ValidateFunction | undefined {
  if (!validators.has(type)) validators.set(type, ajv.getSchema(`stix-2.1#/$defs/${type}`));
  return validators.get(type);
}

/**
 * What of a bundle breaks the schemas or the specification: shapes; references that lead nowhere (a grouping's may); times out of order; patterns;
 * objects of one id that are not the same.
 */
export function stixErrors(text: string): string[] {
  const bundle = JSON.parse(text) as Json & { readonly objects: readonly (Json & { readonly type: string; readonly id: string })[] };
  const bundleValidator = validator('bundle');
  if (bundleValidator === undefined) throw new Error('there is no schema of a bundle');
  const errors = errorsOf(bundleValidator, bundle, 'bundle');
  const seen = new Map<string, string>();
  for (const each of bundle.objects ?? []) {
    const name = `${each.type} ${each.id}`;
    const validate = validator(each.type);
    if (validate === undefined) errors.push(`${name}: there is no such type`);
    else errors.push(...errorsOf(validate, each, name));
    const same = JSON.stringify(each);
    if ((seen.get(each.id) ?? same) !== same) errors.push(`${name}: two objects have this id`);
    seen.set(each.id, same);
    if (each.type === 'indicator' && each['pattern_type'] === 'stix') {
      const wrong = patternError(String(each['pattern']));
      if (wrong !== undefined) errors.push(`${name}: pattern: ${wrong}`);
    }
    for (const [first, last] of [
      ['created', 'modified'],
      ['first_observed', 'last_observed'],
      ['first_seen', 'last_seen'],
    ] as const)
      if (timeOf(each[first], '') > timeOf(each[last], '~')) errors.push(`${name}: ${first} is behind ${last}`);
  }
  for (const each of bundle.objects ?? [])
    for (const [key, value] of Object.entries(each)) {
      if (!/_refs?$/.test(key) || each.type === 'grouping') continue;
      for (const reference of Array.isArray(value) ? value : [value])
        if (!seen.has(String(reference))) errors.push(`${each.type} ${each.id}: ${key} leads nowhere: ${String(reference)}`);
    }
  for (const each of bundle.objects ?? [])
    for (const extension of Object.keys(Object(each['extensions']) as Json))
      if (extension.startsWith('extension-definition--') && !seen.has(extension)) errors.push(`${each.id}: its extension is not defined`);
  return errors;
}

function timeOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
