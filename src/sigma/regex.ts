import { RE2JS } from 're2js';
import type { Spelling } from '../model/rule.ts';
import { RegexAutomaton } from './regex-automaton.ts';
import { regexLiterals } from './regex-literals.ts';
import { RuleError, type Position } from './rule-error.ts';

/** A longer expression is no rule but an attack on the reader. */
const SOURCE_LIMIT = 8_192;
/** `a{500}` is compiled as 500 times `a`; time is instructions times characters. Of the public rule set the largest has some 900. */
const REPETITION_LIMIT = 1_000;
const INSTRUCTION_LIMIT = 5_000;
const FLAGS = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL } as const;
export type RegexFlag = keyof typeof FLAGS;

/** There letters may stand for others: the long s for `s`. */
// oxlint-disable-next-line no-control-regex -- all of ASCII
const NOT_ASCII = /[^\u0000-\u007f]/;

const FEW_LITERALS = 2;

type Accepts = (spelling: Spelling) => boolean;

/** Rules of one family share expressions. Bounded: a foreign rule set may hold any number. */
const CACHED_EXPRESSIONS = 1_000;
const cache = new Map<string, Accepts>();

/** Keys of expressions that were compiled before: by the build, or by another thread. */
const trusted = new Set<string>();

/** Of these it is known that they can be compiled: that waits until they are needed. Compiling takes most of the time that a rule takes to load. */
export function trustExpressions(keys: Iterable<string>): void {
  for (const key of keys) trusted.add(key);
}

/** The expressions that were asked for, for `trustExpressions`. */
export function knownExpressions(): string[] {
  return [...cache.keys()];
}

/**
 * Compiles a regular expression that came from a file. RE2 runs in linear time and knows no look-around and no back-references;
 * V8's own engine never sees such an expression.
 *
 * @throws {RuleError} what RE2 does not understand
 */
export function compileRegex(source: string, flags: ReadonlySet<RegexFlag>, at: Position): Accepts {
  const key = `${[...flags].toSorted().join('')}/${source}`;
  let accepts = cache.get(key);
  if (accepts === undefined) {
    if (cache.size >= CACHED_EXPRESSIONS) cache.clear();
    let regex = trusted.has(key) ? undefined : compile(source, flags, at);
    // Made when they are needed: a run asks few of its rules.
    let literals: ReturnType<typeof regexLiterals> | null = null;
    let automaton: RegexAutomaton | undefined;
    accepts = (spelling) => {
      const { text } = spelling;
      if (literals === null) [literals, automaton] = [regexLiterals(source), RegexAutomaton.of(source, flags)];
      // Measured: most values hold none of the literals, and looking for a few of them costs the least.
      const isQuick = literals !== undefined && literals.length <= FEW_LITERALS;
      const answer = isQuick ? undefined : automaton?.test(text);
      if (answer !== undefined) return answer;
      if (literals?.some((literal) => spelling.folded.includes(literal)) === false && !NOT_ASCII.test(text)) return false;
      return (isQuick ? automaton?.test(text) : undefined) ?? (regex ??= compile(source, flags, at)).test(text);
    };
    cache.set(key, accepts);
  }
  return accepts;
}

function compile(source: string, flags: ReadonlySet<RegexFlag>, at: Position): RE2JS {
  if (source.length > SOURCE_LIMIT)
    throw new RuleError({ code: 'RULE_REGEX', source: source.slice(0, 40), reason: `longer than ${SOURCE_LIMIT} characters` }, at);
  const repetitions = Array.from(source.matchAll(/\{(?:\d*,)?(\d+)/g), ([, most]) => Number(most)).reduce((sum, most) => sum + most, 0);
  if (repetitions > REPETITION_LIMIT)
    throw new RuleError({ code: 'RULE_TOO_COSTLY', what: 'counted repetitions in a regular expression', limit: REPETITION_LIMIT }, at);
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(
      source,
      [...flags].reduce((bits, flag) => bits | FLAGS[flag], 0),
    );
  } catch (error) {
    throw new RuleError({ code: 'RULE_REGEX', source, reason: error instanceof Error ? error.message : String(error) }, at);
  }
  if (regex.programSize() > INSTRUCTION_LIMIT)
    throw new RuleError({ code: 'RULE_TOO_COSTLY', what: 'instructions of a regular expression', limit: INSTRUCTION_LIMIT }, at);
  return regex;
}
