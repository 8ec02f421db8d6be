import type { Matched } from '../model/finding.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { Spelling } from '../model/rule.ts';
import { spelling, spellText, type FieldSpellings } from './spellings.ts';

/** What the raw line is called where a keyword was found in it: ECS's name for it. */
const LINE_FIELD = 'event.original';

/** Where keywords are looked for: the raw line first, then every single value of the record in each of its spellings. */
export class KeywordSpellings {
  readonly #columns: readonly FieldSpellings[];
  #record: LogRecord | undefined;
  #spelled: readonly (readonly [string, Spelling])[] = [];

  constructor(columns: readonly FieldSpellings[]) {
    this.#columns = columns;
  }

  find(record: LogRecord, accepts: (spelling: Spelling) => boolean): Matched | undefined {
    if (this.#record !== record) {
      this.#spelled = this.#spell(record);
      this.#record = record;
    }
    const found = this.#spelled.find(([, spelled]) => accepts(spelled));
    return found && { field: found[0], value: found[0] === LINE_FIELD ? '' : found[1].text, view: found[1].view };
  }

  #spell(record: LogRecord): (readonly [string, Spelling])[] {
    const columns = this.#columns.flatMap((column) =>
      [...column.own(record), ...column.joined(record)].map((spelled) => [column.field, spelled] as const),
    );
    const packed = [...(record.decoded ?? [])].flatMap(([key, value]) => spellText(value).map((spelled) => [key, spelled] as const));
    return [[LINE_FIELD, spelling('raw', record.line.text)], ...columns, ...packed];
  }
}
