import type { Expression, PatternPart, ValueTest } from '../model/rule.ts';
import { DERIVED_FIELDS } from '../model/schema.ts';
import { regexClauses, shortest, type Clause } from '../sigma/regex-literals.ts';

/**
 * What an ASCII line must hold for a condition to be true of its record: of each clause at least one literal, case folded. Sound for every
 * view: a literal holds none of the characters that a log or a view writes in another way. No clause: any line could be one.
 */
export function clausesOf(expression: Expression): readonly Clause[] {
  const clauses = known.get(expression) ?? findClauses(expression);
  known.set(expression, clauses);
  return clauses;
}

/** A condition may name a search identifier thousands of times. */
const known = new WeakMap<Expression, readonly Clause[]>();

const DERIVED: ReadonlySet<string> = new Set(DERIVED_FIELDS.map((field) => field.toLowerCase()));

function findClauses(expression: Expression): readonly Clause[] {
  switch (expression.kind) {
    case 'and':
      return [...new Set(expression.parts.flatMap(clausesOf))];
    case 'or':
      return clausesOfAny(expression.parts);
    case 'not':
      return [];
    case 'field':
      return DERIVED.has(expression.field.toLowerCase()) ? [] : clausesOfTest(expression.test);
    case 'keyword':
      return clausesOfTest(expression.test);
  }
}

/** One clause of each part: those of the longest literals, the next longest, and so on; what is rare in a log only its lines tell. */
function clausesOfAny(parts: readonly Expression[]): readonly Clause[] {
  const ofParts = parts.map((part) => clausesOf(part).toSorted((a, b) => shortest(b) - shortest(a)));
  if (ofParts.some(({ length }) => length === 0)) return [];
  const choices = Math.min(CHOICES, Math.max(...ofParts.map(({ length }) => length)));
  return Array.from({ length: choices }, (_, choice) => [
    ...new Set(ofParts.flatMap((clauses) => clauses[choice] ?? clauses.at(-1) ?? [])),
  ]);
}

function clausesOfTest(test: ValueTest): readonly Clause[] {
  if (test.kind === 'pattern') return test.parts.flatMap(clausesOfPart);
  if (test.kind === 'listed') return clausesOfTexts(test.listed.literals ?? []);
  if (test.kind !== 'regex') return [];
  const clauses = regexClauses(test.source, { shortest: SHORTEST, most: MOST });
  return clauses.flatMap((clause) => {
    const pieces = clause.map(longestPiece);
    return pieces.includes(undefined) ? [] : [pieces.filter((piece) => piece !== undefined)];
  });
}

/** One of the texts stands in a value. */
function clausesOfTexts(texts: readonly string[]): readonly Clause[] {
  const pieces = texts.map((text) => longestPiece(text.toLowerCase()));
  return pieces.length === 0 || pieces.includes(undefined) ? [] : [[...new Set(pieces.filter((piece) => piece !== undefined))]];
}

/** Of so many the best is chosen. */
const CHOICES = 4;
const SHORTEST = 2;
const MOST = 64;

function clausesOfPart(part: PatternPart): readonly Clause[] {
  if (part.kind !== 'text') return [];
  const piece = longestPiece(part.text.toLowerCase());
  return piece === undefined ? [] : [[piece]];
}

/**
 * Not in a literal: what is no printable ASCII; `+`, blanks and commas, which logs write for one another in user agents; `"`, which CSV
 * doubles; `?`, which joins a path and its query. A `%` stands for itself in some spelling of what is decoded, and the kernel looks at all of
 * them.
 */
export const UNSAFE = /[^!-~]|[+,"?]/;

function longestPiece(text: string): string | undefined {
  let longest = '';
  for (const piece of text.split(UNSAFE)) if (piece.length > longest.length) longest = piece;
  return longest.length >= SHORTEST ? longest : undefined;
}

/** Parts of a condition that are all true when it is. */
export function conjuncts(expression: Expression): readonly Expression[] {
  return expression.kind === 'and' ? [...new Set(expression.parts.flatMap(conjuncts))] : [expression];
}

/** Whether a condition asks for words anywhere in a line. */
export function hasKeyword(condition: Expression): boolean {
  // A condition may name a search identifier thousands of times.
  const parts = new Set([condition]);
  for (const part of parts) {
    if (part.kind === 'keyword') return true;
    if (part.kind === 'not') parts.add(part.part);
    else if (part.kind === 'and' || part.kind === 'or') for (const each of part.parts) parts.add(each);
  }
  return false;
}
