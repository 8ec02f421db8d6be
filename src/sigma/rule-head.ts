import { LEVELS, STAGES, type Level, type RuleHead } from '../model/rule.ts';
import { find, optionalMap, optionalText, optionalTexts, optionalWord, requiredText, textList } from './document-keys.ts';
import { RuleError } from './rule-error.ts';
import type { MapTree } from './yaml-tree.ts';

/** Of a rule that names no level; the specification leaves it open. */
const DEFAULT_LEVEL: Level = 'medium';

/**
 * What rules of every kind say of themselves.
 *
 * @param index of the document in its file, from 0
 * @throws {RuleError}
 */
export function readHead(tree: MapTree, file: string, index: number): RuleHead {
  const exhunt = optionalMap(tree, 'exhunt');
  const stage = exhunt && optionalWord(exhunt, 'stage', STAGES);
  // The specification has one text; some rules list their authors.
  const author = textList(tree, 'author').join(', ');
  return {
    id: idOf(tree, file, index),
    title: requiredText(tree, 'title'),
    level: optionalWord(tree, 'level', LEVELS) ?? DEFAULT_LEVEL,
    ...(stage !== undefined && { stage }),
    ...optionalTexts(tree, ['name', 'status', 'description', 'license']),
    ...(author !== '' && { author }),
    references: textList(tree, 'references'),
    falsePositives: textList(tree, 'falsepositives'),
    tags: textList(tree, 'tags').map((tag) => tag.toLowerCase()),
    file,
    lineNumber: tree.at.lineNumber,
  };
}

/** Its own, or its name, or its place. */
export function idOf(tree: MapTree, file: string, index: number): string {
  return optionalText(tree, 'id') ?? optionalText(tree, 'name') ?? `${file}#${index + 1}`;
}

/**
 * The rule's own tests (`exhunt.tests`): those that must match, then those that must not.
 *
 * @param wanted what an entry should be, for messages
 * @throws {RuleError}
 */
export function readTests<Example>(tree: MapTree, wanted: string, read: (item: MapTree, isMatch: boolean) => Example): Example[] {
  const exhunt = optionalMap(tree, 'exhunt');
  const tests = exhunt && optionalMap(exhunt, 'tests');
  if (tests === undefined) return [];
  const readList = (key: string, isMatch: boolean): Example[] => {
    const list = find(tests, key);
    if (list === undefined) return [];
    if (list.kind !== 'list') throw new RuleError({ code: 'RULE_KEY_VALUE', key: `exhunt.tests.${key}`, wanted: 'a list' }, list.at);
    return list.items.map((item) => {
      if (item.kind !== 'map') throw new RuleError({ code: 'RULE_KEY_VALUE', key: `exhunt.tests.${key}`, wanted }, item.at);
      return read(item, isMatch);
    });
  };
  return [...readList('match', true), ...readList('no-match', false)];
}
