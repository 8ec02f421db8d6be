import { readFileSync, statSync } from 'node:fs';
import { describeDiagnostic } from '../report/describe.ts';
import { diagnostic } from '../model/diagnostic.ts';
import { systemErrorCode } from '../model/system-error.ts';
import { RuleError } from '../sigma/rule-error.ts';
import { parseYaml, type Tree } from '../sigma/yaml-tree.ts';
import type { OptionFacts } from './option-facts.ts';
import { suggest } from '../suggest.ts';
import { UsageError } from './usage-error.ts';

/** Settings take a few hundred bytes. */
const MOST_BYTES = 65_536;

/** What a config file may not say, and why. */
const COMMAND_LINE_ONLY: Readonly<Record<string, string>> = {
  force: 'nothing is overwritten that nobody asked for on the spot',
  'zip-password': 'a file that is copied into cases is no place for passwords',
  config: 'one file does not name another',
};

/** One setting of a config file, as an option would have it. */
export interface Setting {
  readonly name: string;
  readonly value: string | boolean | readonly string[];
  readonly file: string;
  readonly line: number;
}

/**
 * Reads a config file: YAML, one `name: value` for each long option.
 *
 * @throws {UsageError} names file and line
 */
export function readConfigFile(file: string, options: readonly OptionFacts[]): Setting[] {
  const [tree, ...others] = readTree(file);
  if (others.length > 0) throw new UsageError(`${file}: holds several YAML documents, and settings are one`);
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return [];
  if (tree.kind !== 'map') throw new UsageError(`${file}:${tree.at.lineNumber}: settings are lines of the form NAME: VALUE`);
  return tree.entries.map(({ key, at, value }) => {
    const where = `${file}:${at.lineNumber}`;
    const option = options.find(({ name }) => name === key);
    const reason = Object.hasOwn(COMMAND_LINE_ONLY, key) ? COMMAND_LINE_ONLY[key] : undefined;
    if (reason !== undefined) throw new UsageError(`${where}: ${key} can only be said on the command line: ${reason}`);
    if (option === undefined) throw new UsageError(`${where}: there is no setting ${key}${suggestName(key, options)}`);
    return { name: key, value: valueOf(option, value, where), file, line: at.lineNumber };
  });
}

function readTree(file: string): Tree[] {
  const trees = parseYaml(readWhole(file));
  return trees.map((tree) => {
    if (!(tree instanceof RuleError)) return tree;
    throw new UsageError(describeDiagnostic(diagnostic(tree.problem, { path: file, ...tree.at })), { cause: tree });
  });
}

function readWhole(file: string): string {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) throw new UsageError(`${file}: is no regular file`);
    if (stats.size > MOST_BYTES) throw new UsageError(`${file}: has more than ${MOST_BYTES} bytes: no settings need so many`);
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file}: cannot be read (${systemErrorCode(error)})`, { cause: error });
  }
}

function suggestName(key: string, options: readonly OptionFacts[]): string {
  const denied = options.find(({ name, isBoolean }) => isBoolean && key === `no-${name}`);
  if (denied !== undefined) return `; write ${denied.name}: false`;
  const names = options.map(({ name }) => name).filter((name) => !Object.hasOwn(COMMAND_LINE_ONLY, name));
  return suggest(
    key.replaceAll('_', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    names,
  );
}

function valueOf(option: OptionFacts, tree: Tree, where: string): Setting['value'] {
  const { name, isBoolean, isList, choices } = option;
  if (isList) return (tree.kind === 'list' ? tree.items : [tree]).map((item) => textOf(name, item, where));
  if (isBoolean) {
    if (tree.kind === 'scalar' && typeof tree.value === 'boolean') return tree.value;
    throw new UsageError(`${where}: ${name} is true or false`);
  }
  const text = textOf(name, tree, where);
  if (choices?.includes(text) === false)
    throw new UsageError(`${where}: ${name} cannot be ${text}; there are ${choices.join(', ')}${suggest(text, choices)}`);
  return text;
}

function textOf(name: string, tree: Tree, where: string): string {
  if (tree.kind !== 'scalar') throw new UsageError(`${where}: ${name} wants a single value here`);
  if (tree.value === null || tree.text === '') throw new UsageError(`${where}: ${name} has no value`);
  return tree.text;
}
