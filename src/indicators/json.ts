import { columnsOf, entriesOf, type Columns } from './columns.ts';
import { isObject, type JsonObject } from './json-members.ts';
import { linesOf } from './lines.ts';
import { isMispEvent, readMisp } from './misp.ts';
import type { EntryListener, EntryPlace } from './raw-entry.ts';
import { isStixObject, readStix } from './stix.ts';

/** Members that hold a list of entries, where a list is packed into an object. */
const LISTS = ['objects', 'indicators', 'iocs', 'data', 'results', 'values', 'items', 'value', 'response'] as const;
/** What is nested deeper is not looked at. */
const DEEPEST = 8;

/** Reads a list that is JSON: a STIX bundle, a MISP event, or any list of objects or texts. */
export function readJson(json: unknown, listener: EntryListener): void {
  readValue(json, listener, { at: {}, depth: 0 });
}

/** Reads a list of one JSON object a line. */
export function readJsonLines(text: string, listener: EntryListener): void {
  for (const [index, line] of linesOf(text).entries()) {
    if (line.trim() === '') continue;
    const at = { lineNumber: index + 1 };
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      listener.onBroken(line, 'is no JSON', at);
      continue;
    }
    readValue(value, listener, { at, depth: 0 });
  }
}

interface Where {
  readonly at: EntryPlace;
  readonly depth: number;
}

function readValue(value: unknown, listener: EntryListener, { at, depth }: Where): void {
  if (typeof value === 'string') listener.onEntry({ value, at });
  else if (depth > DEEPEST) listener.onBroken('', 'is nested too deep', at);
  else if (Array.isArray(value)) {
    const isNamed = at.object !== undefined;
    for (const [index, each] of value.entries()) {
      const object = `${isNamed ? at.object : ''}[${index}]`;
      readValue(each, listener, { at: { ...at, object }, depth: depth + 1 });
    }
  } else if (isObject(value)) readObject(value, listener, { at, depth });
  else listener.onBroken(String(value), 'is no text and no object', at);
}

function readObject(object: JsonObject, listener: EntryListener, { at, depth }: Where): void {
  if (isMispEvent(object)) return readMisp(object, listener, at);
  if (isStixObject(object)) return readStix(object, listener, at);
  const columns = columnsOfObject(object);
  const list = LISTS.find((name) => Array.isArray(object[name]));
  if (list !== undefined && (columns === undefined || !isText(object, columns)))
    return readValue(object[list], listener, { at: { ...at, object: list }, depth: depth + 1 });
  const entries = columns === undefined ? [] : entriesOf(Object.values(object).map(textOf), columns, at);
  for (const entry of entries) listener.onEntry(entry);
  if (entries.length === 0) listener.onBroken(Object.keys(object).join(', '), 'is an object without an entry', at);
}

let lastKeys = '';
let lastColumns: Columns | undefined;

/** The objects of a list have the same members, mostly. */
function columnsOfObject(object: JsonObject): Columns | undefined {
  const keys = Object.keys(object);
  const joined = keys.join('\n');
  if (joined !== lastKeys) {
    lastKeys = joined;
    lastColumns = columnsOf(keys);
  }
  return lastColumns;
}

/** Whether the member that names the entry is one, rather than a list of them. */
function isText(object: JsonObject, { fields, typed }: Columns): boolean {
  const values = Object.values(object);
  const index = fields.get('value');
  return (index !== undefined && typeof values[index] === 'string') || typed.some(([each]) => typeof values[each] === 'string');
}

/** Lists of words are joined; what is nested deeper says nothing of an entry. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string').join(', ') : '';
}
