import type { Matcher } from './match/matcher.ts';
import type { PlainForm } from './model/plain-form.ts';
import type { Schema } from './model/schema.ts';
import { clausesOf } from './plan/clauses.ts';
import { LineGate } from './plan/line-gate.ts';

/** Each takes up to 300 bytes of tables; the web rules of the public Sigma rule set have a tenth of this. */
const LITERAL_CHARACTERS = 100_000;

/** Gates for the logs of a run, made once for each header. */
export class Prefilter {
  readonly #matcher: Matcher;
  readonly #gates = new WeakMap<Schema, Map<string, LineGate | undefined>>();

  constructor(matcher: Matcher) {
    this.#matcher = matcher;
  }

  /** `undefined` where some rule could match any line. */
  gateOf(form: PlainForm): LineGate | undefined {
    const gates = this.#gates.get(form.schema) ?? new Map<string, LineGate | undefined>();
    this.#gates.set(form.schema, gates);
    const look = `${form.delimiter}${form.time}`;
    if (!gates.has(look)) gates.set(look, this.#createGate(form));
    return gates.get(look);
  }

  #createGate(form: PlainForm): LineGate | undefined {
    const rules = this.#matcher.bound(form.schema).flatMap(({ rule, isBlind }) => (isBlind ? [] : [clausesOf(rule.condition)]));
    const characters = [...new Set(rules.flat(2))].reduce((sum, literal) => sum + literal.length, 0);
    const isOpen = characters > LITERAL_CHARACTERS || rules.some((clauses) => clauses.length === 0);
    return isOpen ? undefined : new LineGate(form, rules);
  }
}
