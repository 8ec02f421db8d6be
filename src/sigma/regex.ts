import { RE2JS } from 're2js';
import type { Spelling } from '../model/rule.ts';
import { regexLiterals } from './regex-literals.ts';
import { RuleError, type Position } from './rule-error.ts';

/** A longer expression is no rule but an attack on the reader. */
const SOURCE_LIMIT = 8_192;
/** `a{500}` is compiled as 500 times `a`; time is instructions times characters. Of the public rule set the largest has some 900. */
const REPETITION_LIMIT = 1_000;
const INSTRUCTION_LIMIT = 5_000;
const FLAGS = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL } as const;
export type RegexFlag = keyof typeof FLAGS;

type Accepts = (spelling: Spelling) => boolean;

/** Rules of one family share expressions. Bounded: a foreign rule set may hold any number. */
const CACHED_EXPRESSIONS = 1_000;
const cache = new Map<string, Accepts>();

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
    accepts = compile(source, flags, at);
    cache.set(key, accepts);
  }
  return accepts;
}

function compile(source: string, flags: ReadonlySet<RegexFlag>, at: Position): Accepts {
  if (source.length > SOURCE_LIMIT)
    throw new RuleError({ code: 'RULE_REGEX', source: source.slice(0, 40), reason: `longer than ${SOURCE_LIMIT} characters` }, at);
  const repetitions = Array.from(source.matchAll(/\{(?:\d*,)?(\d+)/g), ([, most]) => Number(most)).reduce((sum, most) => sum + most, 0);
  if (repetitions > REPETITION_LIMIT)
    throw new RuleError({ code: 'RULE_TOO_COSTLY', what: 'counted repetitions in a regular expression', limit: REPETITION_LIMIT }, at);
  try {
    const regex = RE2JS.compile(
      source,
      [...flags].reduce((bits, flag) => bits | FLAGS[flag], 0),
    );
    if (regex.programSize() > INSTRUCTION_LIMIT)
      throw new RuleError({ code: 'RULE_TOO_COSTLY', what: 'instructions of a regular expression', limit: INSTRUCTION_LIMIT }, at);
    const literals = regexLiterals(source, flags.has('i'));
    if (literals === undefined) return ({ text }) => regex.test(text);
    // Measured: a search for the literals costs a tenth of the expression, and most values hold none of them.
    return (spelling) => literals.some((literal) => spelling.folded.includes(literal)) && regex.test(spelling.text);
  } catch (error) {
    if (error instanceof RuleError) throw error;
    throw new RuleError({ code: 'RULE_REGEX', source, reason: error instanceof Error ? error.message : String(error) }, at);
  }
}
