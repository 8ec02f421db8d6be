import { escapeForTerminal, escapeInJson } from '../report/escape.ts';
import { bareOf, cutText, essentialsOf, LONGEST_ID } from './essentials.ts';
import { textAt, type JsonObject } from './json.ts';

/** What others call local0. */
const FACILITY = 16;
/** RFC 5424, table 2. */
const SEVERITIES: ReadonlyMap<string | undefined, number> = new Map([
  ['critical', 2],
  ['high', 3],
  ['medium', 4],
  ['low', 5],
  // Of verdicts.
  ['compromised', 2],
  ['exploited', 3],
  ['attempted', 4],
  ['scanned', 5],
]);
const INFORMATIONAL = 6;

/** The number that RFC 5612 keeps for examples; we have none of our own. */
const SD_ID = 'exhunt@32473';
/** Of a value in structured data, in characters. */
const VALUE_CHARACTERS = 128;
/** A record that is too long is tried with ever shorter texts. */
const SHORTER = [1_024, 256, 64, 16] as const;

/** Where a value stands in a record, and what structured data calls it. */
const PARAMETERS: readonly (readonly [string, ...string[]])[] = [
  ['id', 'id'],
  ['rule', 'rule', 'id'],
  ['ruleName', 'rule', 'name'],
  ['level', 'rule', 'level'],
  ['stage', 'rule', 'stage'],
  ['verdict', 'verdict'],
  ['host', 'host', 'name'],
  ['sourceIp', 'source', 'ip'],
  ['user', 'user', 'name'],
  ['path', 'url', 'path'],
  ['status', 'http', 'response', 'status_code'],
  ['cve', 'vulnerability', 'id'],
  ['technique', 'threat', 'technique', 'id'],
  ['logType', 'log', 'type'],
  ['file', 'log', 'file', 'path'],
  ['line', 'log', 'line'],
];

export interface SyslogMessage {
  readonly bytes: Buffer;
  /** Whether the record had to lose something. */
  readonly isCut: boolean;
}

/**
 * A message of RFC 5424: the record as JSON, and its most telling values as structured data. The JSON is ASCII (the rest stands in its escapes), so it needs
 * no byte order mark, and no log line can end a message or begin another.
 */
export function syslogMessage(record: JsonObject, text: string, limitBytes: number, host: string): SyslogMessage {
  const whole = put(record, text, host, VALUE_CHARACTERS);
  if (whole.length <= limitBytes) return { bytes: whole, isCut: false };
  for (const most of SHORTER) {
    const bytes = put(record, JSON.stringify(essentialsOf(record, most)), host, Math.min(most, VALUE_CHARACTERS));
    if (bytes.length <= limitBytes) return { bytes, isCut: true };
  }
  const bare = bareOf(record);
  return { bytes: put(bare, JSON.stringify(bare), host, VALUE_CHARACTERS), isCut: true };
}

function put(record: JsonObject, json: string, host: string, most: number): Buffer {
  const head = `<${FACILITY * 8 + severityOf(record)}>1 ${timeOf(record)} ${host} exhunt - ${kindOf(record)}`;
  return Buffer.from(`${head} ${structuredData(record, most)} ${toAscii(escapeInJson(json))}`);
}

function severityOf(record: JsonObject): number {
  return SEVERITIES.get(textAt(record, 'verdict') ?? textAt(record, 'rule', 'level')) ?? INFORMATIONAL;
}

/** When it happened, so that the same finding told twice is the same message; `-` where that is not known. */
function timeOf(record: JsonObject): string {
  const time = textAt(record, '@timestamp') ?? textAt(record, 'to') ?? '';
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/.test(time) ? time : '-';
}

function kindOf(record: JsonObject): string {
  return (
    textAt(record, 'record')
      ?.replaceAll(/[^\x21-\x7e]/g, '')
      .slice(0, 32) || '-'
  );
}

function structuredData(record: JsonObject, most: number): string {
  const values = PARAMETERS.flatMap(([name, ...keys]) => {
    const value = textAt(record, ...keys);
    const longest = keys.at(-1) === 'id' ? Math.max(most, LONGEST_ID) : most;
    return value === undefined ? [] : [` ${name}="${escapeValue(escapeForTerminal(cutText(value, longest)))}"`];
  });
  return values.length === 0 ? '-' : `[${SD_ID}${values.join('')}]`;
}

/** RFC 5424, 6.3.3. */
function escapeValue(text: string): string {
  return text.replaceAll(/["\\\]]/g, (character) => `\\${character}`);
}

/** Of JSON text: what is beyond ASCII stands in its strings only. */
function toAscii(json: string): string {
  return json.replaceAll(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The name of this machine as a header has it (RFC 5424, 6.2.4). */
export function headerHost(name: string): string {
  return name.replaceAll(/[^\x21-\x7e]/g, '').slice(0, 255) || '-';
}
