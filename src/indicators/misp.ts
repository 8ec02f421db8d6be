import { isObject, objectsIn, textMember, type JsonObject } from './json-members.ts';
import { kindNamed } from './named-kinds.ts';
import type { EntryListener, EntryPlace } from './raw-entry.ts';

/** An event as MISP exports it, with its envelope (`{"Event": …}`) or without. */
export function isMispEvent(object: JsonObject): boolean {
  return isObject(object['Event']) || Array.isArray(object['Attribute']);
}

/** Reads the attributes of a MISP event, those of its objects too. */
export function readMisp(object: JsonObject, listener: EntryListener, at: EntryPlace): void {
  const event = isObject(object['Event']) ? object['Event'] : object;
  const source = textMember(event, 'info');
  const objects = objectsIn(event, 'Object');
  for (const attribute of objectsIn(event, 'Attribute')) readAttribute(attribute, listener, { at, source });
  for (const each of objects)
    for (const attribute of objectsIn(each, 'Attribute')) readAttribute(attribute, listener, { at, source, object: each });
}

interface Surroundings {
  readonly at: EntryPlace;
  /** What the event is called. */
  readonly source: string | undefined;
  readonly object?: JsonObject;
}

function readAttribute(attribute: JsonObject, listener: EntryListener, { at, source, object }: Surroundings): void {
  const [type, value] = [textMember(attribute, 'type'), textMember(attribute, 'value')];
  const id = textMember(attribute, 'uuid') ?? textMember(attribute, 'id');
  const place = { ...at, ...(id !== undefined && { object: id }) };
  if (type === undefined || value === undefined) return listener.onBroken(value ?? '', 'is an attribute without type or value', place);
  if (attribute['deleted'] === true) return listener.onNotApplicable('deleted');
  const said = {
    firstSeen: textMember(attribute, 'first_seen') ?? (object && textMember(object, 'first_seen')),
    lastSeen: textMember(attribute, 'last_seen') ?? (object && textMember(object, 'last_seen')),
    description: textMember(attribute, 'comment') ?? textMember(attribute, 'category'),
    source,
    isContext: attribute['to_ids'] === false,
    at: place,
  };
  // `filename|sha256` is two, with their values parted likewise; the port of `ip-src|port` is none.
  const types = type.split('|');
  const values = types.length === 1 ? [value] : value.split('|');
  for (const [index, each] of types.entries()) {
    if (each === 'port' && types.length > 1) continue;
    const text = values[index];
    if (text === undefined || text === '') listener.onBroken(value, `is no ${type}`, place);
    else if (kindNamed(each) === undefined) listener.onNotApplicable(each);
    else listener.onEntry({ value: text, type: each, ...said });
  }
}
