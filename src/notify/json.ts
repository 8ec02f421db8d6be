/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The object that a text is; `undefined` where it is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands below these keys. */
export function valueAt(object: JsonObject, ...keys: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const key of keys) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** As text, lists with commas; `undefined` where there is nothing. */
export function textAt(object: JsonObject, ...keys: readonly string[]): string | undefined {
  const value = valueAt(object, ...keys);
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(String).join(',');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
