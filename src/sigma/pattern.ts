import type { PatternPart, Spelling } from '../model/rule.ts';
import { fold } from './fold.ts';
import { RuleError, type Position } from './rule-error.ts';

const ANY: PatternPart = { kind: 'any' };

/** Reads wildcards and escapes: `\` makes `*`, `?` and `\` plain, and is itself plain before anything else and at the end. */
export function parsePattern(text: string): PatternPart[] {
  const parts: PatternPart[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') parts.push({ kind: 'text', text: plain });
    plain = '';
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      plain += next;
      index += 1;
    } else if (character === '*' || character === '?') {
      flush();
      parts.push(character === '*' ? ANY : { kind: 'one' });
    } else {
      plain += character;
    }
  }
  flush();
  return parts;
}

/** Adds `*` before or behind a pattern, where none stands already. */
export function widen(parts: readonly PatternPart[], sides: { readonly start?: boolean; readonly end?: boolean }): PatternPart[] {
  const before = sides.start === true && parts[0]?.kind !== 'any' ? [ANY] : [];
  const behind = sides.end === true && parts.at(-1)?.kind !== 'any' ? [ANY] : [];
  // `*` alone is wide on both sides already.
  return parts.length === 0 ? [ANY] : [...before, ...parts, ...behind];
}

/** Of the literal text. */
export function textLength(parts: readonly PatternPart[]): number {
  return parts.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 0), 0);
}

/** The longest value of the public Sigma rule set has some 1,500 characters. */
export const VALUE_CHARACTERS = 8_192;
/** Each `?` and loose dash may have to be looked at again wherever the pattern could begin. */
const SINGLE_WILDCARDS = 64;

/** @throws {RuleError} a pattern that would take too long on a long value */
export function limitPattern(parts: readonly PatternPart[], at: Position): void {
  const singles = parts.filter(({ kind }) => kind === 'one' || kind === 'dash').length;
  if (singles > SINGLE_WILDCARDS)
    throw new RuleError({ code: 'RULE_TOO_COSTLY', what: 'wildcards for one character', limit: SINGLE_WILDCARDS }, at);
  if (textLength(parts) > VALUE_CHARACTERS)
    throw new RuleError({ code: 'RULE_TOO_COSTLY', what: 'characters in a value', limit: VALUE_CHARACTERS }, at);
}

/** Changes the literal text of a pattern and leaves its wildcards. */
export function mapText(parts: readonly PatternPart[], change: (text: string) => string): PatternPart[] {
  return parts.map((part) => (part.kind === 'text' ? { kind: 'text', text: change(part.text) } : part));
}

/** Makes a pattern a test of the whole value. Linear for the usual shapes; never exponential. */
export function compilePattern(parts: readonly PatternPart[], isCased: boolean): (spelling: Spelling) => boolean {
  const wanted = isCased ? parts : mapText(parts, fold);
  const test = compileWhole(wanted);
  return isCased ? ({ text }) => test(text) : ({ folded }) => test(folded);
}

function compileWhole(parts: readonly PatternPart[]): (value: string) => boolean {
  const shape = parts.map((part) => part.kind).join(' ');
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  switch (shape) {
    case '':
      return (value) => value === '';
    case 'any':
      return () => true;
    case 'text':
      return (value) => value === text;
    case 'any text':
      return (value) => value.endsWith(text);
    case 'text any':
      return (value) => value.startsWith(text);
    case 'any text any':
      return (value) => value.includes(text);
    default:
      return compileSegments(parts);
  }
}

type Unit = Exclude<PatternPart, { readonly kind: 'any' }>;

/** What stands between two `*` must occur in order; the leftmost place is always good enough, so nothing is tried twice. */
function compileSegments(parts: readonly PatternPart[]): (value: string) => boolean {
  const segments: Unit[][] = [[]];
  for (const part of parts) {
    if (part.kind === 'any') segments.push([]);
    else segments.at(-1)?.push(part);
  }
  const [first = [], ...others] = segments;
  const last = others.pop();
  return (value) => {
    let at = endOfMatch(first, value, 0);
    if (last === undefined) return at === value.length;
    for (const segment of others) {
      if (at === -1) return false;
      at = endOfSearch(segment, value, at);
    }
    return at !== -1 && endsWith(last, value, at);
  };
}

/** Index behind the segment when it stands at `from`, else -1. */
function endOfMatch(segment: readonly Unit[], value: string, from: number): number {
  let at = from;
  for (const unit of segment) {
    if (unit.kind === 'text') {
      if (!value.startsWith(unit.text, at)) return -1;
      at += unit.text.length;
    } else {
      const code = value.codePointAt(at);
      if (code === undefined || (unit.kind === 'dash' && !DASHES.includes(String.fromCodePoint(code)))) return -1;
      at += code > 0xffff ? 2 : 1;
    }
  }
  return at;
}

function endOfSearch(segment: readonly Unit[], value: string, from: number): number {
  const [head] = segment;
  for (let at = from; at <= value.length; at += 1) {
    if (head?.kind === 'text') at = value.indexOf(head.text, at);
    if (at === -1) return -1;
    const end = endOfMatch(segment, value, at);
    if (end !== -1) return end;
  }
  return -1;
}

function endsWith(segment: readonly Unit[], value: string, from: number): boolean {
  // A unit takes one or two places (a character beyond U+FFFF takes two), a text as many as it is long.
  const shortest = segment.reduce((sum, unit) => sum + (unit.kind === 'text' ? unit.text.length : 1), 0);
  const wild = segment.filter((unit) => unit.kind !== 'text').length;
  for (let at = Math.max(from, value.length - shortest - wild); at <= value.length - shortest; at += 1) {
    if (endOfMatch(segment, value, at) === value.length) return true;
  }
  return false;
}

/** Hyphen, slash, en dash, em dash and horizontal bar: what Windows programs take for a flag's dash. */
export const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'];
