import { fileURLToPath } from 'node:url';
import { readRuleFiles } from './discover/rule-files.ts';
import { diagnostic, type Diagnostic } from './model/diagnostic.ts';
import type { Rule } from './model/rule.ts';
import { loadDocuments, type RuleDocument } from './sigma/load-documents.ts';
import { parsedBefore } from './parsed-rules.ts';

export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface RuleSetOptions {
  /** Folders of rules, or single files. */
  readonly folders: readonly string[];
  /** False leaves the bundled pack out. */
  readonly hasDefaultRules: boolean;
}

export const BUNDLED = fileURLToPath(new URL('../rules', import.meta.url));

/** Loads rules. A user's rule replaces a bundled one of the same id; of two of the user's the first is used. */
export async function loadRuleSet({ folders, hasDefaultRules }: RuleSetOptions): Promise<RuleSet> {
  const own = await loadFolders(folders.map((folder) => [folder, folder]));
  const bundled = hasDefaultRules ? await loadFolders([[BUNDLED, 'rules']]) : { rules: [], diagnostics: [] };
  const ownById = new Map(own.rules.map((rule) => [rule.id, rule] as const));
  const replaced = bundled.rules.flatMap(({ id, file }) => {
    const by = ownById.get(id);
    return by === undefined ? [] : [diagnostic({ code: 'RULE_REPLACED', id, file }, { path: by.file, lineNumber: by.lineNumber })];
  });
  return {
    rules: [...bundled.rules.filter(({ id }) => !ownById.has(id)), ...own.rules],
    diagnostics: [...bundled.diagnostics, ...own.diagnostics, ...replaced],
  };
}

async function loadFolders(folders: readonly (readonly [location: string, name: string])[]): Promise<RuleSet> {
  const rules = new Map<string, Rule>();
  const diagnostics: Diagnostic[] = [];
  for (const [location, name] of folders) {
    const read = readRuleFiles(location, name);
    diagnostics.push(...read.diagnostics);
    for (const file of read.files) {
      const loaded = loadDocuments(file.name, parsedBefore(file.text) ?? (await parse(file.text)));
      diagnostics.push(...loaded.diagnostics);
      for (const rule of loaded.rules) {
        const first = rules.get(rule.id);
        if (first === undefined) rules.set(rule.id, rule);
        else
          diagnostics.push(
            diagnostic({ code: 'RULE_DUPLICATE_ID', id: rule.id, file: first.file }, { path: rule.file, lineNumber: rule.lineNumber }),
          );
      }
    }
  }
  return { rules: [...rules.values()], diagnostics };
}

/** The YAML library is loaded when it is needed: of a scan with the bundled rules alone it would be a tenth. */
async function parse(text: string): Promise<RuleDocument[]> {
  const { parseRuleFile } = await import('./sigma/load.ts');
  return parseRuleFile(text);
}
