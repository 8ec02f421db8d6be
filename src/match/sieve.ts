import type { LogRecord } from '../model/log-record.ts';
import type { BoundRule } from './bind.ts';
import type { Node } from './node.ts';

/** So many questions are asked of every record beforehand; their answers in all combinations are as many lists of rules at the most. */
const QUESTIONS = 6;

/**
 * Leaves of many rules the few that could match a record: what many of them ask (is it a POST? did it fail?) is answered first, and for
 * each combination of answers the rules that it does not rule out are found once.
 */
export class Sieve {
  readonly #rules: readonly BoundRule[];
  readonly #questions: readonly Node[];
  readonly #left: (readonly BoundRule[] | undefined)[];

  constructor(rules: readonly BoundRule[], questions: readonly Node[]) {
    this.#rules = rules;
    this.#questions = questions.slice(0, QUESTIONS);
    this.#left = Array.from({ length: 2 ** this.#questions.length }, () => undefined);
  }

  rulesFor(record: LogRecord): readonly BoundRule[] {
    let answers = 0;
    for (const question of this.#questions) answers = answers * 2 + (question.isTrue(record) ? 1 : 0);
    return (this.#left[answers] ??= this.#findLeft(answers));
  }

  #findLeft(answers: number): BoundRule[] {
    const last = this.#questions.length - 1;
    const known = new Map(this.#questions.map((question, index) => [question, ((answers >> (last - index)) & 1) === 1] as const));
    return this.#rules.filter(({ mayMatch }) => mayMatch(known));
  }
}
