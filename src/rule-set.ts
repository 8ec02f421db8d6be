import { fileURLToPath } from 'node:url';
import { readRuleFiles } from './discover/rule-files.ts';
import { diagnostic, type Diagnostic } from './model/diagnostic.ts';
import type { Rule } from './model/rule.ts';
import { loadRules } from './sigma/load.ts';

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

const BUNDLED = fileURLToPath(new URL('../rules', import.meta.url));

/** Loads rules. A user's rule replaces a bundled one of the same id; of two of the user's the first is used. */
export function loadRuleSet({ folders, hasDefaultRules }: RuleSetOptions): RuleSet {
  const own = loadFolders(folders.map((folder) => [folder, folder]));
  const bundled = hasDefaultRules ? loadFolders([[BUNDLED, 'rules']]) : { rules: [], diagnostics: [] };
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

function loadFolders(folders: readonly (readonly [location: string, name: string])[]): RuleSet {
  const rules = new Map<string, Rule>();
  const diagnostics: Diagnostic[] = [];
  for (const [location, name] of folders) {
    const read = readRuleFiles(location, name);
    diagnostics.push(...read.diagnostics);
    for (const file of read.files) {
      const loaded = loadRules(file.name, file.text);
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
