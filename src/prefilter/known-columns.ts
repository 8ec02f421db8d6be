import type { BoundRule } from '../match/bind.ts';
import { KnownColumn } from '../match/known-column.ts';
import type { Schema } from '../model/schema.ts';

/** So many values of a column are remembered before all are forgotten. */
const VALUES = 8_192;

interface Known {
  readonly column: KnownColumn;
  readonly left: Map<string, readonly BoundRule[]>;
}

/** Which rules may match a record with a value, for each column of a header. */
export class KnownColumns {
  readonly #schema: Schema;
  readonly #rules: readonly BoundRule[];
  readonly #known = new Map<number, Known>();

  constructor(schema: Schema, rules: readonly BoundRule[]) {
    this.#schema = schema;
    this.#rules = rules;
  }

  /** Whether rules ask for anything that the column alone can answer. */
  isAsked(column: number): boolean {
    return this.left(column, '').length < this.#rules.length || this.#of(column).column.isAsked;
  }

  /** @param cell as it stands in the log */
  left(column: number, cell: string): readonly BoundRule[] {
    const known = this.#of(column);
    let left = known.left.get(cell);
    if (left === undefined) {
      left = known.column.left(this.#rules, valueOf(cell));
      if (known.left.size >= VALUES) known.left.clear();
      known.left.set(cell, left);
    }
    return left;
  }

  #of(column: number): Known {
    const known = this.#known.get(column) ?? { column: new KnownColumn(this.#schema, column), left: new Map() };
    this.#known.set(column, known);
    return known;
  }
}

/** Empty cells and `-` are absent. */
export function valueOf(cell: string): string | undefined {
  return cell === '' || cell === '-' ? undefined : cell;
}
