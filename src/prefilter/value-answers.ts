import type { BoundRule } from '../match/bind.ts';
import { MASK, mayHold, readingsOf } from './guids.ts';
import type { KnownColumns } from './known-columns.ts';
import { bitsOf, isAskedOf, type RuleSet } from './rule-sets.ts';

/** What a value tells; sets of rules have a bit for each. */
export interface ValueAnswer {
  /** Of which some rule may match a record with the value. */
  readonly left: bigint;
  /** Of which a literal may stand in the value. */
  readonly having: bigint;
}

/** Tells what values say of a plan's sets of rules. */
export class ValueAnswers {
  readonly #sets: readonly RuleSet[];
  readonly #known: KnownColumns;
  readonly #setOf: ReadonlyMap<BoundRule, number>;
  readonly #all: bigint;

  constructor(sets: readonly RuleSet[], known: KnownColumns) {
    this.#sets = sets;
    this.#known = known;
    this.#setOf = new Map(sets.flatMap((set, index) => set.rules.map((rule) => [rule, index] as const)));
    this.#all = (1n << BigInt(sets.length)) - 1n;
  }

  /** @param value of the column, with its GUIDs masked or without */
  of(column: number, value: string): ValueAnswer {
    return { left: value.includes(MASK) ? this.#all : this.#left(column, value), having: this.#having(column, value) };
  }

  #left(column: number, value: string): bigint {
    const ruledOut = new Set(this.#known.ruledOut(column, value));
    let left = this.#all;
    for (const rule of ruledOut) {
      const set = this.#setOf.get(rule) ?? 0;
      if (this.#sets[set]?.rules.every((other) => ruledOut.has(other)) === true) left &= ~(1n << BigInt(set));
    }
    return left;
  }

  #having(column: number, value: string): bigint {
    const readings = readingsOf(value);
    return bitsOf(this.#sets, (set) => isAskedOf(set, column) && (readings === undefined || isAnyHeld(readings, set.literals ?? [])));
  }
}

function isAnyHeld(readings: readonly string[], literals: readonly string[]): boolean {
  return literals.some((literal) => mayHold(readings, literal));
}
