import { Matcher } from '../match/matcher.ts';
import type { Rule } from '../model/rule.ts';
import { LOG_TYPES } from '../parse/log-types.ts';
import { schemaOf } from '../parse/schema.ts';
import { explainRule } from '../report/explain-rule.ts';
import { describeDiagnostic } from '../report/describe.ts';
import { RULE_LISTS, type RuleListFormat } from '../report/rule-list.ts';
import { escapeForTerminal } from '../report/escape.ts';
import type { RuleSet } from '../rule-set.ts';
import { testRule } from '../rule-tests.ts';
import { EXIT } from './exit-code.ts';
import { chosenRules } from './rules-option.ts';
import { UsageError } from './usage-error.ts';

/** The command line of `rules`, as yargs hands it over. */
export interface RulesArguments {
  readonly action: 'list' | 'check' | 'test' | 'explain';
  readonly ids: readonly string[];
  readonly rules: readonly string[];
  readonly defaultRules: boolean;
  /** Of `list`. */
  readonly format: RuleListFormat;
}

const ACTIONS = { list, check, test, explain } as const satisfies Record<RulesArguments['action'], (args: RulesArguments) => number>;

/** @returns the exit code */
export async function runRules(args: RulesArguments): Promise<number> {
  return ACTIONS[args.action](args);
}

function list(args: RulesArguments): number {
  const text = RULE_LISTS[args.format](select(chosenRules(args), args.ids));
  for (const line of text.split('\n')) say(line);
  return EXIT.clean;
}

/** Says what of the rules can be run and what not; with folders, of those alone. */
function check(args: RulesArguments): number {
  const set = args.ids.length > 0 ? chosenRules({ rules: args.ids, defaultRules: false }) : chosenRules(args);
  for (const diagnostic of set.diagnostics) say(`${diagnostic.severity}: ${describeDiagnostic(diagnostic)}`);
  const broken = set.diagnostics.filter(({ severity }) => severity === 'error').length;
  say(`${set.rules.length} rules can be run, ${broken} cannot`);
  for (const logType of LOG_TYPES) {
    const bound = new Matcher(set.rules).bound(schemaOf(logType, logType.layouts[0] ?? []).schema);
    const blind = bound.filter(({ isBlind }) => isBlind);
    say(`  ${logType.id}: ${bound.length} apply${blind.length > 0 ? `, ${blind.length} of them blind with its usual columns` : ''}`);
  }
  return broken > 0 || set.rules.length === 0 ? EXIT.usage : EXIT.clean;
}

/** Runs the rules' own log lines. */
function test(args: RulesArguments): number {
  const rules = select(chosenRules(args), args.ids);
  const results = rules.flatMap(testRule);
  const failed = results.filter(({ outcome }) => outcome !== 'passed');
  for (const { rule, example, outcome } of failed) {
    say(`${rule.file}: ${outcome}, though it should ${example.isMatch ? '' : 'not '}match: ${example.text}`);
  }
  const untested = rules.filter(({ examples }) => examples.length === 0).length;
  say(
    `${results.length - failed.length} lines passed, ${failed.length} failed, of ${rules.length} rules${untested > 0 ? ` (${untested} have no lines)` : ''}`,
  );
  return failed.length > 0 ? EXIT.findings : EXIT.clean;
}

function explain(args: RulesArguments): number {
  if (args.ids.length === 0) throw new UsageError('rules explain: which rule? Give its id, its file name or a part of it');
  for (const rule of select(chosenRules(args), args.ids)) {
    for (const line of [...explainRule(rule), 'on logs with their usual columns', ...explainLogs(rule)]) say(line);
    say('');
  }
  return EXIT.clean;
}

function explainLogs(rule: Rule): string[] {
  const matcher = new Matcher([rule]);
  return LOG_TYPES.map((logType) => {
    const [bound] = matcher.bound(schemaOf(logType, logType.layouts[0] ?? []).schema);
    if (bound === undefined) return `  ${logType.id}: does not apply`;
    const lack = bound.missing.length > 0 ? `, lacks ${bound.missing.join(', ')}` : '';
    return `  ${logType.id}: ${bound.isBlind ? 'blind' : 'applies'}${lack}`;
  });
}

/** @throws {UsageError} a name that no rule answers to */
function select({ rules }: RuleSet, names: readonly string[]): Rule[] {
  if (names.length === 0) return [...rules];
  const answers = (rule: Rule, name: string): boolean => rule.id === name || rule.id.startsWith(name) || rule.file.includes(name);
  const unknown = names.filter((name) => !rules.some((rule) => answers(rule, name)));
  if (unknown.length > 0) throw new UsageError(`no rule is called ${unknown.join(', ')}; exhunt rules list shows them`);
  return rules.filter((rule) => names.some((name) => answers(rule, name)));
}

function say(text: string): void {
  process.stdout.write(`${escapeForTerminal(text)}\n`);
}
