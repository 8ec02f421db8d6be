import type { ComparisonOperator, PatternPart, TimePart } from '../model/rule.ts';
import { encode, utf16 } from './encoding-modifiers.ts';
import { loosenDashes, toBase64, toShiftedBase64, toUtf16 } from './encodings.ts';
import {
  asText,
  mapValue,
  misplaced,
  plainText,
  unfit,
  type ItemPlace,
  type ModifiedValue,
  type Modifier,
  type Use,
} from './modified-value.ts';
import { isInNetwork, parseNetwork } from './network.ts';
import { mapText, widen } from './pattern.ts';
import type { RegexFlag } from './regex.ts';
import { RuleError, type Position } from './rule-error.ts';
import { TIME_PART_RANGES, timePart } from './time-part.ts';
import { compareNumbers, parseNumber, type Value } from './value.ts';

/** Every value modifier of the Sigma specification 2.1, with pySigma's longer spellings. Applied in the order in which a rule names them. */
export const MODIFIERS: Readonly<Record<string, Modifier>> = {
  all: (item) => {
    item.isAll = true;
  },
  cased: (item) => {
    item.isCased = true;
  },
  neq: (item) => {
    item.isNegated = true;
  },
  contains: place('contains', { start: true, end: true }),
  startswith: place('startswith', { end: true }),
  endswith: place('endswith', { start: true }),
  exists,
  re,
  i: regexFlag('i'),
  ignorecase: regexFlag('i'),
  m: regexFlag('m'),
  multiline: regexFlag('m'),
  s: regexFlag('s'),
  dotall: regexFlag('s'),
  cidr,
  base64: encode((byteText) => [toBase64(byteText)]),
  base64offset: encode(toShiftedBase64),
  wide: utf16((text) => toUtf16(text, true)),
  utf16le: utf16((text) => toUtf16(text, true)),
  utf16be: utf16((text) => toUtf16(text, false)),
  utf16: utf16((text) => toUtf16(text, true), '\u00FF\u00FE'),
  windash: mapTexts((parts) => loosenDashes(parts)),
  lt: compare('lt', (order) => order < 0),
  lte: compare('lte', (order) => order <= 0),
  gt: compare('gt', (order) => order > 0),
  gte: compare('gte', (order) => order >= 0),
  minute: timeModifier('minute'),
  hour: timeModifier('hour'),
  day: timeModifier('day'),
  week: timeModifier('week'),
  month: timeModifier('month'),
  year: timeModifier('year'),
  fieldref: fieldReference,
  expand,
};

/** @throws {RuleError} an unknown or misplaced modifier, or one that the value does not go with */
export function applyModifiers(value: Value, names: readonly string[], at: ItemPlace): ModifiedValue {
  const item: ModifiedValue = { value, isAll: false, isNegated: false, isCased: false, isPlaced: false };
  for (const [index, name] of names.entries()) {
    modifierNamed(name, at.key)(item, { modifier: name, index, count: names.length, at });
  }
  return item;
}

/** What the modifiers say of an item without any value: whether it is turned round. */
export function isNegatedBy(names: readonly string[], at: Position): boolean {
  for (const name of names) modifierNamed(name, at);
  return names.includes('neq');
}

function modifierNamed(name: string, at: Position): Modifier {
  const modifier = Object.hasOwn(MODIFIERS, name) ? MODIFIERS[name] : undefined;
  if (modifier === undefined) throw new RuleError({ code: 'RULE_MODIFIER_UNKNOWN', modifier: name }, at);
  return modifier;
}

function mapTexts(change: (parts: readonly PatternPart[]) => readonly PatternPart[]): Modifier {
  return (item, use) => {
    mapValue(item, (value) => {
      const text = asText(value);
      if (text.kind !== 'text') throw unfit(use, 'text');
      return { ...text, parts: change(text.parts) };
    });
  };
}

function place(mode: 'contains' | 'startswith' | 'endswith', sides: { readonly start?: boolean; readonly end?: boolean }): Modifier {
  return (item, use) => {
    item.isPlaced = true;
    mapValue(item, (value) => {
      const text = asText(value);
      if (text.kind === 'text') return { ...text, parts: widen(text.parts, sides) };
      if (text.kind === 'field-reference') return { ...text, mode };
      if (text.kind === 'regex') return { ...text, source: anchor(text.source, sides) };
      throw unfit(use, 'text, a regular expression or a field reference');
    });
  };
}

/** A regular expression is searched for anywhere; `startswith` and `endswith` bind it to an end of the value. */
function anchor(source: string, sides: { readonly start?: boolean; readonly end?: boolean }): string {
  if (sides.start === true && sides.end === true) return source;
  return sides.end === true ? `\\A(?:${source})` : `(?:${source})\\z`;
}

function exists(item: ModifiedValue, use: Use): void {
  if (use.count > 1) throw misplaced(use, 'alone');
  mapValue(item, (value) => {
    if (value.kind !== 'boolean') throw unfit(use, 'true or false');
    return { kind: 'test', test: { kind: 'exists', isWanted: value.value } };
  });
}

/** The expression is taken as it was written: no wildcards, no escapes of Sigma's. `detection.ts` hands it over unread. */
function re(item: ModifiedValue, use: Use): void {
  if (use.index > 0) throw misplaced(use, 'first');
  mapValue(item, (value) => {
    if (value.kind === 'number') return { kind: 'regex', source: value.text, flags: new Set() };
    if (value.kind !== 'regex') throw unfit(use, 'text');
    return value;
  });
}

function regexFlag(flag: RegexFlag): Modifier {
  return (item, use) => {
    mapValue(item, (value) => {
      if (value.kind !== 'regex') throw misplaced(use, 'behind re');
      return { ...value, flags: new Set([...value.flags, flag]) };
    });
  };
}

function cidr(item: ModifiedValue, use: Use): void {
  if (use.index > 0) throw misplaced(use, 'first');
  mapValue(item, (value) => {
    const text = value.kind === 'text' ? plainText(value.parts) : undefined;
    const network = text === undefined ? undefined : parseNetwork(text);
    if (text === undefined || network === undefined) throw unfit(use, 'a network such as 10.0.0.0/8 or fd00::/8');
    return { kind: 'test', test: { kind: 'network', cidr: text, accepts: (spelling) => isInNetwork(spelling.text, network) } };
  });
}

function compare(operator: ComparisonOperator, holds: (order: number) => boolean): Modifier {
  return (item, use) => {
    mapValue(item, (each) => {
      const number = numberOf(each);
      if (number === undefined) throw unfit(use, 'a number');
      const { text: own } = number;
      const accepts = ({ text }: { readonly text: string }): boolean => {
        const order = compareNumbers(text, own);
        return order !== undefined && holds(order);
      };
      return { kind: 'test', test: { kind: 'comparison', operator, text: own, accepts } };
    });
  };
}

function timeModifier(part: TimePart): Modifier {
  const [least, most] = TIME_PART_RANGES[part];
  return (item, use) => {
    mapValue(item, (each) => {
      const value = numberOf(each)?.value;
      if (value === undefined || !Number.isInteger(value) || value < least || value > most)
        throw unfit(use, `a number from ${least} to ${most}`);
      return { kind: 'test', test: { kind: 'time-part', part, value, accepts: ({ text }) => timePart(text, part) === value } };
    });
  };
}

function fieldReference(item: ModifiedValue, use: Use): void {
  mapValue(item, (value) => {
    const field = value.kind === 'text' ? plainText(value.parts) : undefined;
    if (field === undefined || field === '') throw unfit(use, 'the name of a field');
    return { kind: 'field-reference', field, mode: 'equals' };
  });
}

const PLACEHOLDER = /(?<!\\)%[\p{L}\p{N}_]+%/u;

/** exhunt has nothing to put in a placeholder's place, and the specification wants such a rule rejected. `\%` is a percent sign. */
function expand(item: ModifiedValue, use: Use): void {
  const check = (text: string): string => {
    const [placeholder] = PLACEHOLDER.exec(text) ?? [];
    if (placeholder !== undefined) throw new RuleError({ code: 'RULE_PLACEHOLDER', text: placeholder }, use.at.value);
    return text.replaceAll('\\%', '%');
  };
  mapValue(item, (value) => {
    if (value.kind === 'text') return { ...value, parts: mapText(value.parts, check) };
    if (value.kind === 'regex') return { ...value, source: check(value.source) };
    throw unfit(use, 'text');
  });
}

/** A value that is a number, and a decimal spelling of it. */
function numberOf(value: Value): { readonly text: string; readonly value: number } | undefined {
  const text = value.kind === 'text' ? plainText(value.parts) : value.kind === 'number' ? value.text : undefined;
  const number = value.kind === 'number' ? value.value : parseNumber(text ?? '');
  if (text === undefined || number === undefined) return undefined;
  return { text: parseNumber(text) === undefined ? String(number) : text, value: number };
}
