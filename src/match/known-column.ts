import type { LogRecord } from '../model/log-record.ts';
import type { Schema } from '../model/schema.ts';
import type { BoundRule } from './bind.ts';
import type { Answers, Node } from './node.ts';

/** Tells which rules may match a record of which the value of one column is known, and nothing else. */
export class KnownColumn implements Answers {
  readonly #name: string;
  readonly #firstReads: Map<Node, string>;
  readonly #schema: Schema;
  readonly #values: readonly (string | undefined)[];
  /** Parts of conditions that ask for more than the column. */
  readonly #open = new Set<Node>();
  #value: string | undefined;
  #record: LogRecord;
  /** The column that was read first. */
  #read: string | undefined;

  /** @param firstReads which column parts of conditions read first, as far as that was met: for all columns the same */
  constructor(schema: Schema, column: number, firstReads: Map<Node, string>) {
    this.#name = String(column);
    this.#firstReads = firstReads;
    this.#schema = schema;
    this.#values = new Proxy<(string | undefined)[]>([], {
      get: (_, property) => {
        this.#read ??= String(property);
        if (property !== this.#name) throw NOT_KNOWN;
        return this.#value;
      },
    });
    this.#record = new PartialRecord(schema, this.#values);
  }

  /** The rules that may match a record with this value; `undefined` where it has none. */
  left(rules: readonly BoundRule[], value: string | undefined): BoundRule[] {
    this.#value = value;
    this.#record = new PartialRecord(this.#schema, this.#values);
    return rules.filter((rule) => rule.mayMatch(this));
  }

  get(node: Node): boolean | undefined {
    // To throw and to catch takes longer than all the rest.
    if (this.#open.has(node) || (this.#firstReads.get(node) ?? this.#name) !== this.#name) return undefined;
    this.#read = undefined;
    try {
      return node.isTrue(this.#record);
    } catch (error) {
      if (error !== NOT_KNOWN) throw error;
      this.#open.add(node);
      if (this.#read !== undefined) this.#firstReads.set(node, this.#read);
      return undefined;
    }
  }
}

const NOT_KNOWN = new Error('not known');

class PartialRecord implements LogRecord {
  readonly schema: Schema;
  readonly values: LogRecord['values'];

  constructor(schema: Schema, values: LogRecord['values']) {
    this.schema = schema;
    this.values = values;
  }

  get line(): never {
    throw NOT_KNOWN;
  }

  get decoded(): never {
    throw NOT_KNOWN;
  }

  get time(): never {
    throw NOT_KNOWN;
  }

  get host(): never {
    throw NOT_KNOWN;
  }
}
