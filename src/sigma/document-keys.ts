import { RuleError } from './rule-error.ts';
import type { MapTree, Tree } from './yaml-tree.ts';

/** The value of a key, whatever it is. */
export function find(tree: MapTree, key: string): Tree | undefined {
  return tree.entries.find((entry) => entry.key === key)?.value;
}

/** @throws {RuleError} there is none */
export function requiredMap(tree: MapTree, key: string): MapTree {
  const value = optionalMap(tree, key);
  if (value === undefined) throw new RuleError({ code: 'RULE_KEY_MISSING', key }, tree.at);
  return value;
}

/** @throws {RuleError} it is something else */
export function optionalMap(tree: MapTree, key: string): MapTree | undefined {
  const value = find(tree, key);
  if (value === undefined || value.kind === 'map') return value;
  throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'a map' }, value.at);
}

/** @throws {RuleError} there is none */
export function requiredText(tree: MapTree, key: string): string {
  const text = optionalText(tree, key);
  if (text === undefined) throw new RuleError({ code: 'RULE_KEY_MISSING', key }, tree.at);
  return text;
}

/** A key without a value is as good as none. */
export function optionalText(tree: MapTree, key: string): string | undefined {
  const value = find(tree, key);
  if (value === undefined || (value.kind === 'scalar' && value.text === '')) return undefined;
  if (value.kind === 'scalar') return value.text;
  throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: 'text' }, value.at);
}

/** Those of several keys that there are. */
export function optionalTexts<Key extends string>(tree: MapTree, keys: readonly Key[]): Partial<Record<Key, string>> {
  const found: Partial<Record<Key, string>> = {};
  for (const key of keys) {
    const text = optionalText(tree, key);
    if (text !== undefined) found[key] = text;
  }
  return found;
}

/**
 * One of the words that a key may have, in any case.
 *
 * @throws {RuleError} another word
 */
export function optionalWord<Word extends string>(tree: MapTree, key: string, words: readonly Word[]): Word | undefined {
  const text = optionalText(tree, key)?.toLowerCase();
  if (text === undefined) return undefined;
  const word = words.find((each) => each === text);
  if (word === undefined) throw new RuleError({ code: 'RULE_KEY_VALUE', key, wanted: words.join(', ') }, find(tree, key)?.at ?? tree.at);
  return word;
}

/** A list of texts; one text alone is a list of one. */
export function textList(tree: MapTree, key: string): string[] {
  const value = find(tree, key);
  if (value === undefined) return [];
  const items = value.kind === 'list' ? value.items : [value];
  return items.flatMap((item) => (item.kind === 'scalar' && item.text !== '' ? [item.text] : []));
}
