import type { PatternPart } from '../model/rule.ts';
import { RuleError, type Position } from './rule-error.ts';
import type { Value } from './value.ts';

/** One value of a rule item on its way through the modifiers behind the field's name. */
export interface ModifiedValue {
  value: Value;
  /** `all`: every value of the item has to match, not any. */
  isAll: boolean;
  /** `neq`: the whole item is turned round. */
  isNegated: boolean;
  isCased: boolean;
  /** One of `contains`, `startswith`, `endswith` was there. */
  isPlaced: boolean;
}

/** Where an item's key and one of its values stand. */
export interface ItemPlace {
  readonly key: Position;
  readonly value: Position;
}

/** One use of a modifier. */
export interface Use {
  readonly modifier: string;
  readonly index: number;
  readonly count: number;
  readonly at: ItemPlace;
}

export type Modifier = (item: ModifiedValue, use: Use) => void;

export function unfit({ modifier, at }: Use, wanted: string): RuleError {
  return new RuleError({ code: 'RULE_MODIFIER_VALUE', modifier, wanted }, at.value);
}

export function misplaced({ modifier, at }: Use, wanted: string): RuleError {
  return new RuleError({ code: 'RULE_MODIFIER_MISPLACED', modifier, wanted }, at.key);
}

/** Applies a change to the value, also to all that it became. */
export function mapValue(item: ModifiedValue, change: (value: Value) => Value): void {
  const deep = (value: Value): Value => (value.kind === 'any-of' ? anyOf(value.values.map(deep)) : change(value));
  item.value = deep(item.value);
}

/** What one value became: flat, so that its spellings can be counted. */
export function anyOf(values: readonly Value[]): Value {
  const flat = values.flatMap((value) => (value.kind === 'any-of' ? value.values : [value]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: 'any-of', values: flat };
}

/** A number or a boolean is text wherever text is asked for. */
export function asText(value: Value): Value {
  return value.kind === 'number' || value.kind === 'boolean'
    ? { kind: 'text', parts: [{ kind: 'text', text: value.text }], isEncoded: false }
    : value;
}

/** The text of a pattern without wildcards. */
export function plainText(parts: readonly PatternPart[]): string | undefined {
  return parts.every((part) => part.kind === 'text') ? parts.map((part) => part.text).join('') : undefined;
}
