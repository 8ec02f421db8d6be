import { HOST_FIELD } from '../model/correlation-rule.ts';
import type { FeedingMatch } from '../model/feeding-match.ts';
import type { LogFile } from '../model/log-file.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { Rule } from '../model/rule.ts';
import type { FieldReader, Schema } from '../model/schema.ts';
import { findingId, hostOf, type Digest } from './finding.ts';

/** Makes of matches what correlations want to know of them. */
export class Feeder {
  readonly #fields: ReadonlyMap<string, readonly string[]>;
  readonly #digest: Digest;
  /** Once per header and rule. */
  readonly #readers = new WeakMap<Schema, Map<string, readonly FieldReader[]>>();

  /** @param fields by the ids of rules: those whose values are wanted */
  constructor(fields: ReadonlyMap<string, readonly string[]>, digest: Digest) {
    this.#fields = fields;
    this.#digest = digest;
  }

  /** `undefined` where no correlation wants to know. */
  feed(rule: Rule, record: LogRecord, logFile: LogFile): FeedingMatch | undefined {
    const fields = this.#fields.get(rule.id);
    if (fields === undefined) return undefined;
    const { line, schema, time } = record;
    const host = hostOf(record, logFile);
    const request = schema.reader('RequestId')?.(record);
    const modified = schema.stands === true ? schema.reader('ModifiedUtcTime')?.(record) : undefined;
    return {
      id: findingId(rule, record, logFile, this.#digest),
      rule: rule.id,
      ...(time !== undefined && { time }),
      ...(time === undefined && schema.stands === true && { stands: true as const }),
      ...(modified !== undefined && modified !== '' && { modified }),
      values: this.#readersOf(rule.id, schema).map((read, index) => (fields[index] === HOST_FIELD ? (host ?? UNKNOWN_HOST) : read(record))),
      ...(host !== undefined && { host }),
      ...(request !== undefined && { request }),
      logType: schema.logType,
      path: logFile.path,
      ...(logFile.originalPath !== undefined && { originalPath: logFile.originalPath }),
      line: line.number,
      offset: line.offset,
    };
  }

  #readersOf(id: string, schema: Schema): readonly FieldReader[] {
    const ofRules = this.#readers.get(schema) ?? new Map<string, readonly FieldReader[]>();
    this.#readers.set(schema, ofRules);
    const readers = ofRules.get(id) ?? (this.#fields.get(id) ?? []).map((field) => schema.reader(field) ?? ABSENT);
    ofRules.set(id, readers);
    return readers;
  }
}

/** Logs of a server that nothing names are of one server. */
const UNKNOWN_HOST = '?';

const ABSENT: FieldReader = () => undefined;
