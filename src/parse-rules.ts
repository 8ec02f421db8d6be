/** Part of the build: parses the bundled rules once, for `parsed-rules.ts`. */
import { writeFileSync } from 'node:fs';
import { readRuleFiles } from './discover/rule-files.ts';
import { digestOf, PARSED_RULES, type ParsedRules } from './parsed-rules.ts';
import { BUNDLED } from './rule-set.ts';
import { parseRuleFile } from './sigma/load.ts';
import { loadDocuments, type RuleDocument } from './sigma/load-documents.ts';
import { knownExpressions } from './sigma/regex.ts';

const documents: Record<string, readonly RuleDocument[]> = {};
for (const { name, text } of readRuleFiles(BUNDLED, 'rules').files) {
  const parsed = parseRuleFile(text);
  // A broken rule is told whenever rules are loaded.
  if (loadDocuments(name, parsed).diagnostics.length === 0) documents[digestOf(text)] = parsed;
}
const rules: ParsedRules = { documents, expressions: knownExpressions() };
writeFileSync(PARSED_RULES, JSON.stringify(rules));
