import { existsSync } from 'node:fs';
import { Matcher } from '../match/matcher.ts';
import { planCorrelations } from '../correlate/plan.ts';
import { testCorrelation } from '../correlation-tests.ts';
import type { LinkedCorrelation } from '../model/correlation-rule.ts';
import type { Rule, RuleHead } from '../model/rule.ts';
import { appliesTo } from '../sigma/log-source.ts';
import { LOG_TYPES } from '../parse/log-types.ts';
import { schemaOf } from '../parse/schema.ts';
import { clausesOf } from '../prefilter/clauses.ts';
import { describeDiagnostic } from '../report/describe.ts';
import { escapeForTerminal } from '../report/escape.ts';
import { explainCorrelation } from '../report/explain-correlation.ts';
import { explainRule } from '../report/explain-rule.ts';
import { RULE_LISTS, type RuleListFormat } from '../report/rule-list.ts';
import { RULE_MATRICES } from '../report/rule-matrix.ts';
import { RULE_LOGS } from '../rule-logs.ts';
import type { RuleSet } from '../rule-set.ts';
import { testRule } from '../rule-tests.ts';
import { checkYara, testYara } from '../yara-tests.ts';
import { yaraSourceOf } from '../yara/rules.ts';
import { EXIT } from './exit-code.ts';
import { tellDiagnostics } from './notes.ts';
import { chosenRules } from './rules-option.ts';
import type { StandardStreams } from './standard-streams.ts';
import { suggest } from '../suggest.ts';
import { UsageError } from './usage-error.ts';

/** The command line of `rules`, as yargs hands it over. */
export interface RulesArguments {
  readonly action: 'list' | 'matrix' | 'check' | 'test' | 'explain';
  /** Of rules, or of folders and files with rules. */
  readonly names: readonly string[];
  readonly rules: readonly string[];
  readonly filters: readonly string[];
  readonly yara: readonly string[];
  readonly defaultRules: boolean;
  /** Of `list` and `matrix`. */
  readonly format: RuleListFormat;
}

/** What an action says, line by line. */
interface Answer {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** The rules that are asked about, and all that are loaded: correlations build on others. */
interface ChosenSet extends RuleSet {
  readonly all: RuleSet;
}

const ACTIONS = { list, matrix, check, test, explain } as const satisfies Record<
  RulesArguments['action'],
  (set: ChosenSet, args: RulesArguments) => Answer | Promise<Answer>
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
  const set =
    places.length === 0 ? await chosenRules(args) : await chosenRules({ ...args, rules: [...places, ...args.rules], defaultRules: false });
  if (args.format !== 'text' && args.action !== 'list' && args.action !== 'matrix')
    throw new UsageError('--format is of rules list and rules matrix only');
  const { lines, exitCode } = await ACTIONS[args.action]({ ...set, ...select(set, names), all: set }, args);
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
function select({ rules, correlations }: RuleSet, names: readonly string[]): Pick<RuleSet, 'rules' | 'correlations'> {
  if (names.length === 0) return { rules, correlations };
  const answers = (rule: RuleHead, name: string): boolean => rule.id.startsWith(name) || rule.file.includes(name);
  const all: readonly RuleHead[] = [...rules, ...correlations.map(({ rule }) => rule)];
  const unknown = names.filter((name) => !all.some((rule) => answers(rule, name)));
  if (unknown.length > 0)
    throw new UsageError(`no rule is called ${unknown.join(', ')}; exhunt rules list shows them${suggest(unknown[0] ?? '', namesOf(all))}`);
  const isMeant = (rule: RuleHead): boolean => names.some((name) => answers(rule, name));
  return { rules: rules.filter(isMeant), correlations: correlations.filter(({ rule }) => isMeant(rule)) };
}

/** What rules may be called: ids, and files without their folder and ending. */
function namesOf(rules: readonly RuleHead[]): string[] {
  return rules.flatMap(({ id, file }) => [id, file.replace(/.*[\\/]/, '').replace(/\.ya?ml$/i, '')]);
}

function list({ rules, correlations }: ChosenSet, { format }: RulesArguments): Answer {
  const listed = [...rules, ...correlations.map(({ rule }) => rule)];
  return { lines: RULE_LISTS[format](listed, RULE_LOGS).split('\n'), exitCode: listed.length === 0 ? EXIT.usage : EXIT.clean };
}

function matrix({ rules }: RuleSet, { format }: RulesArguments): Answer {
  return { lines: RULE_MATRICES[format](rules, RULE_LOGS).split('\n'), exitCode: rules.length === 0 ? EXIT.usage : EXIT.clean };
}

/** Says what of the rules can be run and what not. */
async function check({ rules, correlations, filters, diagnostics: loaded }: ChosenSet): Promise<Answer> {
  const diagnostics = [...loaded, ...(await checkYara(rules))];
  const broken = diagnostics.filter(({ severity }) => severity === 'error').length;
  const matcher = new Matcher(rules);
  const logs = LOG_TYPES.map((logType) => {
    const bound = matcher.bound(schemaOf(logType, logType.layouts[0] ?? []).schema);
    const blind = bound.filter(({ isBlind }) => isBlind).length;
    const open = bound.filter(({ rule, isBlind }) => !isBlind && clausesOf(rule.condition).length === 0).length;
    return `  ${logType.id}: ${bound.length} apply${blind > 0 ? `, ${blind} of them blind with its usual columns` : ''}${open > 0 ? `, ${open} can match lines without any literal` : ''}`;
  });
  return {
    lines: [
      ...problems(diagnostics),
      `${rules.length + correlations.length} rules can be run, ${broken} cannot`,
      ...logs,
      ...forOtherLogs(rules),
      ...checkCorrelations(correlations),
      ...filters.map(
        ({ filter, appliedTo }) =>
          `the filter ${filter.title} (${filter.file}:${filter.lineNumber}) is added to ${plural(appliedTo.length, 'rule')}`,
      ),
    ],
    exitCode: broken > 0 || rules.length === 0 ? EXIT.usage : EXIT.clean,
  };
}

/** How many there are, and what they keep from being written. */
function checkCorrelations(correlations: readonly LinkedCorrelation[]): string[] {
  if (correlations.length === 0) return [];
  const feeding = correlations.filter(({ writesFindings }) => !writesFindings).length;
  const { silent } = planCorrelations(correlations);
  return [
    `${plural(correlations.length, 'correlation')}${feeding > 0 ? `, ${feeding} of them only for others` : ''}; ${plural(silent.size, 'rule')} only for correlations, without findings of ${silent.size === 1 ? 'its' : 'their'} own`,
  ];
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
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

/** Of a sample, as it is stored. */
const SAMPLE_CHARACTERS = 40;

/** Runs the rules' own log lines, and YARA over the samples of its rules. */
async function test({ rules, correlations, all, diagnostics }: ChosenSet): Promise<Answer> {
  const ofYara = rules.filter((rule) => yaraSourceOf(rule) !== undefined);
  const results = [
    ...(await testYara(ofYara)).map((result) => ({
      ...result,
      text: `a sample of ${result.rule.name ?? ''}, ${result.example.text.slice(0, SAMPLE_CHARACTERS)}`,
    })),
    ...rules
      .filter((rule) => !ofYara.includes(rule))
      .flatMap(testRule)
      .map((result) => ({ ...result, text: result.example.text })),
    ...correlations
      .flatMap((each) => testCorrelation(each, all.rules, all.correlations))
      .map((result) => ({ ...result, text: result.example.lines.map(({ text }) => text).join('\n  ') })),
  ];
  const failed = results.filter(({ outcome }) => outcome !== 'passed');
  const told = failed.flatMap(({ rule, example, outcome, text }) =>
    `${rule.file}: ${outcome}, though it should ${example.isMatch ? '' : 'not '}match: ${text}`.split('\n'),
  );
  const tested = [...rules, ...correlations.map(({ rule }) => rule)];
  const untested = tested.filter(({ examples }) => examples.length === 0).length;
  const counts = `${results.length - failed.length} lines passed, ${failed.length} failed, of ${tested.length} rules`;
  const broken = diagnostics.filter(({ severity }) => severity === 'error');
  return {
    lines: [...problems(broken), ...told, `${counts}${untested > 0 ? ` (${untested} have no lines)` : ''}`],
    // A test that looks at nothing is not passed.
    exitCode: broken.length > 0 || results.length === 0 ? EXIT.usage : failed.length > 0 ? EXIT.findings : EXIT.clean,
  };
}

function explain({ rules, correlations }: ChosenSet, { names }: RulesArguments): Answer {
  if (names.length === 0) throw new UsageError('rules explain: which rule? Give its id, its file name or a part of it');
  const lines = rules.flatMap((rule) => [
    ...explainRule(rule),
    ...explainPrefilter(rule),
    'on logs with their usual columns',
    ...explainLogs(rule),
    '',
  ]);
  const explained = correlations.flatMap((correlation) => [...explainCorrelation(correlation), '']);
  return { lines: [...lines, ...explained], exitCode: lines.length + explained.length === 0 ? EXIT.usage : EXIT.clean };
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
