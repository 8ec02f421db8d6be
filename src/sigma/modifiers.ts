import type { ComparisonOperator, PatternPart, TimePart } from '../model/rule.ts';
import { loosenDashes, spellDashes, toBase64, toByteText, toShiftedBase64, toUtf16 } from './encodings.ts';
import { isInNetwork, parseNetwork } from './network.ts';
import { mapText, widen } from './pattern.ts';
import type { RegexFlag } from './regex.ts';
import { RuleError, type Position } from './rule-error.ts';
import { TIME_PART_RANGES, timePart } from './time-part.ts';
import { parseNumber, type Value } from './value.ts';

/** One rule item's values on their way through the modifiers behind its field name. */
export interface ModifiedItem {
  values: Value[];
  /** `all`: every value has to match, not any. */
  isAll: boolean;
  /** `neq`: the whole item is turned round. */
  isNegated: boolean;
  isCased: boolean;
  /** One of `contains`, `startswith`, `endswith` was there. */
  isPlaced: boolean;
}

interface Use {
  readonly modifier: string;
  readonly index: number;
  readonly count: number;
  readonly at: Position;
}

type Modifier = (item: ModifiedItem, use: Use) => void;

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
  utf16: utf16((text, isFirst) => (isFirst ? '\u00FF\u00FE' : '') + toUtf16(text, true)),
  windash: mapTexts((parts) => loosenDashes(parts)),
  lt: compare('lt', (a, b) => a < b),
  lte: compare('lte', (a, b) => a <= b),
  gt: compare('gt', (a, b) => a > b),
  gte: compare('gte', (a, b) => a >= b),
  minute: timeModifier('minute'),
  hour: timeModifier('hour'),
  day: timeModifier('day'),
  week: timeModifier('week'),
  month: timeModifier('month'),
  year: timeModifier('year'),
  fieldref: fieldReference,
  expand,
};

/** @throws {RuleError} an unknown or misplaced modifier, or one that its values do not go with */
export function applyModifiers(values: readonly Value[], names: readonly string[], at: Position): ModifiedItem {
  const item: ModifiedItem = { values: [...values], isAll: false, isNegated: false, isCased: false, isPlaced: false };
  for (const [index, name] of names.entries()) {
    const modifier = Object.hasOwn(MODIFIERS, name) ? MODIFIERS[name] : undefined;
    if (modifier === undefined) throw new RuleError({ code: 'RULE_MODIFIER_UNKNOWN', modifier: name }, at);
    modifier(item, { modifier: name, index, count: names.length, at });
  }
  return item;
}

function unfit({ modifier, at }: Use, wanted: string): RuleError {
  return new RuleError({ code: 'RULE_MODIFIER_VALUE', modifier, wanted }, at);
}

function misplaced({ modifier, at }: Use, wanted: string): RuleError {
  return new RuleError({ code: 'RULE_MODIFIER_MISPLACED', modifier, wanted }, at);
}

/** Applies a change to every value, also to those that one value became. */
function mapValues(item: ModifiedItem, change: (value: Value) => Value): void {
  const deep = (value: Value): Value => (value.kind === 'any-of' ? { kind: 'any-of', values: value.values.map(deep) } : change(value));
  item.values = item.values.map(deep);
}

/** A number or a boolean is text wherever text is asked for. */
function asText(value: Value): Value {
  return value.kind === 'number' || value.kind === 'boolean'
    ? { kind: 'text', parts: [{ kind: 'text', text: value.text }], isEncoded: false }
    : value;
}

function mapTexts(change: (parts: readonly PatternPart[]) => readonly PatternPart[]): Modifier {
  return (item, use) => {
    mapValues(item, (value) => {
      const text = asText(value);
      if (text.kind !== 'text') throw unfit(use, 'text');
      return { ...text, parts: change(text.parts) };
    });
  };
}

function place(mode: 'contains' | 'startswith' | 'endswith', sides: { readonly start?: boolean; readonly end?: boolean }): Modifier {
  return (item, use) => {
    item.isPlaced = true;
    mapValues(item, (value) => {
      const text = asText(value);
      if (text.kind === 'text') return { ...text, parts: widen(text.parts, sides) };
      if (text.kind === 'field-reference') return { ...text, mode };
      // A regular expression is searched for anywhere already.
      if (text.kind === 'regex') return text;
      throw unfit(use, 'text, a regular expression or a field reference');
    });
  };
}

function exists(item: ModifiedItem, use: Use): void {
  if (use.count > 1) throw misplaced(use, 'alone');
  mapValues(item, (value) => {
    if (value.kind !== 'boolean') throw unfit(use, 'true or false');
    return { kind: 'test', test: { kind: 'exists', isWanted: value.value } };
  });
}

/** The expression is taken as it was written: no wildcards, no escapes of Sigma's. `detection.ts` hands it over unread. */
function re(item: ModifiedItem, use: Use): void {
  if (use.index > 0) throw misplaced(use, 'first');
  mapValues(item, (value) => {
    if (value.kind === 'number') return { kind: 'regex', source: value.text, flags: new Set() };
    if (value.kind !== 'regex') throw unfit(use, 'text');
    return value;
  });
}

function regexFlag(flag: RegexFlag): Modifier {
  return (item, use) => {
    mapValues(item, (value) => {
      if (value.kind !== 'regex') throw misplaced(use, 'behind re');
      return { ...value, flags: new Set([...value.flags, flag]) };
    });
  };
}

function cidr(item: ModifiedItem, use: Use): void {
  if (use.index > 0) throw misplaced(use, 'first');
  mapValues(item, (value) => {
    const text = value.kind === 'text' ? plainText(value.parts) : undefined;
    const network = text === undefined ? undefined : parseNetwork(text);
    if (text === undefined || network === undefined) throw unfit(use, 'a network such as 10.0.0.0/8 or fd00::/8');
    return { kind: 'test', test: { kind: 'network', cidr: text, accepts: (spelling) => isInNetwork(spelling.text, network) } };
  });
}

/** More spellings of one value than this are not tried. */
const SPELLING_LIMIT = 1_000;

function encode(encoder: (byteText: string) => string[]): Modifier {
  return (item, use) => {
    mapValues(item, (value) => {
      const text = asText(value);
      if (text.kind !== 'text') throw unfit(use, 'text');
      const spellings = spellDashes(text.parts, SPELLING_LIMIT);
      if (spellings === undefined)
        throw new RuleError({ code: 'RULE_TOO_MANY_VALUES', modifier: use.modifier, limit: SPELLING_LIMIT }, use.at);
      const encoded = spellings.flatMap((parts) => {
        const plain = plainText(parts);
        if (plain === undefined) throw unfit(use, 'text without wildcards');
        return encoder(toByteText(plain, text.isEncoded));
      });
      const values = encoded.map((each): Value => ({ kind: 'text', parts: [{ kind: 'text', text: each }], isEncoded: false }));
      return values.length === 1 && values[0] !== undefined ? values[0] : { kind: 'any-of', values };
    });
  };
}

function utf16(encoder: (text: string, isFirst: boolean) => string): Modifier {
  return (item, use) => {
    mapValues(item, (value) => {
      const text = asText(value);
      if (text.kind !== 'text') throw unfit(use, 'text');
      const [first] = text.parts;
      return {
        kind: 'text',
        parts: text.parts.map((part) => (part.kind === 'text' ? { kind: 'text', text: encoder(part.text, part === first) } : part)),
        isEncoded: true,
      };
    });
  };
}

function compare(operator: ComparisonOperator, holds: (field: number, value: number) => boolean): Modifier {
  return (item, use) => {
    mapValues(item, (each) => {
      const value = numberOf(each);
      if (value === undefined) throw unfit(use, 'a number');
      const accepts = ({ text }: { readonly text: string }): boolean => {
        const field = parseNumber(text);
        return field !== undefined && holds(field, value);
      };
      return { kind: 'test', test: { kind: 'comparison', operator, value, accepts } };
    });
  };
}

function timeModifier(part: TimePart): Modifier {
  const [least, most] = TIME_PART_RANGES[part];
  return (item, use) => {
    mapValues(item, (each) => {
      const value = numberOf(each);
      if (value === undefined || !Number.isInteger(value) || value < least || value > most)
        throw unfit(use, `a number from ${least} to ${most}`);
      return { kind: 'test', test: { kind: 'time-part', part, value, accepts: ({ text }) => timePart(text, part) === value } };
    });
  };
}

function fieldReference(item: ModifiedItem, use: Use): void {
  mapValues(item, (value) => {
    const field = value.kind === 'text' ? plainText(value.parts) : undefined;
    if (field === undefined || field === '') throw unfit(use, 'the name of a field');
    return { kind: 'field-reference', field, mode: 'equals' };
  });
}

const PLACEHOLDER = /(?<!\\)%\w+%/;

/** exhunt has nothing to put in a placeholder's place, and the specification wants such a rule rejected. `\%` is a percent sign. */
function expand(item: ModifiedItem, use: Use): void {
  const check = (text: string): string => {
    const [placeholder] = PLACEHOLDER.exec(text) ?? [];
    if (placeholder !== undefined) throw new RuleError({ code: 'RULE_PLACEHOLDER', text: placeholder }, use.at);
    return text.replaceAll('\\%', '%');
  };
  mapValues(item, (value) => {
    if (value.kind === 'text') return { ...value, parts: mapText(value.parts, check) };
    if (value.kind === 'regex') return { ...value, source: check(value.source) };
    throw unfit(use, 'text');
  });
}

function numberOf(value: Value): number | undefined {
  if (value.kind === 'number') return value.value;
  const text = value.kind === 'text' ? plainText(value.parts) : undefined;
  return text === undefined ? undefined : parseNumber(text);
}

/** The text of a pattern without wildcards. */
function plainText(parts: readonly PatternPart[]): string | undefined {
  return parts.every((part) => part.kind === 'text') ? parts.map((part) => part.text).join('') : undefined;
}
