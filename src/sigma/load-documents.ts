import { diagnostic, type Diagnostic, type Problem } from '../model/diagnostic.ts';
import type { Rule } from '../model/rule.ts';
import { SPELLED_CHARACTERS } from './detection.ts';
import { readRule } from './rule-document.ts';
import { RuleError, type Position } from './rule-error.ts';
import type { MapTree, Tree } from './yaml-tree.ts';

/** A YAML document of a rule file, or why it is none. */
export type RuleDocument = Tree | RuleError;

/** What became of one rule file. */
export interface LoadedRules {
  readonly rules: readonly Rule[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What a rule was made of: values that another thread can make it of again. */
export interface RuleSource {
  readonly file: string;
  readonly index: number;
  readonly document: RuleDocument;
}

const sources = new WeakMap<Rule, RuleSource>();

/** `undefined` for a rule that was made in another way. */
export function sourceOf(rule: Rule): RuleSource | undefined {
  return sources.get(rule);
}

/** Makes a rule again of what it was made of. */
export function remakeRule({ file, index, document }: RuleSource): Rule {
  const rule = readDocument(document, { file, index, budget: { characters: SPELLED_CHARACTERS }, warn: () => undefined });
  if (rule === undefined) throw new Error(`${file} holds no rule any more`);
  return rule;
}

/** Makes rules of the documents of a file. A broken or unsupported one becomes a diagnostic; the others stand. */
export function loadDocuments(file: string, documents: readonly RuleDocument[]): LoadedRules {
  const rules: Rule[] = [];
  const diagnostics: Diagnostic[] = [];
  const budget = { characters: SPELLED_CHARACTERS };
  const report = (problem: Problem, at: Position): void => {
    diagnostics.push(diagnostic(problem, { path: file, ...at }));
  };
  for (const [index, document] of documents.entries()) {
    try {
      const rule = readDocument(document, { file, index, budget, warn: report });
      if (rule === undefined) continue;
      rules.push(rule);
      sources.set(rule, { file, index, document });
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      report(error.problem, error.at);
    }
  }
  return { rules, diagnostics };
}

function readDocument(document: RuleDocument, context: Parameters<typeof readRule>[1]): Rule | undefined {
  if (document instanceof RuleError) throw document;
  if (document.kind === 'scalar' && document.value === null) return undefined;
  if (document.kind !== 'map') throw new RuleError({ code: 'RULE_NOT_A_RULE' }, document.at);
  const unsupported = unsupportedKind(document);
  if (unsupported !== undefined) throw new RuleError({ code: 'RULE_KIND_UNSUPPORTED', kind: unsupported }, document.at);
  if (find(document, 'detection') === undefined && find(document, 'logsource') === undefined)
    throw new RuleError({ code: 'RULE_NOT_A_RULE' }, document.at);
  return readRule(document, context);
}

function unsupportedKind(document: MapTree): string | undefined {
  const textOf = (key: string): string => {
    const value = find(document, key);
    return value?.kind === 'scalar' ? value.text.toLowerCase() : '';
  };
  if (/^(?:global|reset|repeat)$/.test(textOf('action'))) return `action: ${textOf('action')}`;
  if (textOf('status') === 'unsupported') return 'status: unsupported';
  // Fields of a private taxonomy are not those of the logs.
  if (!/^(?:sigma|exhunt)?$/.test(textOf('taxonomy'))) return `taxonomy: ${textOf('taxonomy')}`;
  if (find(document, 'detection') !== undefined) return undefined;
  return ['correlation', 'filter'].find((key) => find(document, key)?.kind === 'map');
}

function find({ entries }: MapTree, key: string): Tree | undefined {
  return entries.find((entry) => entry.key === key)?.value;
}
