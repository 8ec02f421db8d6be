import path from 'node:path';
import { FORMATS } from '../report/formats.ts';
import { LIMIT_NAMES } from './archive-options.ts';
import { EXIT } from './exit-code.ts';
import { factsOf, type CommandBuilder, type CommandFacts, type OptionFacts } from './option-facts.ts';
import { chosenRules } from './rules-option.ts';
import { PATH_OPTIONS } from './settings.ts';
import type { StandardStreams } from './standard-streams.ts';

/** What may stand where the cursor is. */
interface Candidate {
  readonly value: string;
  readonly describe?: string;
}

/** Names of files, which shells complete better. */
const FILES: Candidate = { value: '', describe: 'files' };

const GENERAL: readonly Candidate[] = [
  { value: '--help', describe: 'show help' },
  { value: '--version', describe: 'show the version' },
];

type Builders = Readonly<Record<string, CommandBuilder>>;

/**
 * Answers the shells' scripts: one candidate a line, a tab, what it is. A line without a candidate says that files may stand there.
 *
 * @param marked the words of the command line behind `exhunt`, up to the one with the cursor, each with a dot in front: shells lose empty ones
 * @returns the exit code
 */
export async function runComplete(marked: readonly string[], builders: Builders, streams: StandardStreams): Promise<number> {
  const words = marked.map((word) => word.replace(/^\./, ''));
  const current = words.at(-1) ?? '';
  const candidates = await candidatesFor(words.slice(0, -1), current, builders);
  for (const { value, describe = '' } of candidates)
    if (value === '' || value.startsWith(current)) await streams.write(`${value}\t${describe}\n`);
  await streams.flush();
  return EXIT.clean;
}

async function candidatesFor(before: readonly string[], current: string, builders: Builders): Promise<readonly Candidate[]> {
  const [command = ''] = before;
  const builder = Object.hasOwn(builders, command) ? builders[command] : undefined;
  if (builder === undefined) return before.length > 0 ? [] : [...Object.keys(builders).map((value) => ({ value })), ...GENERAL];
  const facts = factsOf(builder);
  const behind = before.slice(1);
  if (behind.includes('--')) return [FILES];
  const [, name = '', joined] = /^--([a-z-]+)(=.*)$/s.exec(current) ?? [];
  const asked = joined === undefined ? valuedOption(behind.at(-1), facts) : findOption(name, facts);
  if (asked !== undefined && !asked.isBoolean) {
    const prefix = joined === undefined ? '' : `--${name}=`;
    return valuesOf(asked, current.slice(prefix.length)).map((each) => (each === FILES ? FILES : { ...each, value: prefix + each.value }));
  }
  if (current.startsWith('-')) return [...optionNames(facts, behind), ...GENERAL];
  return await positionalValues(command, facts, behind);
}

function findOption(name: string, { options }: CommandFacts): OptionFacts | undefined {
  return options.find((option) => option.name === name);
}

/** The option whose value comes next. */
function valuedOption(word: string | undefined, facts: CommandFacts): OptionFacts | undefined {
  if (word === undefined) return undefined;
  const option = facts.options.find(({ name, alias }) => word === `--${name}` || (alias !== undefined && word === `-${alias}`));
  return option?.isBoolean === true ? undefined : option;
}

function valuesOf({ name, choices }: OptionFacts, current: string): readonly Candidate[] {
  if (choices !== undefined) return choices.map((value) => ({ value }));
  if (name === 'output') return current.includes('=') ? [FILES] : FORMATS.map((format) => ({ value: `${format}=` }));
  if (name === 'archive-limit') return LIMIT_NAMES.split(' ').map((limit) => ({ value: `${limit}=` }));
  return PATH_OPTIONS.has(name) || name === 'config' ? [FILES] : [];
}

/** Options that are not said yet, and what takes a standard away. */
function optionNames({ options }: CommandFacts, behind: readonly string[]): Candidate[] {
  return options.flatMap(({ name, describe, isBoolean, isList, standard }) => {
    const isOnAnyhow = isBoolean && standard === true;
    const names = [...(isOnAnyhow ? [] : [`--${name}`]), ...(isOnAnyhow || name === 'color' || name === 'config' ? [`--no-${name}`] : [])];
    const isSaid = !isList && behind.some((word) => word === `--${name}` || word === `--no-${name}` || word.startsWith(`--${name}=`));
    return isSaid ? [] : names.map((value) => ({ value, describe }));
  });
}

async function positionalValues(command: string, facts: CommandFacts, behind: readonly string[]): Promise<readonly Candidate[]> {
  const said = behind.filter((word, index) => !word.startsWith('-') && valuedOption(behind[index - 1], facts) === undefined);
  const { positionals } = facts;
  const last = positionals.at(-1);
  const asked = positionals[said.length] ?? (last?.isList === true ? last : undefined);
  if (asked === undefined) return [];
  if (asked.choices !== undefined) return asked.choices.map((value) => ({ value }));
  return command === 'rules' ? [...(await ruleNames()), FILES] : [FILES];
}

/** Of the bundled rules: those of a folder together, and each. */
async function ruleNames(): Promise<Candidate[]> {
  const { rules, correlations } = await chosenRules({ rules: [], filters: [], yara: [], defaultRules: true });
  const all = [...rules, ...correlations.map(({ rule }) => rule)];
  const folders = new Set(all.map(({ file }) => path.basename(path.dirname(file))));
  return [
    ...[...folders].map((value) => ({ value, describe: 'all rules of the folder' })),
    ...all.map(({ file, title }) => ({ value: path.basename(file, path.extname(file)), describe: title })),
  ];
}
