import type { PatternPart, ReferenceMode, ValueTest } from '../model/rule.ts';
import { compileRegex, type RegexFlag } from './regex.ts';
import { compilePattern, limitPattern } from './pattern.ts';
import type { Position } from './rule-error.ts';

/** A value of a rule while its modifiers are applied, one after the other. */
export type Value =
  /** `isEncoded`: each character is one byte of an encoding (`wide`). */
  | { readonly kind: 'text'; readonly parts: readonly PatternPart[]; readonly isEncoded: boolean }
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: ReadonlySet<RegexFlag> }
  | { readonly kind: 'field-reference'; readonly field: string; readonly mode: ReferenceMode }
  /** What one value became several of (`base64offset`): any of them, also under `all`. */
  | { readonly kind: 'any-of'; readonly values: readonly Value[] }
  | { readonly kind: 'test'; readonly test: ValueTest };

/** The tests of a value with all its modifiers applied; any of them is enough. */
export function testsOf(value: Value, isCased: boolean, at: Position): ValueTest[] {
  switch (value.kind) {
    case 'any-of':
      return value.values.flatMap((each) => testsOf(each, isCased, at));
    case 'test':
      return [value.test];
    case 'null':
      return [{ kind: 'null' }];
    case 'boolean':
      return [patternTest([{ kind: 'text', text: value.text }], isCased)];
    case 'number':
      return [numberTest(value.text, value.value)];
    case 'text':
      limitPattern(value.parts, at);
      return [patternTest(value.parts, isCased)];
    case 'regex':
      return [
        { kind: 'regex', source: value.source, flags: [...value.flags].join(''), accepts: compileRegex(value.source, value.flags, at) },
      ];
    case 'field-reference':
      return [fieldReferenceTest(value, isCased)];
  }
}

type PatternTest = Extract<ValueTest, { readonly kind: 'pattern' }>;

export function patternTest(parts: readonly PatternPart[], isCased: boolean): PatternTest {
  return { kind: 'pattern', parts, isCased, accepts: compilePattern(parts, isCased) };
}

/** Logs hold text: a number equals its own spelling, and any other spelling of the same number without an exponent. */
function numberTest(text: string, value: number): ValueTest {
  const plain = PLAIN.test(text) ? text : String(value);
  return {
    kind: 'number',
    text,
    accepts: (spelling) => spelling.text === text || (PLAIN.test(spelling.text) && compareNumbers(spelling.text, plain) === 0),
  };
}

function fieldReferenceTest({ field, mode }: Extract<Value, { kind: 'field-reference' }>, isCased: boolean): ValueTest {
  const compare = {
    equals: (own: string, other: string): boolean => own === other,
    contains: (own: string, other: string): boolean => own.includes(other),
    startswith: (own: string, other: string): boolean => own.startsWith(other),
    endswith: (own: string, other: string): boolean => own.endsWith(other),
  }[mode];
  return {
    kind: 'field-reference',
    field,
    mode,
    accepts: isCased ? (own, other) => compare(own.text, other.text) : (own, other) => compare(own.folded, other.folded),
  };
}

const PLAIN = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$|^0x[0-9a-f]+$/i;
const WHOLE = /^\+?(-?\d{1,400})(?:\.0*)?$/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$|^0x[0-9a-f]+$/i;

/** Exactly, however large; `undefined` for what is not whole. */
function wholeNumber(text: string): bigint | undefined {
  if (/^0x/i.test(text)) return BigInt(text);
  const [, digits] = WHOLE.exec(text) ?? [];
  return digits === undefined ? undefined : BigInt(digits);
}

/** `undefined` for text that is not a finite decimal or hexadecimal number. */
export function parseNumber(text: string): number | undefined {
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** Less than 0, 0 or more than 0, as the left one is smaller, equal or larger; `undefined` when one is no number. Exact for integers. */
export function compareNumbers(left: string, right: string): number | undefined {
  const [a, b] = [parseNumber(left), parseNumber(right)];
  if (a === undefined || b === undefined) return undefined;
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a - b;
  const [wideA, wideB] = [wholeNumber(left), wholeNumber(right)];
  if (wideA === undefined || wideB === undefined) return a - b;
  return wideA < wideB ? -1 : wideA > wideB ? 1 : 0;
}
