import type { LogRecord } from '../model/log-record.ts';
import type { Spelling } from '../model/rule.ts';
import type { FieldReader, Schema } from '../model/schema.ts';
import { fold } from '../sigma/fold.ts';
import { withoutExchangeSuffix } from './exchange-suffix.ts';
import { hasPercentEscape, percentDecode } from './percent.ts';

/**
 * The spellings in which one field of a log is matched. Raw comes first; the others are what the same request could also have been written
 * as, so that a rule need not know how a log writes it. Worked out once per record, however many rules ask.
 */
export class FieldSpellings {
  readonly field: string;
  readonly read: FieldReader;
  readonly #spell: (record: LogRecord) => Spelling[];
  #record: LogRecord | undefined;
  #spellings: readonly Spelling[] = [];

  constructor(field: string, read: FieldReader, spell: (record: LogRecord) => Spelling[]) {
    this.field = field;
    this.read = read;
    this.#spell = spell;
  }

  of(record: LogRecord): readonly Spelling[] {
    if (this.#record !== record) {
      this.#record = record;
      this.#spellings = this.#spell(record);
    }
    return this.#spellings;
  }

  /** Whether the record holds the field at all, empty or not. */
  isPresent(record: LogRecord): boolean {
    return this.read(record) !== undefined;
  }

  /** Whether the field is absent; a query that Exchange alone wrote counts as absent. */
  isNull(record: LogRecord): boolean {
    const value = this.read(record);
    return value === undefined || (isQuery(this.field) && value !== '' && withoutExchangeSuffix(value) === '');
  }
}

/** `undefined` where the log has no such field. */
export function createSpellings(field: string, schema: Schema): FieldSpellings | undefined {
  const read = schema.reader(field);
  const stem = STEM_OF_QUERY[field.toLowerCase()];
  const readStem = stem === undefined ? undefined : schema.reader(stem);
  if (isQuery(field) && (read !== undefined || readStem !== undefined)) {
    return new FieldSpellings(field, read ?? absent, (record) => spellQuery(read?.(record), readStem?.(record)));
  }
  if (read === undefined) return undefined;
  const spell = isSpacedHeader(field) ? spellHeader : spellText;
  return new FieldSpellings(field, read, (record) => {
    const value = read(record);
    return value === undefined ? [] : spell(value);
  });
}

const absent: FieldReader = () => undefined;

/** Fields that hold a query, and the field with the path in front of it. Public rules look for paths in `cs-uri-query`. */
const STEM_OF_QUERY: Readonly<Record<string, string>> = { 'cs-uri-query': 'cs-uri-stem', urlquery: 'UrlStem' };

/** Request headers, in which IIS writes a blank as `+`. */
const SPACED_HEADERS: ReadonlySet<string> = new Set(['cs-user-agent', 'useragent', 'cs-referer', 'cs-cookie']);

const USER_AGENTS: ReadonlySet<string> = new Set(['cs-user-agent', 'useragent']);

function isQuery(field: string): boolean {
  return Object.hasOwn(STEM_OF_QUERY, field.toLowerCase());
}

function isSpacedHeader(field: string): boolean {
  return SPACED_HEADERS.has(field.toLowerCase());
}

export function isUserAgent(field: string): boolean {
  return USER_AGENTS.has(field.toLowerCase());
}

export function spelling(view: string, text: string): Spelling {
  return new FoldedWhenAsked(view, text);
}

/** Many values are only asked for as they are. */
class FoldedWhenAsked implements Spelling {
  readonly view: string;
  readonly text: string;
  #folded: string | undefined;

  constructor(view: string, text: string) {
    this.view = view;
    this.text = text;
  }

  get folded(): string {
    this.#folded ??= fold(this.text);
    return this.#folded;
  }
}

/** Raw, and percent-decoded once and twice where that changes anything. */
export function spellText(text: string, view = 'raw'): Spelling[] {
  const spellings = [spelling(view, text)];
  let decoded = text;
  for (const times of ['percent-decoded', 'percent-decoded twice']) {
    if (!hasPercentEscape(decoded)) break;
    decoded = percentDecode(decoded);
    spellings.push(spelling(view === 'raw' ? times : `${view}, ${times}`, decoded));
  }
  return spellings;
}

function spellHeader(text: string): Spelling[] {
  const raw = spellText(text);
  return text.includes('+') ? [...raw, ...spellText(text.replaceAll('+', ' '), '+ as space')] : raw;
}

function spellQuery(query: string | undefined, stem: string | undefined): Spelling[] {
  const own = query === undefined ? '' : withoutExchangeSuffix(query);
  const bases: [string, string | undefined][] = [
    ['raw', query],
    ['without suffix', own === '' || own === query ? undefined : own],
    ['stem?query', stem === undefined ? undefined : joinQuery(stem, query ?? '')],
    ['stem?query without suffix', stem === undefined || own === (query ?? '') ? undefined : joinQuery(stem, own)],
  ];
  return bases.flatMap(([view, text]) => (text === undefined ? [] : spellText(text, view)));
}

function joinQuery(stem: string, query: string): string {
  return query === '' ? stem : `${stem}?${query.replace(/^\?/, '')}`;
}

/** The user agent in the one spelling that all logs agree on; to be compared with patterns in the same spelling only. */
export function normalisedUserAgent(userAgent: FieldSpellings): FieldSpellings {
  return new FieldSpellings(userAgent.field, userAgent.read, (record) => {
    const value = userAgent.read(record);
    return value === undefined ? [] : [spelling('normalised', normaliseUserAgent(value))];
  });
}

/** What different logs write for the same user agent made equal: IIS writes `+` for a blank, HttpProxy a blank for a comma. */
export function normaliseUserAgent(text: string): string {
  return text.replaceAll(/[+,\s]+/g, ' ');
}
