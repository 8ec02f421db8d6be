/** Part of the build: parses the bundled rules once, for `parsed-rules.ts`. */
import { writeFileSync } from 'node:fs';
import { readRuleFiles } from './discover/rule-files.ts';
import { digestOf, PARSED_RULES } from './parsed-rules.ts';
import { BUNDLED } from './rule-set.ts';
import { parseRuleFile } from './sigma/load.ts';
import { RuleError } from './sigma/rule-error.ts';

const parsed = readRuleFiles(BUNDLED, 'rules').files.flatMap(({ text }) => {
  const documents = parseRuleFile(text);
  return documents.some((document) => document instanceof RuleError) ? [] : [[digestOf(text), documents] as const];
});
writeFileSync(PARSED_RULES, JSON.stringify(Object.fromEntries(parsed)));
