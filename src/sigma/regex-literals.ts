import { parseRegex, type Syntax } from './regex-syntax.ts';

/** Literals, case folded, of which at least one is there. */
export type Clause = readonly string[];

export interface LiteralLimits {
  /** A shorter literal stands in too many places to be worth looking for. */
  readonly shortest: number;
  /** More alternatives than these are not worth looking for one by one. */
  readonly most: number;
}

/**
 * What must stand in any text of ASCII that a regular expression matches: a set of literals of which at least one is there, case folded.
 * `undefined`: nothing can be said.
 */
export function regexLiterals(source: string): Clause | undefined {
  return rarest(regexClauses(source, { shortest: 1, most: 64 }));
}

/** All such sets; each of them holds. Of an expression with anything in it that is not known nothing is said. */
export function regexClauses(source: string, limits: LiteralLimits): readonly Clause[] {
  const syntax = parseRegex(source);
  return syntax === undefined ? [] : knownOf(syntax.root, limits).clauses;
}

/** The one whose literals are the longest: they are the rarest. */
export function rarest(clauses: readonly Clause[]): Clause | undefined {
  let best: Clause | undefined;
  for (const clause of clauses) if (best === undefined || shortest(clause) > shortest(best)) best = clause;
  return best;
}

/** What is known of a part of an expression. */
interface Known {
  readonly clauses: readonly Clause[];
  /** Of each of its alternatives the literal that it begins with; none when one of them begins with anything else. */
  readonly starts: readonly string[];
}

const NOTHING: Known = { clauses: [], starts: [] };

function knownOf(syntax: Syntax, limits: LiteralLimits): Known {
  if (syntax.kind === 'choice') return knownOfChoice(syntax.branches, limits);
  return syntax.kind === 'sequence' ? knownOfSequence(syntax.parts, limits) : NOTHING;
}

/** One alternative is enough for a match: each must have its literals. */
function knownOfChoice(branches: readonly Syntax[], limits: LiteralLimits): Known {
  const known = branches.map((branch) => knownOf(branch, limits));
  return {
    clauses: anyOf(
      known.map(({ clauses }) => rarest(clauses)),
      limits,
    ),
    starts: known.some(({ starts }) => starts.length === 0) ? [] : known.flatMap(({ starts }) => starts),
  };
}

/** Every part must match: the literals of each are there. */
function knownOfSequence(parts: readonly Syntax[], limits: LiteralLimits): Known {
  const clauses: Clause[] = [];
  let run = '';
  let start: string | undefined;
  const endRun = (): string => {
    const ended = run;
    start ??= ended;
    if (ended.length >= limits.shortest) clauses.push([ended]);
    run = '';
    return ended;
  };
  for (const each of parts) {
    const { part, least, isOnce } = each.kind === 'repeat' ? { ...each, isOnce: false } : { part: each, least: 1, isOnce: true };
    const literal = literalOf(part);
    if (literal !== undefined && least > 0) {
      run += literal;
      // What is repeated may not be followed at once by what comes next.
      if (!isOnce) endRun();
    } else {
      const before = endRun();
      if (literal !== undefined || least === 0) continue;
      const known = knownOf(part, limits);
      clauses.push(...known.clauses, ...joined(before, known.starts, limits));
    }
  }
  endRun();
  return { clauses, starts: start === undefined || start === '' ? [] : [start] };
}

/** Case folded. In a text of ASCII: elsewhere `k` may also be the Kelvin sign, and `s` the long s. */
function literalOf(syntax: Syntax): string | undefined {
  if (syntax.kind !== 'character' || syntax.code > 0x7e || syntax.code < 0x20) return undefined;
  return String.fromCharCode(syntax.code).toLowerCase();
}

/** Literals that go over the border of a group: of `\.(asp|js)` there are `.asp` and `.js`. */
function joined(before: string, starts: readonly string[], limits: LiteralLimits): readonly Clause[] {
  const all = starts.map((start) => before + start);
  const isWorthIt = before !== '' && all.length > 0 && shortest(all) >= limits.shortest;
  return isWorthIt
    ? anyOf(
        all.map((each) => [each]),
        limits,
      )
    : [];
}

function anyOf(clauses: readonly (Clause | undefined)[], { most }: LiteralLimits): readonly Clause[] {
  const all = [...new Set(clauses.flatMap((clause) => clause ?? []))];
  return clauses.includes(undefined) || all.length > most ? [] : [all];
}

/** How long the shortest of its literals is. */
export function shortest(clause: Clause): number {
  // Not spread into `Math.min`: a list may hold more values than a call may have arguments.
  return clause.reduce((least, literal) => Math.min(least, literal.length), Infinity);
}
