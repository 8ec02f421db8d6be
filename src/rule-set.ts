import { fileURLToPath } from 'node:url';
import { planCorrelations } from './correlate/plan.ts';
import { readRuleFiles } from './discover/rule-files.ts';
import type { CorrelationRule, LinkedCorrelation } from './model/correlation-rule.ts';
import { diagnostic, type Diagnostic } from './model/diagnostic.ts';
import type { AppliedFilter, FilterRule } from './model/filter-rule.ts';
import type { Rule, RuleHead } from './model/rule.ts';
import { SPELLED_CHARACTERS } from './sigma/detection.ts';
import { applyFilters } from './sigma/apply-filters.ts';
import { linkCorrelations } from './sigma/link-rules.ts';
import { loadDocuments, type LoadedRules, type RuleDocument } from './sigma/load-documents.ts';
import { digestOf, parsedBefore } from './parsed-rules.ts';
import { loadYara } from './yara-files.ts';

export interface RuleSet {
  /** Detection rules, with the filters that are for them. */
  readonly rules: readonly Rule[];
  /** Those that others refer to stand before them. */
  readonly correlations: readonly LinkedCorrelation[];
  readonly filters: readonly AppliedFilter[];
  readonly diagnostics: readonly Diagnostic[];
  /** Of all files of rules that were read: SHA-256 of their sorted digests, one a line. */
  readonly sha256: string;
}

export interface RuleSetOptions {
  /** Folders of rules, or single files. */
  readonly folders: readonly string[];
  /** Folders of filters, or single files: nothing else is loaded from them. */
  readonly filterFolders?: readonly string[];
  /** Folders of YARA rules, or single files. */
  readonly yaraFolders?: readonly string[];
  /** False leaves the bundled pack out. */
  readonly hasDefaultRules: boolean;
}

export const BUNDLED = fileURLToPath(new URL('../rules', import.meta.url));

/** Loads rules. A user's rule replaces a bundled one of the same id; of two of the user's the first is used. */
export async function loadRuleSet({ folders, filterFolders = [], yaraFolders = [], hasDefaultRules }: RuleSetOptions): Promise<RuleSet> {
  const own = await loadFolders(folders.map((folder) => [folder, folder]));
  const bundled = hasDefaultRules ? await loadFolders([[BUNDLED, 'rules']]) : NO_RULES;
  const digests = [...bundled.digests, ...own.digests];
  const ownById = new Map([...own.rules, ...own.correlations].map((rule): [string, RuleHead] => [rule.id, rule]));
  const isOthers = ({ id }: RuleHead): boolean => !ownById.has(id);
  const replaced = [...bundled.rules, ...bundled.correlations].flatMap(({ id, file }) => {
    const by = ownById.get(id);
    return by === undefined ? [] : [diagnostic({ code: 'RULE_REPLACED', id, file }, { path: by.file, lineNumber: by.lineNumber })];
  });
  const more = await loadFilters(filterFolders);
  const yara = loadYara(yaraFolders, hasDefaultRules);
  const detections = [...bundled.rules.filter(isOthers), ...own.rules];
  const detected = [...detections, ...yara.rules];
  const correlations = [...bundled.correlations.filter(isOthers), ...own.correlations];
  const linked = linkCorrelations(detected, correlations);
  const filtered = applyFilters(detections, correlations, [...bundled.filters, ...own.filters, ...more.filters]);
  return {
    // Contents are matched by YARA itself: a filter of fields could say nothing there.
    rules: [...filtered.rules, ...yara.rules],
    correlations: linked.correlations,
    filters: filtered.filters,
    sha256: digestOf(
      [...digests, ...more.digests, ...yara.texts.map(digestOf)]
        .toSorted()
        .map((digest) => `${digest}\n`)
        .join(''),
    ),
    diagnostics: [
      ...bundled.diagnostics,
      ...own.diagnostics,
      ...more.diagnostics,
      ...yara.diagnostics,
      ...replaced,
      ...linked.diagnostics,
      ...filtered.diagnostics,
      ...tellSilent(filtered.rules, linked.correlations),
    ],
  };
}

interface LoadedFolders extends LoadedRules {
  /** SHA-256 of each file. */
  readonly digests: readonly string[];
}

/** That the values of all files may become. */
const MOST_CHARACTERS = 64_000_000;

const NO_RULES: LoadedFolders = { rules: [], correlations: [], filters: [], diagnostics: [], digests: [] };

async function loadFolders(folders: readonly (readonly [location: string, name: string])[]): Promise<LoadedFolders> {
  const digests: string[] = [];
  const rules: Rule[] = [];
  const correlations: CorrelationRule[] = [];
  const filters: FilterRule[] = [];
  const diagnostics: Diagnostic[] = [];
  const ids = new Map<string, RuleHead>();
  /** Of several rules of one id the first is used. */
  const isFirst = (rule: RuleHead): boolean => {
    const first = ids.get(rule.id);
    if (first === undefined) ids.set(rule.id, rule);
    else
      diagnostics.push(
        diagnostic({ code: 'RULE_DUPLICATE_ID', id: rule.id, file: first.file }, { path: rule.file, lineNumber: rule.lineNumber }),
      );
    return first === undefined;
  };
  let characters = MOST_CHARACTERS;
  for (const [location, name] of folders) {
    const read = readRuleFiles(location, name);
    // One by one: of many, `push` would run out of stack.
    for (const each of read.diagnostics) diagnostics.push(each);
    for (const file of read.files) {
      digests.push(digestOf(file.text));
      const budget = { characters: Math.min(SPELLED_CHARACTERS, characters) };
      characters -= budget.characters;
      const loaded = loadDocuments(file.name, parsedBefore(file.text) ?? (await parse(file.text)), budget);
      characters += Math.max(0, budget.characters);
      for (const each of loaded.diagnostics) diagnostics.push(each);
      for (const each of loaded.rules) if (isFirst(each)) rules.push(each);
      for (const each of loaded.correlations) if (isFirst(each)) correlations.push(each);
      for (const each of loaded.filters) filters.push(each);
    }
  }
  return { rules, correlations, filters, diagnostics, digests };
}

async function loadFilters(folders: readonly string[]): Promise<Pick<LoadedFolders, 'filters' | 'diagnostics' | 'digests'>> {
  const { rules, correlations, filters, diagnostics, digests } = await loadFolders(folders.map((folder) => [folder, folder]));
  const others = [...rules, ...correlations].map(({ file, lineNumber }) =>
    diagnostic({ code: 'RULE_NOT_A_FILTER' }, { path: file, lineNumber }),
  );
  return { filters, diagnostics: [...diagnostics, ...others], digests };
}

/** A rule that writes no findings because of a correlation in another file: whoever wrote the one may not know of the other. */
function tellSilent(rules: readonly Rule[], correlations: readonly LinkedCorrelation[]): Diagnostic[] {
  const { silent } = planCorrelations(correlations);
  return rules.flatMap(({ id, file }) => {
    if (!silent.has(id)) return [];
    const users = correlations.filter(({ inputs }) => inputs.some((input) => input.kind === 'rule' && input.id === id));
    const [user] = users;
    if (user === undefined || users.some(({ rule }) => rule.file === file)) return [];
    return [diagnostic({ code: 'RULE_SILENT', id, file }, { path: user.rule.file, lineNumber: user.rule.lineNumber })];
  });
}

/** The YAML library is loaded when it is needed: of a scan with the bundled rules alone it would be a tenth. */
async function parse(text: string): Promise<RuleDocument[]> {
  const { parseRuleFile } = await import('./sigma/load.ts');
  return parseRuleFile(text);
}
