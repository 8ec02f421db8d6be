import { diagnostic, type Diagnostic, type Problem } from '../model/diagnostic.ts';
import type { Rule } from '../model/rule.ts';
import { readRule } from './rule-document.ts';
import { RuleError, type Position } from './rule-error.ts';
import { parseYaml, type MapTree, type Tree } from './yaml-tree.ts';

/** What became of one rule file. */
export interface LoadedRules {
  readonly rules: readonly Rule[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads all rules of a file. A broken or unsupported one becomes a diagnostic; the others stand. Never throws for what a file holds. */
export function loadRules(file: string, text: string): LoadedRules {
  const rules: Rule[] = [];
  const diagnostics: Diagnostic[] = [];
  const report = (problem: Problem, at: Position): void => {
    diagnostics.push(diagnostic(problem, { path: file, ...at }));
  };
  for (const [index, document] of documentsOf(text).entries()) {
    try {
      const rule = readDocument(document, { file, index, warn: report });
      if (rule !== undefined) rules.push(rule);
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      report(error.problem, error.at);
    }
  }
  return { rules, diagnostics };
}

function documentsOf(text: string): (Tree | RuleError)[] {
  try {
    return parseYaml(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // The YAML library reads nested values by recursion.
    if (error instanceof RangeError) return [new RuleError({ code: 'RULE_YAML_LIMIT', limit: 'depth' }, { lineNumber: 1, column: 1 })];
    throw error;
  }
}

function readDocument(document: Tree | RuleError, context: Parameters<typeof readRule>[1]): Rule | undefined {
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
