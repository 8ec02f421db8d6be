import { readWrittenTime } from '../model/written-time.ts';
import type { Suppression } from '../model/suppression.ts';
import { RuleError, type Position } from '../sigma/rule-error.ts';
import type { MapTree, Tree } from '../sigma/yaml-tree.ts';
import type { IgnoreEntry } from './ignore-list.ts';
import { nearest } from '../suggest.ts';
import { CHOSEN_BY_SENDERS, ScopeError, SCOPES, timeSpan, type ScopeName, type Written } from './scope.ts';

/** What makes an ignore file unusable. */
export interface IgnoreProblem {
  readonly at: Position;
  readonly reason: string;
}

/** Entries of a file; more are a rule that should be written otherwise. */
const MOST_ENTRIES = 5_000;
const REASON_CHARACTERS = 500;
/** Values of one key. */
const MOST_VALUES = 1_000;

const SCOPE_NAMES = Object.keys(SCOPES).filter((name): name is ScopeName => Object.hasOwn(SCOPES, name));
const KEYS = ['finding', 'rule', ...SCOPE_NAMES, 'from', 'to', 'reason', 'until', 'by'] as const;

/**
 * Understands an ignore file: a list of entries. A file with anything amiss is not used at all: what an entry should have kept quiet, or should not,
 * nobody can say.
 *
 * @param documents of the file, read as rule files are
 */
export function readIgnoreFile(
  file: string,
  documents: readonly (Tree | RuleError)[],
): { readonly entries: readonly IgnoreEntry[]; readonly problems: readonly IgnoreProblem[] } {
  const entries: IgnoreEntry[] = [];
  const problems: IgnoreProblem[] = [];
  const attempt = (read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ScopeError) && !(error instanceof RuleError)) throw error;
      problems.push({ at: error.at, reason: reasonOf(error) });
    }
  };
  for (const document of documents)
    attempt(() => {
      for (const item of itemsOf(document))
        attempt(() => {
          if (entries.length >= MOST_ENTRIES) throw new ScopeError(`there are more than ${MOST_ENTRIES} entries`, item.at);
          // An entry is known by its line.
          if (entries.at(-1)?.suppression.line === item.at.lineNumber) throw new ScopeError('each entry has a line of its own', item.at);
          entries.push(readEntry(file, item));
        });
    });
  return { entries, problems };
}

function reasonOf(error: ScopeError | RuleError): string {
  if (error instanceof ScopeError) return error.message;
  const { problem } = error;
  if (problem.code === 'RULE_YAML') return `is not well-formed YAML: ${problem.reason}`;
  if (problem.code === 'RULE_TOO_COSTLY') return `more than ${problem.limit} ${problem.what}`;
  return 'is nested too deep, or has too many values';
}

function itemsOf(document: Tree | RuleError): readonly Tree[] {
  if (document instanceof RuleError) throw document;
  if (document.kind === 'list') return document.items;
  if (document.kind === 'scalar' && document.value === null) return [];
  throw new ScopeError('an ignore file is a list: each entry begins with "- "', document.at);
}

function readEntry(file: string, tree: Tree): IgnoreEntry {
  if (tree.kind !== 'map') throw new ScopeError('an entry has finding or rule, and reason', tree.at);
  checkKeys(tree);
  const findings = valuesOf(tree, 'finding');
  const rules = valuesOf(tree, 'rule');
  const scopes = SCOPE_NAMES.filter((name) => has(tree, name));
  const isTimed = has(tree, 'from') || has(tree, 'to');
  if ((findings.length === 0) === (rules.length === 0)) throw new ScopeError('an entry has either finding or rule', tree.at);
  if (findings.length > 0 && (scopes.length > 0 || isTimed))
    throw new ScopeError('an entry with finding needs nothing else: its id names one record', tree.at);
  if (rules.length > 0 && scopes.length === 0 && !(has(tree, 'from') && has(tree, 'to')))
    throw new ScopeError(
      `a rule alone is too broad: bind it to more (${SCOPE_NAMES.join(', ')}, or from and to), for an attacker would find the same door`,
      tree.at,
    );
  const wild = [...findings, ...rules].find(({ text }) => /[*?]/.test(text));
  if (wild !== undefined) throw new ScopeError(`${wild.text}: ids have no wildcards`, wild.at);
  return {
    suppression: readSuppression(file, tree),
    findings: findings.map(({ text }) => text.toLowerCase()),
    rules: rules.map(({ text }) => text.toLowerCase()),
    scope: [
      ...scopes.map((name) => SCOPES[name](valuesOf(tree, name))),
      ...(isTimed ? [timeSpan(oneOf(tree, 'from'), oneOf(tree, 'to'))] : []),
    ],
    isByName: rules.length > 0 && !isTimed && scopes.every((name) => CHOSEN_BY_SENDERS.has(name)),
  };
}

function checkKeys({ entries }: MapTree): void {
  for (const { key, at } of entries) {
    if (KEYS.some((known) => known === key)) continue;
    const meant = nearest(key, KEYS);
    throw new ScopeError(
      `the key ${key} is not known${meant === undefined ? `; there are ${KEYS.join(', ')}` : `: did you mean ${meant}?`}`,
      at,
    );
  }
}

function readSuppression(file: string, tree: MapTree): Suppression {
  const reason = oneOf(tree, 'reason');
  const until = oneOf(tree, 'until');
  const author = oneOf(tree, 'by');
  if (reason === undefined) throw new ScopeError('an entry has a reason: who reads it in a year has to know', tree.at);
  for (const each of [reason, author])
    if (each !== undefined && each.text.length > REASON_CHARACTERS)
      throw new ScopeError(`is longer than ${REASON_CHARACTERS} characters`, each.at);
  if (until !== undefined && (!/^\d{4}-\d\d-\d\d$/.test(until.text) || readWrittenTime(until.text, 'to') === undefined))
    throw new ScopeError(`until: ${until.text} is no day; write 2026-12-31`, until.at);
  return {
    by: 'ignore',
    reason: reason.text.trim().replaceAll(/\s+/g, ' '),
    ...(until !== undefined && { until: until.text }),
    ...(author !== undefined && { author: author.text.trim() }),
    file,
    line: tree.at.lineNumber,
  };
}

function has(tree: MapTree, key: string): boolean {
  return tree.entries.some((entry) => entry.key === key);
}

/** Of a key that may have one value only. */
function oneOf(tree: MapTree, key: string): Written | undefined {
  const [first, second] = valuesOf(tree, key);
  if (second !== undefined) throw new ScopeError(`${key} has one value`, second.at);
  return first;
}

/** One value or a list of them; none where there is no such key. An empty one is a mistake: it would hold of nothing, or of all. */
function valuesOf(tree: MapTree, key: string): Written[] {
  const entry = tree.entries.find((each) => each.key === key);
  if (entry === undefined) return [];
  const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  if (items.length === 0) throw new ScopeError(`${key} has no value`, entry.at);
  if (items.length > MOST_VALUES) throw new ScopeError(`${key} has more than ${MOST_VALUES} values`, entry.at);
  return items.map((item) => {
    if (item.kind !== 'scalar' || item.text.trim() === '') throw new ScopeError(`${key} wants text, or a list of texts`, item.at);
    return { text: item.text.trim(), at: item.at };
  });
}
