import { loadDocuments, type LoadedRules, type RuleDocument } from './load-documents.ts';
import { RuleError } from './rule-error.ts';
import { parseYaml } from './yaml-tree.ts';

/** Reads all rules of a file. Never throws for what a file holds. */
export function loadRules(file: string, text: string): LoadedRules {
  return loadDocuments(file, parseRuleFile(text));
}

/** The documents of a rule file; one that is not well formed is an error in its place. */
export function parseRuleFile(text: string): RuleDocument[] {
  try {
    // Files with byte order marks may have been put together.
    return parseYaml(text.replaceAll(/^\uFEFF/gm, ''));
  } catch (error) {
    // The YAML library reads nested values by recursion.
    if (error instanceof RangeError) return [new RuleError({ code: 'RULE_YAML_LIMIT', limit: 'depth' }, { lineNumber: 1, column: 1 })];
    throw error;
  }
}
