import type { MapTree, ScalarTree, Tree } from '../../src/sigma/yaml-tree.ts';

/** A rule without one of its conditions. */
export interface Mutant {
  /** What was taken away, in the words of the rule. */
  readonly without: string;
  readonly document: Tree;
}

/**
 * Every copy of a rule that lacks one thing: a field of a selection, a value of a list, a modifier of a key, or an operand of the condition
 * (of `1 of filter_*` each selection that it means). Some leave nothing to load.
 */
export function mutantsOf(document: Tree): Mutant[] {
  const detection = document.kind === 'map' ? valueOf(document, 'detection') : undefined;
  if (document.kind !== 'map' || detection?.kind !== 'map') throw new Error('no rule');
  const searches = detection.entries.filter(({ key }) => key !== 'condition' && key !== 'timeframe');
  const changed = [
    ...searches.flatMap(({ key, value }) => lesserCopies(value, key).map(({ without, tree }) => ({ without, detection: withValue(detection, key, tree) }))),
    ...lesserConditions(detection, new Set(searches.map(({ key }) => key))),
  ];
  return changed.map(({ without, detection: lesser }) => ({ without, document: withValue(document, 'detection', lesser) }));
}

interface LesserTree {
  readonly without: string;
  readonly tree: Tree;
}

/** A part of a selection without one of its entries, values or modifiers. */
function lesserCopies(tree: Tree, name: string): LesserTree[] {
  if (tree.kind === 'scalar') return [];
  if (tree.kind === 'list') {
    const { items } = tree;
    return items.flatMap((item, index) => {
      const replaced = (lesser: Tree): Tree => ({ ...tree, items: items.with(index, lesser) });
      const inside = lesserCopies(item, `${name}[${index}]`).map(({ without, tree: lesser }) => ({ without, tree: replaced(lesser) }));
      if (items.length < 2) return inside;
      return [{ without: `${name}: ${shown(item)}`, tree: { ...tree, items: items.toSpliced(index, 1) } }, ...inside];
    });
  }
  const { entries } = tree;
  return entries.flatMap((entry, index) => {
    const replaced = (lesser: Partial<typeof entry>): Tree => ({ ...tree, entries: entries.with(index, { ...entry, ...lesser }) });
    const [field = '', ...modifiers] = entry.key.split('|');
    const path = `${name}.${entry.key}`;
    return [
      { without: path, tree: { ...tree, entries: entries.toSpliced(index, 1) } },
      ...modifiers.map((modifier, at) => ({
        without: `${path}: the modifier ${modifier}`,
        tree: replaced({ key: [field, ...modifiers.toSpliced(at, 1)].join('|') }),
      })),
      ...lesserCopies(entry.value, path).map(({ without, tree: lesser }) => ({ without, tree: replaced({ value: lesser }) })),
    ];
  });
}

/** A condition taken apart; `text` is an operand that has no operators inside. */
type Condition =
  | { readonly kind: 'operand'; readonly text: string }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] };

function lesserConditions(detection: MapTree, names: ReadonlySet<string>): { without: string; detection: MapTree }[] {
  const condition = valueOf(detection, 'condition');
  if (condition?.kind !== 'scalar') throw new Error('a list of conditions is not taken apart here');
  const whole = readCondition(condition.text);
  const lesser = lesserOperands(whole).map(({ without, condition: rest }) => {
    const text = rest === undefined ? '' : written(rest);
    const replaced: ScalarTree = { ...condition, value: text, text };
    return { without: `condition: ${without}`, detection: withValue(detection, 'condition', replaced) };
  });
  // What a pattern means is taken away with its selection; what is named has an operand of its own.
  const quantified = operandsOf(whole).flatMap((operand) => {
    const [, pattern] = /^\S+ of (\S+)$/i.exec(operand) ?? [];
    return pattern === undefined ? [] : [...names].filter((name) => isMeant(name, pattern)).map((name) => ({ operand, name }));
  });
  return [
    ...lesser,
    ...quantified.map(({ operand, name }) => ({
      without: `condition: ${name} of ${operand}`,
      detection: { ...detection, entries: detection.entries.filter(({ key }) => key !== name) },
    })),
  ];
}

function isMeant(name: string, pattern: string): boolean {
  if (pattern.toLowerCase() === 'them') return !name.startsWith('_');
  const [start = '', end = ''] = pattern.split('*');
  return pattern.includes('*') ? name.startsWith(start) && name.endsWith(end) : name === pattern;
}

/** `undefined` where nothing is left. */
function lesserOperands(condition: Condition): { without: string; condition: Condition | undefined }[] {
  if (condition.kind === 'operand') return [{ without: condition.text, condition: undefined }];
  if (condition.kind === 'not') {
    const { part } = condition;
    if (part.kind === 'operand') return [{ without: written(condition), condition: undefined }];
    return [
      { without: written(condition), condition: undefined },
      ...lesserOperands(part).flatMap(({ without, condition: rest }) => (rest ? [{ without, condition: { kind: 'not' as const, part: rest } }] : [])),
    ];
  }
  const { kind, parts } = condition;
  return parts.flatMap((part, index) =>
    lesserOperands(part).map(({ without, condition: rest }) => {
      const left = rest === undefined ? parts.toSpliced(index, 1) : parts.with(index, rest);
      const [only] = left;
      return { without, condition: left.length === 1 ? only : { kind, parts: left } };
    }),
  );
}

function operandsOf(condition: Condition): string[] {
  if (condition.kind === 'operand') return [condition.text];
  return condition.kind === 'not' ? operandsOf(condition.part) : condition.parts.flatMap(operandsOf);
}

function written(condition: Condition): string {
  if (condition.kind === 'operand') return condition.text;
  if (condition.kind === 'not') return `not ${bracketed(condition.part)}`;
  return condition.parts.map(bracketed).join(` ${condition.kind} `);
}

function bracketed(condition: Condition): string {
  return condition.kind === 'and' || condition.kind === 'or' ? `(${written(condition)})` : written(condition);
}

/** Reads the conditions of the bundled pack, which the loader has found to be sound. */
function readCondition(text: string): Condition {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  let next = 0;
  const take = (token: string): boolean => {
    if (tokens[next]?.toLowerCase() !== token) return false;
    next += 1;
    return true;
  };
  const joined = (kind: 'and' | 'or', read: () => Condition): Condition => {
    const parts = [read()];
    while (take(kind)) parts.push(read());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  };
  const or = (): Condition => joined('or', and);
  const and = (): Condition => joined('and', not);
  const not = (): Condition => (take('not') ? { kind: 'not', part: not() } : atom());
  const atom = (): Condition => {
    if (take('(')) {
      const inner = or();
      take(')');
      return inner;
    }
    const word = tokens[next] ?? '';
    next += 1;
    if (!take('of')) return { kind: 'operand', text: word };
    const pattern = tokens[next] ?? '';
    next += 1;
    return { kind: 'operand', text: `${word} of ${pattern}` };
  };
  return or();
}

function valueOf(tree: MapTree, key: string): Tree | undefined {
  return tree.entries.find((entry) => entry.key === key)?.value;
}

function withValue(tree: MapTree, key: string, value: Tree): MapTree {
  return { ...tree, entries: tree.entries.map((entry) => (entry.key === key ? { ...entry, value } : entry)) };
}

function shown(tree: Tree): string {
  if (tree.kind === 'scalar') return tree.text;
  return tree.kind === 'map' ? tree.entries.map(({ key }) => key).join(', ') : tree.items.map(shown).join(', ');
}
