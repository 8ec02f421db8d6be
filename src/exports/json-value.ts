export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of an object by any of several names; only its own. */
export function member(object: unknown, ...names: readonly string[]): unknown {
  if (!isObject(object)) return undefined;
  for (const name of names) if (Object.hasOwn(object, name)) return object[name];
  return undefined;
}

/** A number, a boolean or text, as text; the text of an element with attributes (`#text`). */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isObject(value) ? scalarText(member(value, '#text', '_text', 'Value', '$value')) : undefined;
}

/** An attribute of an element, in the ways in which programs write them. */
export function attribute(element: unknown, name: string): string | undefined {
  const attributes = member(element, '#attributes', '_attributes', 'attributes', '$');
  return scalarText(member(attributes, name)) ?? scalarText(member(element, name, `@${name}`, `-${name}`, `_${name}`));
}
