import type { Presence } from '../model/correlation-rule.ts';

/** Which rules occurred, by their places in the list of the correlation. */
export type Occurred = (input: number) => boolean;

/** Asks which rules occurred: of one under a `not`, whether it did at all, of the others what the correlation wants of them. */
export type PresenceTest = (wanted: Occurred, atAll: Occurred) => boolean;

/** Made once for each correlation. */
export function compilePresence(presence: Presence, references: readonly string[]): PresenceTest {
  const compile = (part: Presence, isNegated: boolean): PresenceTest => {
    switch (part.kind) {
      case 'rule': {
        const input = references.indexOf(part.reference);
        return isNegated ? (_, atAll) => atAll(input) : (wanted) => wanted(input);
      }
      case 'not': {
        const test = compile(part.part, !isNegated);
        return (wanted, atAll) => !test(wanted, atAll);
      }
      case 'and':
      case 'or': {
        const tests = part.parts.map((each) => compile(each, isNegated));
        return part.kind === 'and'
          ? (wanted, atAll) => tests.every((test) => test(wanted, atAll))
          : (wanted, atAll) => tests.some((test) => test(wanted, atAll));
      }
    }
  };
  return compile(presence, false);
}
