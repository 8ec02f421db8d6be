import type { Matcher } from './match/matcher.ts';
import type { PlainForm } from './model/plain-form.ts';
import type { Schema } from './model/schema.ts';
import { clausesOf } from './prefilter/clauses.ts';
import { Prefilter } from './prefilter/prefilter.ts';

/** A prefilter is made where so many lines could use it: making one takes longer than reading a few. */
const LEAST_LINES = 16;
/** Of the literals of one; each takes up to 300 bytes of tables. The web rules of the public Sigma rule set have 8,000. */
const LITERAL_CHARACTERS = 50_000;
/** Of those of all in a run: a log may have any number of headers. */
const ALL_CHARACTERS = 200_000;

interface Asked {
  lines: number;
  prefilter: Prefilter | undefined;
}

/** The prefilters of a run, one for each header. */
export class Prefilters {
  readonly #matcher: Matcher;
  readonly #asked = new WeakMap<Schema, Map<string, Asked>>();
  #charactersLeft = ALL_CHARACTERS;

  constructor(matcher: Matcher) {
    this.#matcher = matcher;
  }

  /** Asked for each line. `undefined` where some rule could match any line, and where one is not worth it. */
  prefilterOf(form: PlainForm): Prefilter | undefined {
    const asked = this.#askedOf(form);
    asked.lines += 1;
    if (asked.lines === LEAST_LINES) asked.prefilter = this.#create(form);
    return asked.prefilter;
  }

  #askedOf({ schema, delimiter }: PlainForm): Asked {
    const looks = this.#asked.get(schema) ?? new Map<string, Asked>();
    if (looks.size === 0) this.#asked.set(schema, looks);
    const asked = looks.get(delimiter) ?? { lines: 0, prefilter: undefined };
    if (asked.lines === 0) looks.set(delimiter, asked);
    return asked;
  }

  #create(form: PlainForm): Prefilter | undefined {
    const rules = this.#matcher.bound(form.schema).flatMap(({ rule, isBlind }) => (isBlind ? [] : [clausesOf(rule.condition)]));
    const clauses = new Set(rules.flat());
    let characters = 0;
    for (const clause of clauses) for (const literal of clause) characters += literal.length;
    const isTooLarge = characters > LITERAL_CHARACTERS || characters > this.#charactersLeft;
    if (isTooLarge || rules.some((each) => each.length === 0)) return undefined;
    this.#charactersLeft -= characters;
    return new Prefilter(form, rules);
  }
}
