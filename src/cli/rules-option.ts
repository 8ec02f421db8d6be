import { existsSync } from 'node:fs';
import type { Rule } from '../model/rule.ts';
import { loadRuleSet, type RuleSet } from '../rule-set.ts';
import { describeDiagnostic } from '../report/describe.ts';
import { UsageError } from './usage-error.ts';

/** Why no rule is left: more than these would hide that. */
const REASONS = 20;

interface RulesOptions {
  readonly rules: readonly string[];
  readonly filters: readonly string[];
  readonly yara: readonly string[];
  readonly defaultRules: boolean;
}

/** @throws {UsageError} a folder of rules or filters that does not exist */
export async function chosenRules({ rules, filters, yara, defaultRules }: RulesOptions): Promise<RuleSet> {
  for (const [option, folders] of Object.entries({ rules, filters, yara })) {
    const missing = folders.filter((folder) => !existsSync(folder));
    if (missing.length > 0) throw new UsageError(`--${option}: there is no ${missing.join(', ')}`);
  }
  return await loadRuleSet({ folders: rules, filterFolders: filters, yaraFolders: yara, hasDefaultRules: defaultRules });
}

/**
 * @param others rules that were made in another way
 * @throws {UsageError} also when no rule is left that could be run
 */
export async function usableRules(options: RulesOptions, others: readonly Rule[]): Promise<RuleSet> {
  const set = await chosenRules(options);
  const rules = [...set.rules, ...others];
  if (rules.length === 0) {
    const reasons = set.diagnostics
      .filter(({ severity }) => severity === 'error')
      .slice(0, REASONS)
      .map(describeDiagnostic);
    throw new UsageError(['no usable rule', ...reasons].join('\n'));
  }
  return { ...set, rules };
}
