import { isObject, textMember, type JsonObject } from './json-members.ts';
import type { EntryListener, EntryPlace } from './raw-entry.ts';
import { readPattern } from './stix-pattern.ts';

const ID = /^[a-z][a-z0-9-]*--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An object of STIX 2, told by its id. A bundle is one too. */
export function isStixObject(object: JsonObject): boolean {
  const { type, id } = object;
  if (type === 'bundle' && Array.isArray(object['objects'])) return true;
  return typeof type === 'string' && typeof id === 'string' && ID.test(id) && id.startsWith(`${type}--`);
}

/** Reads a bundle, an indicator, or an object that was observed (STIX 2.1; of 2.0, what is written the same). */
export function readStix(object: JsonObject, listener: EntryListener, at: EntryPlace): void {
  const { type } = object;
  if (type !== 'bundle') return readObject(object, listener, at);
  const objects: readonly unknown[] = Array.isArray(object['objects']) ? object['objects'] : [];
  for (const [index, each] of objects.entries()) {
    const place = { ...at, object: `objects[${index}]` };
    if (isObject(each) && isStixObject(each)) readObject(each, listener, place);
    else listener.onBroken('', 'is no STIX object', place);
  }
}

function readObject(object: JsonObject, listener: EntryListener, at: EntryPlace): void {
  const id = textMember(object, 'id');
  const place = { ...at, ...(id !== undefined && { object: id }) };
  if (object['type'] === 'indicator') readIndicator(object, listener, place);
  else readObserved(object, listener, place);
}

function readIndicator(object: JsonObject, listener: EntryListener, at: EntryPlace): void {
  if (object['revoked'] === true) return listener.onNotApplicable('revoked');
  const kinds = object['indicator_types'];
  if (Array.isArray(kinds) && kinds.length > 0 && kinds.every((kind) => kind === 'benign')) return listener.onNotApplicable('benign');
  const language = textMember(object, 'pattern_type') ?? 'stix';
  if (language !== 'stix') return listener.onNotApplicable(`${language} pattern`);
  const pattern = textMember(object, 'pattern');
  if (pattern === undefined) return listener.onBroken('', 'is an indicator without a pattern', at);
  const read = readPattern(pattern);
  if ('reason' in read) return listener.onBroken(pattern, read.reason, at);
  const name = textMember(object, 'name');
  const description = textMember(object, 'description');
  const said = {
    firstSeen: textMember(object, 'valid_from'),
    lastSeen: textMember(object, 'valid_until'),
    description: [name, description].filter((part, index) => part !== undefined && (index === 0 || part !== name)).join(': ') || undefined,
    source: sourceOf(object),
    at,
  };
  for (const { what, type, value } of read.comparisons) {
    if (type === undefined) listener.onNotApplicable(what);
    else listener.onEntry({ value, type, ...said });
  }
}

/** Of the references the first that has a name. */
function sourceOf(object: JsonObject): string | undefined {
  const references = object['external_references'];
  return Array.isArray(references) ? references.filter(isObject).map((each) => textMember(each, 'source_name'))[0] : undefined;
}

/** Objects that say nothing that is looked for by itself. */
const SILENT: ReadonlySet<string> = new Set(
  (
    'attack-pattern campaign course-of-action extension-definition grouping identity incident infrastructure intrusion-set language-content ' +
    'location malware malware-analysis marking-definition note observed-data opinion relationship report sighting threat-actor tool ' +
    'vulnerability directory software user-account autonomous-system artifact'
  ).split(' '),
);

function readObserved(object: JsonObject, listener: EntryListener, at: EntryPlace): void {
  const type = String(object['type']);
  const value = textMember(object, 'value');
  switch (type) {
    case 'ipv4-addr':
    case 'ipv6-addr':
      return value === undefined ? listener.onBroken('', 'is an address without a value', at) : listener.onEntry({ value, type: 'ip', at });
    case 'url':
      return value === undefined ? listener.onBroken('', 'is a URL without a value', at) : listener.onEntry({ value, type, at });
    case 'file':
      return readFile(object, listener, at);
    default:
      if (!SILENT.has(type) && !type.startsWith('x-')) listener.onNotApplicable(NAMES.get(type) ?? type);
  }
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['domain-name', 'domain'],
  ['email-addr', 'email'],
  ['email-message', 'email'],
  ['windows-registry-key', 'registry'],
  ['network-traffic', 'network object'],
]);

function readFile(object: JsonObject, listener: EntryListener, at: EntryPlace): void {
  const name = textMember(object, 'name');
  const hashes = isObject(object['hashes']) ? Object.entries(object['hashes']) : [];
  if (name !== undefined) listener.onEntry({ value: name, type: 'file', at });
  for (const [kind, hash] of hashes) {
    if (typeof hash === 'string') listener.onEntry({ value: hash, type: kind.replace(/^SHA3.*/i, 'tlsh'), at });
  }
  if (name === undefined && hashes.length === 0) listener.onBroken('', 'is a file without name and hashes', at);
}
