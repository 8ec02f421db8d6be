import type { LogRecord } from '../model/log-record.ts';
import type { Spelling } from '../model/rule.ts';
import type { FieldReader, Schema } from '../model/schema.ts';
import { normaliseUserAgent } from '../model/user-agent.ts';
import { fold } from '../sigma/fold.ts';
import { withoutExchangeSuffix } from './exchange-suffix.ts';
import { hasPercentEscape, percentDecode } from './percent.ts';

/**
 * The spellings in which one field of a log is matched. Raw comes first; the others are what the same request could also have been written
 * as, so that a rule need not know how a log writes it. Worked out once per record, however many rules ask.
 */
export class FieldSpellings {
  readonly field: string;
  /** What web logs call it. */
  readonly webName: string;
  /** The log has a column for the field. Without one, a query can still be told from the path in front of it. */
  readonly hasColumn: boolean;
  readonly #read: FieldReader;
  readonly #own: OncePerRecord;
  readonly #joined: OncePerRecord | undefined;
  readonly #normalised: OncePerRecord | undefined;
  readonly #isQuery: boolean;
  /** Of an event: a datum that is written without a value. */
  readonly #isEmptyNull: boolean;

  constructor(field: string, schema: Schema, read: FieldReader | undefined) {
    const webName = schema.webName(field);
    this.field = field;
    this.webName = webName;
    this.hasColumn = read !== undefined;
    this.#read = read ?? (() => undefined);
    this.#isQuery = webName === QUERY;
    const spell = SPELLED.get(webName) ?? spellText;
    const readList = schema.listReader?.(field);
    this.#isEmptyNull = readList !== undefined;
    const ofOne = oncePerValue(spell);
    this.#own = new OncePerRecord((record) => readList?.(record)?.flatMap((value) => spell(value)) ?? ofOne(this.#read(record)));
    const readStem = this.#isQuery ? schema.reader(STEM) : undefined;
    if (readStem !== undefined) this.#joined = new OncePerRecord((record) => spellJoined(readStem(record), this.#read(record)));
    if (webName === USER_AGENT) this.#normalised = new OncePerRecord((record) => ofValue(this.#read(record), spellNormalised));
  }

  /** As the log writes the value, and decoded; the same array where the record before had the same value. */
  own(record: LogRecord): readonly Spelling[] {
    return this.#own.of(record);
  }

  /** Whether there is a path to join. */
  get hasJoined(): boolean {
    return this.#joined !== undefined;
  }

  /** Of a query: behind the path in front of it, for public rules look for paths in `cs-uri-query`. */
  joined(record: LogRecord): readonly Spelling[] {
    return this.#joined?.of(record) ?? [];
  }

  /** Of a user agent: the one spelling that all logs agree on; to be compared with patterns in that spelling only. */
  get normalised(): ((record: LogRecord) => readonly Spelling[]) | undefined {
    const normalised = this.#normalised;
    return normalised && ((record) => normalised.of(record));
  }

  /** Whether the record holds the field at all, empty or not. */
  isPresent(record: LogRecord): boolean {
    return this.#read(record) !== undefined;
  }

  /** Whether the field is absent; a query that Exchange alone wrote counts as absent. */
  isNull(record: LogRecord): boolean {
    const value = this.#read(record);
    return value === undefined || (this.#isEmptyNull && value === '') || (this.#isQuery && withoutExchangeSuffix(value) === '');
  }
}

/** `undefined` where the log says nothing of the field. */
export function createSpellings(field: string, schema: Schema): FieldSpellings | undefined {
  const read = schema.reader(field);
  const hasStem = schema.webName(field) === QUERY && schema.reader(STEM) !== undefined;
  return read === undefined && !hasStem ? undefined : new FieldSpellings(field, schema, read);
}

const QUERY = 'cs-uri-query';
const STEM = 'cs-uri-stem';
const USER_AGENT = 'cs-user-agent';

class OncePerRecord {
  readonly #spell: (record: LogRecord) => readonly Spelling[];
  #record: LogRecord | undefined;
  #spellings: readonly Spelling[] = [];

  constructor(spell: (record: LogRecord) => readonly Spelling[]) {
    this.#spell = spell;
  }

  of(record: LogRecord): readonly Spelling[] {
    if (this.#record !== record) {
      this.#spellings = this.#spell(record);
      this.#record = record;
    }
    return this.#spellings;
  }
}

/** Many records have the value of the one before: the same method, state, user agent. */
function oncePerValue(spell: (value: string) => Spelling[]): (value: string | undefined) => readonly Spelling[] {
  let last: string | undefined;
  let spellings: readonly Spelling[] = [];
  return (value) => {
    if (value !== last) {
      spellings = ofValue(value, spell);
      last = value;
    }
    return spellings;
  };
}

function ofValue(value: string | undefined, spell: (value: string) => Spelling[]): Spelling[] {
  return value === undefined ? [] : spell(value);
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

/** Web server fields, by their web names, that are spelled in more ways than other text. */
const SPELLED: ReadonlyMap<string, (text: string) => Spelling[]> = new Map([
  [QUERY, spellQuery],
  [USER_AGENT, spellHeader],
  ['cs-referer', spellHeader],
  ['cs-cookie', spellHeader],
]);

/** IIS writes a blank in a request header as `+`. */
function spellHeader(text: string): Spelling[] {
  const raw = spellText(text);
  return text.includes('+') ? [...raw, ...spellText(text.replaceAll('+', ' '), '+ as space')] : raw;
}

function spellQuery(query: string): Spelling[] {
  const own = withoutExchangeSuffix(query);
  return own === '' || own === query ? spellText(query) : [...spellText(query), ...spellText(own, 'without suffix')];
}

function spellJoined(stem: string | undefined, query = ''): Spelling[] {
  if (stem === undefined) return [];
  const own = withoutExchangeSuffix(query);
  const whole = spellText(joinQuery(stem, query), 'stem?query');
  return own === query ? whole : [...whole, ...spellText(joinQuery(stem, own), 'stem?query without suffix')];
}

function joinQuery(stem: string, query: string): string {
  return query === '' ? stem : `${stem}?${query.replace(/^\?/, '')}`;
}

function spellNormalised(text: string): Spelling[] {
  return [spelling('normalised', normaliseUserAgent(text))];
}
