import { existsSync } from 'node:fs';
import { Matcher } from '../match/matcher.ts';
import type { Rule } from '../model/rule.ts';
import { appliesTo } from '../sigma/log-source.ts';
import { LOG_TYPES } from '../parse/log-types.ts';
import { schemaOf } from '../parse/schema.ts';
import { clausesOf } from '../prefilter/clauses.ts';
import { describeDiagnostic } from '../report/describe.ts';
import { escapeForTerminal } from '../report/escape.ts';
import { explainRule } from '../report/explain-rule.ts';
import { RULE_LISTS, type RuleListFormat } from '../report/rule-list.ts';
import { RULE_MATRICES } from '../report/rule-matrix.ts';
import { RULE_LOGS } from '../rule-logs.ts';
import type { RuleSet } from '../rule-set.ts';
import { testRule } from '../rule-tests.ts';
import { EXIT } from './exit-code.ts';
import { tellDiagnostics } from './notes.ts';
import { chosenRules } from './rules-option.ts';
import type { StandardStreams } from './standard-streams.ts';
import { UsageError } from './usage-error.ts';

/** The command line of `rules`, as yargs hands it over. */
export interface RulesArguments {
  readonly action: 'list' | 'matrix' | 'check' | 'test' | 'explain';
  /** Of rules, or of folders and files with rules. */
  readonly names: readonly string[];
  readonly rules: readonly string[];
  readonly defaultRules: boolean;
  /** Of `list` and `matrix`. */
  readonly format: RuleListFormat;
}

/** What an action says, line by line. */
interface Answer {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

const ACTIONS = { list, matrix, check, test, explain } as const satisfies Record<
  RulesArguments['action'],
  (set: RuleSet, args: RulesArguments) => Answer
>;

/**
 * Works on the rules alone; on those of a folder or file alone where one is named.
 *
 * @returns the exit code
 * @throws {UsageError}
 */
export async function runRules(args: RulesArguments, streams: StandardStreams): Promise<number> {
  const places = args.names.filter((name) => existsSync(name));
  const names = args.names.filter((name) => !places.includes(name));
  const set = places.length === 0 ? await chosenRules(args) : await chosenRules({ rules: [...places, ...args.rules], defaultRules: false });
  if (args.format !== 'text' && args.action !== 'list' && args.action !== 'matrix')
    throw new UsageError('--format is of rules list and rules matrix only');
  const { lines, exitCode } = ACTIONS[args.action]({ ...set, rules: select(set.rules, names) }, args);
  // The others tell them in their answer.
  if (args.action !== 'check' && args.action !== 'test')
    tellDiagnostics(
      set.diagnostics.map((diagnostic) => ({ diagnostic, more: 0 })),
      streams.note.bind(streams),
    );
  for (const line of lines) {
    if (streams.isClosed) break;
    await streams.write(`${escapeForTerminal(line)}\n`);
  }
  return exitCode;
}

/** @throws {UsageError} a name that no rule answers to */
function select(rules: readonly Rule[], names: readonly string[]): readonly Rule[] {
  if (names.length === 0) return rules;
  const answers = (rule: Rule, name: string): boolean => rule.id.startsWith(name) || rule.file.includes(name);
  const unknown = names.filter((name) => !rules.some((rule) => answers(rule, name)));
  if (unknown.length > 0) throw new UsageError(`no rule is called ${unknown.join(', ')}; exhunt rules list shows them`);
  return rules.filter((rule) => names.some((name) => answers(rule, name)));
}

function list({ rules }: RuleSet, { format }: RulesArguments): Answer {
  return { lines: RULE_LISTS[format](rules, RULE_LOGS).split('\n'), exitCode: rules.length === 0 ? EXIT.usage : EXIT.clean };
}

function matrix({ rules }: RuleSet, { format }: RulesArguments): Answer {
  return { lines: RULE_MATRICES[format](rules, RULE_LOGS).split('\n'), exitCode: rules.length === 0 ? EXIT.usage : EXIT.clean };
}

/** Says what of the rules can be run and what not. */
function check({ rules, diagnostics }: RuleSet): Answer {
  const broken = diagnostics.filter(({ severity }) => severity === 'error').length;
  const matcher = new Matcher(rules);
  const logs = LOG_TYPES.map((logType) => {
    const bound = matcher.bound(schemaOf(logType, logType.layouts[0] ?? []).schema);
    const blind = bound.filter(({ isBlind }) => isBlind).length;
    const open = bound.filter(({ rule, isBlind }) => !isBlind && clausesOf(rule.condition).length === 0).length;
    return `  ${logType.id}: ${bound.length} apply${blind > 0 ? `, ${blind} of them blind with its usual columns` : ''}${open > 0 ? `, ${open} can match lines without any literal` : ''}`;
  });
  return {
    lines: [...problems(diagnostics), `${rules.length} rules can be run, ${broken} cannot`, ...logs, ...forOtherLogs(rules)],
    exitCode: broken > 0 || rules.length === 0 ? EXIT.usage : EXIT.clean,
  };
}

/** So many kinds of other logs are named. */
const SHOWN_SOURCES = 5;

/** How many rules are for logs that exhunt does not read, and for which ones most of them. */
function forOtherLogs(rules: readonly Rule[]): string[] {
  const counts = new Map<string, number>();
  for (const { logSource } of rules) {
    if (LOG_TYPES.some(({ logSources }) => appliesTo(logSource, logSources))) continue;
    const source = Object.values(logSource).join(' ');
    counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  const named = sorted.slice(0, SHOWN_SOURCES).map(([source, count]) => `${count} for ${source}`);
  const more = sorted.length > SHOWN_SOURCES ? `, and ${sorted.length - SHOWN_SOURCES} other kinds` : '';
  return [`${total} are for logs that are not read here: ${named.join(', ')}${more}`];
}

/** Runs the rules' own log lines. */
function test({ rules, diagnostics }: RuleSet): Answer {
  const results = rules.flatMap(testRule);
  const failed = results.filter(({ outcome }) => outcome !== 'passed');
  const told = failed.map(
    ({ rule, example, outcome }) => `${rule.file}: ${outcome}, though it should ${example.isMatch ? '' : 'not '}match: ${example.text}`,
  );
  const untested = rules.filter(({ examples }) => examples.length === 0).length;
  const counts = `${results.length - failed.length} lines passed, ${failed.length} failed, of ${rules.length} rules`;
  const broken = diagnostics.filter(({ severity }) => severity === 'error');
  return {
    lines: [...problems(broken), ...told, `${counts}${untested > 0 ? ` (${untested} have no lines)` : ''}`],
    // A test that looks at nothing is not passed.
    exitCode: broken.length > 0 || results.length === 0 ? EXIT.usage : failed.length > 0 ? EXIT.findings : EXIT.clean,
  };
}

function explain({ rules }: RuleSet, { names }: RulesArguments): Answer {
  if (names.length === 0) throw new UsageError('rules explain: which rule? Give its id, its file name or a part of it');
  const lines = rules.flatMap((rule) => [
    ...explainRule(rule),
    ...explainPrefilter(rule),
    'on logs with their usual columns',
    ...explainLogs(rule),
    '',
  ]);
  return { lines, exitCode: rules.length === 0 ? EXIT.usage : EXIT.clean };
}

function explainPrefilter({ condition }: Rule): string[] {
  const clauses = clausesOf(condition);
  if (clauses.length === 0)
    return ['no literal has to stand in a line that it matches: it is asked of every line of the logs that it applies to'];
  return ['a line that it matches holds', ...clauses.map((clause, index) => `  ${index > 0 ? 'and ' : ''}${clause.join(' or ')}`)];
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

function problems(diagnostics: RuleSet['diagnostics']): string[] {
  return diagnostics.map((diagnostic) => `${diagnostic.severity}: ${describeDiagnostic(diagnostic)}`);
}
