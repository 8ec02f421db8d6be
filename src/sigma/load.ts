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
  if (!document.entries.some(({ key }) => key === 'detection' || key === 'logsource'))
    throw new RuleError({ code: 'RULE_NOT_A_RULE' }, document.at);
  return readRule(document, context);
}

function unsupportedKind({ entries }: MapTree): string | undefined {
  const has = (key: string): boolean => entries.some((entry) => entry.key === key);
  if (has('correlation')) return 'correlation';
  if (has('filter')) return 'filter';
  if (has('action')) return 'action';
  const status = entries.find(({ key }) => key === 'status')?.value;
  return status?.kind === 'scalar' && status.text === 'unsupported' ? 'status: unsupported' : undefined;
}
