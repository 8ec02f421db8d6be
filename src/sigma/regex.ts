import { RE2JS } from 're2js';
import type { Spelling } from '../model/rule.ts';
import { regexLiterals } from './regex-literals.ts';
import { RuleError, type Position } from './rule-error.ts';

/** A longer expression is no rule but an attack on the reader. */
const SOURCE_LIMIT = 8_192;
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
  try {
    const regex = RE2JS.compile(
      source,
      [...flags].reduce((bits, flag) => bits | FLAGS[flag], 0),
    );
    const literals = regexLiterals(source, flags.has('i'));
    if (literals === undefined) return ({ text }) => regex.test(text);
    // Measured: a search for the literals costs a tenth of the expression, and most values hold none of them.
    return (spelling) => literals.some((literal) => spelling.folded.includes(literal)) && regex.test(spelling.text);
  } catch (error) {
    throw new RuleError({ code: 'RULE_REGEX', source, reason: error instanceof Error ? error.message : String(error) }, at);
  }
}
