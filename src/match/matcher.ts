import type { Matched } from '../model/finding.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { Rule, RuleFilter } from '../model/rule.ts';
import type { Schema } from '../model/schema.ts';
import { appliesTo } from '../sigma/log-source.ts';
import { Binder, type BoundRule } from './bind.ts';
import { Sieve } from './sieve.ts';

/** A rule that matched a record, and why. */
export interface Match {
  readonly rule: Rule;
  readonly matched: readonly Matched[];
  /** What suppresses it: then it is no finding that counts, and feeds no correlation. */
  readonly filter?: RuleFilter;
}

/** What is known of a record before it is parsed: one that is the same in all that rules look at, and the rules that match it, in their order. */
export interface Foreseen {
  readonly record: LogRecord;
  readonly rules: readonly BoundRule[];
}

/** Runs every rule that is meant for a log over its records. */
export class Matcher {
  readonly #rules: readonly Rule[];
  readonly #bound = new WeakMap<Schema, { readonly rules: readonly BoundRule[]; readonly sieve: Sieve }>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  /** @param foreseen left out: every rule is asked */
  match(record: LogRecord, foreseen?: Foreseen): Match[] {
    // Of the one that was looked at before, the answers are still at hand.
    const { record: asked, rules } = foreseen ?? { record, rules: this.#of(record.schema).sieve.rulesFor(record) };
    const matches: Match[] = [];
    for (const { rule, matches: isMatch, matched, filteredBy } of rules) {
      if (!isMatch(asked)) continue;
      const filter = filteredBy(asked);
      matches.push({ rule, matched: matched(asked), ...(filter !== undefined && { filter }) });
    }
    return matches;
  }

  /** The rules meant for a log, tied to one of its headers; those that can never match there too. */
  bound(schema: Schema): readonly BoundRule[] {
    return this.#of(schema).rules;
  }

  #of(schema: Schema) {
    let bound = this.#bound.get(schema);
    if (bound === undefined) {
      const binder = new Binder(schema);
      const rules = this.#rules.filter((rule) => appliesTo(rule.logSource, schema.logSources)).map((rule) => binder.bind(rule));
      bound = { rules, sieve: new Sieve(rules, binder.commonQuestions()) };
      this.#bound.set(schema, bound);
    }
    return bound;
  }

  /** Ids of the rules that can never match under a header. */
  blindRules(schema: Schema): ReadonlySet<string> {
    return new Set(this.bound(schema).flatMap(({ rule, isBlind }) => (isBlind ? [rule.id] : [])));
  }
}
