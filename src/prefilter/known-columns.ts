import { fieldsOf, type BoundRule } from '../match/bind.ts';
import { KnownColumn } from '../match/known-column.ts';
import type { Node } from '../match/node.ts';
import type { Schema } from '../model/schema.ts';
import { madeOf } from './starts.ts';

/** So many values of a column are remembered before all are forgotten. */
const VALUES = 8_192;

interface Known {
  readonly column: KnownColumn;
  /** That ask for it: no value rules out another. */
  readonly asking: readonly BoundRule[];
  readonly ruledOut: Map<string, readonly BoundRule[]>;
}

/** Which rules cannot match a record with a value, for each column of a header. */
export class KnownColumns {
  /** Indexes of the columns that rules ask for as they are. */
  readonly asked: readonly number[];
  readonly #schema: Schema;
  readonly #rules: readonly BoundRule[];
  readonly #known = new Map<number, Known>();
  readonly #firstReads = new Map<Node, string>();

  constructor(schema: Schema, rules: readonly BoundRule[]) {
    this.#schema = schema;
    this.#rules = rules;
    const fields = new Set(rules.flatMap(({ rule }) => fieldsOf(rule.condition)));
    this.asked = [...new Set([...fields].flatMap((field) => madeOf(field, schema) ?? []))].toSorted((a, b) => a - b);
  }

  /** @param cell as it stands in the log */
  ruledOut(column: number, cell: string): readonly BoundRule[] {
    const known = this.#of(column);
    let ruledOut = known.ruledOut.get(cell);
    if (ruledOut === undefined) {
      const left = new Set(known.column.left(known.asking, valueOf(cell)));
      ruledOut = known.asking.filter((rule) => !left.has(rule));
      if (known.ruledOut.size >= VALUES) known.ruledOut.clear();
      known.ruledOut.set(cell, ruledOut);
    }
    return ruledOut;
  }

  #of(column: number): Known {
    const known = this.#known.get(column) ?? {
      column: new KnownColumn(this.#schema, column, this.#firstReads),
      asking: this.#rules.filter(({ rule }) =>
        fieldsOf(rule.condition).some((field) => madeOf(field, this.#schema)?.includes(column) !== false),
      ),
      ruledOut: new Map(),
    };
    this.#known.set(column, known);
    return known;
  }
}

/** Empty cells and `-` are absent. */
export function valueOf(cell: string): string | undefined {
  return cell === '' || cell === '-' ? undefined : cell;
}
