import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isInside } from '../discover/location.ts';
import { rootsOf } from '../discover/roots.ts';
import { placeFiles } from '../notify/written-target.ts';
import { readConfigFile, type Setting } from './config-file.ts';
import { CONFIG_NAME, type ConfiguredCommand, type ConfigPlace } from './config-place.ts';
import { factsOf, type CommandBuilder, type OptionFacts } from './option-facts.ts';
import { UsageError } from './usage-error.ts';

/** Options whose values are files and folders: those of a config file lie where it lies, wherever exhunt is started. */
export const PATH_OPTIONS: ReadonlySet<string> = new Set([
  'rules',
  'filters',
  'indicators',
  'builds',
  'manifest',
  'ignore',
  'baseline',
  'yara',
  'baseline-hashes',
  'state',
  'notify-ca',
]);

/** Options that make exhunt write a file. */
const WRITING: ReadonlySet<string> = new Set(['output', 'manifest', 'state']);

/** Options that say who learns of findings. */
const TELLING: ReadonlySet<string> = new Set(['notify', 'notify-ca']);

/** Commands whose options are settings. */
const CONFIGURED = ['scan', 'merge', 'convert'] as const;

interface Asked {
  readonly words: readonly string[];
  readonly configured: ConfiguredCommand;
  readonly builders: Readonly<Record<string, CommandBuilder>>;
}

/** What config files say, and what of it counts. */
export class Settings {
  /** Files that were read; the first goes before the others. */
  readonly files: readonly string[];
  /** A config file that lies in what is looked through, and was therefore not read. */
  readonly refused: string | undefined;
  readonly #settings: ReadonlyMap<string, Setting>;
  readonly #given: ReadonlySet<string>;
  readonly #asked: Asked;

  private constructor(places: readonly ConfigPlace[], refused: string | undefined, asked: Asked) {
    const options = settingOptions(asked.builders);
    const settings = new Map<string, Setting>();
    // The last one counts.
    for (const place of places.toReversed())
      for (const setting of readConfigFile(place.file, options)) settings.set(setting.name, settle(setting, place));
    this.files = places.map(({ file }) => file);
    this.refused = refused;
    this.#settings = settings;
    this.#given = givenNames(asked.words, options);
    this.#asked = asked;
  }

  /** @throws {UsageError} names file and line */
  static read(places: readonly ConfigPlace[], asked: Asked): Settings {
    const isOfEvidence = ({ kind, file }: ConfigPlace): boolean => kind === 'working' && isAmongEvidence(file, asked.configured.paths);
    const refused = places.find(isOfEvidence)?.file;
    return new Settings(
      places.filter((place) => !isOfEvidence(place)),
      refused,
      asked,
    );
  }

  /** What a command takes of them, for yargs; what the command line says goes before it. */
  valuesFor(command: string): Record<string, unknown> {
    const builder = this.#asked.builders[command];
    const names = new Set(builder === undefined ? [] : factsOf(builder).options.map(({ name }) => name));
    return Object.fromEntries([...this.#settings.values()].filter(({ name }) => names.has(name)).map(({ name, value }) => [name, value]));
  }

  /** Where the value of an option comes from. */
  sourceOf(name: string): string {
    if (this.#given.has(name)) return 'command line';
    const setting = this.#settings.get(name);
    return setting === undefined ? 'default' : `${setting.file}:${setting.line}`;
  }

  /** Says what is not as the command line has it: nothing is set by surprise. */
  tell(note: (text: string) => void): void {
    if (this.refused !== undefined)
      note(`note: ${this.refused} lies in what is looked through, and was not read; --config ${this.refused} reads it\n`);
    const taken = this.valuesFor(this.#asked.configured.name);
    for (const file of this.files) {
      const names = [...this.#settings.values()].filter((each) => each.file === file && each.name in taken && !this.#given.has(each.name));
      if (names.length > 0) note(`note: settings from ${file}: ${names.map(({ name }) => name).join(', ')}\n`);
    }
  }

  /** Of an error in the value of an option that a config file set, the place there. */
  placed(error: unknown): unknown {
    if (!(error instanceof UsageError)) return error;
    const [, name = '', rest = ''] = /^--([a-z-]+): (.*)$/s.exec(error.message) ?? [];
    const setting = this.#given.has(name) ? undefined : this.#settings.get(name);
    return setting === undefined ? error : new UsageError(`${setting.file}:${setting.line}: ${name}: ${rest}`, { cause: error });
  }
}

/** All options of all commands that take settings. */
function settingOptions(builders: Asked['builders']): OptionFacts[] {
  const options = CONFIGURED.flatMap((name) => (builders[name] === undefined ? [] : factsOf(builders[name]).options));
  return [...new Map(options.map((option) => [option.name, option])).values()];
}

/** Options that stand on the command line. */
export function givenNames(words: readonly string[], options: readonly OptionFacts[]): Set<string> {
  const names = words.flatMap((word) => {
    const [, long] = /^--(?:no-)?([A-Za-z][\w-]*)/.exec(word) ?? [];
    if (long !== undefined) return [long.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)];
    const [, letters = ''] = /^-([A-Za-z]+)/.exec(word) ?? [];
    return options.flatMap(({ name, alias }) => (alias !== undefined && letters.includes(alias) ? [name] : []));
  });
  return new Set(names);
}

/** Paths count from the file that names them; what was found by chance may write nowhere else. */
function settle(setting: Setting, { kind, file }: ConfigPlace): Setting {
  const folder = path.dirname(file);
  const place = (name: string): string => (name === '-' || folder === '.' ? name : path.resolve(folder, name));
  const settleOne = (text: string): string => {
    if (setting.name === 'notify') return placeFiles(text, place);
    if (PATH_OPTIONS.has(setting.name)) return checked(place(text), setting, kind);
    const [, format, name] = /^([^=]*=)(.+)$/s.exec(text) ?? [];
    if (setting.name !== 'output' || format === undefined || name === undefined) return text;
    return format + checked(place(name), setting, kind);
  };
  const { value, name, line } = setting;
  // Findings go to whoever is named.
  if (kind === 'working' && TELLING.has(name))
    throw new UsageError(`${file}:${line}: ${name}: only your own ${CONFIG_NAME}, or one given with --config, may say who is told`);
  if (typeof value === 'boolean') return setting;
  return { ...setting, value: typeof value === 'string' ? settleOne(value) : value.map(settleOne) };
}

/** @throws {UsageError} */
function checked(file: string, { name, file: config, line }: Setting, kind: ConfigPlace['kind']): string {
  if (kind !== 'working' || !WRITING.has(name) || file === '-' || isHere(file)) return file;
  throw new UsageError(
    `${config}:${line}: ${name}: ${file} lies outside of this folder; only your own ${CONFIG_NAME}, or one given with --config, may name such a file`,
  );
}

/** Whether a file would be written in this folder or below it, wherever links lead. */
function isHere(file: string): boolean {
  const folder = path.dirname(path.resolve(file));
  return isInside(existsSync(folder) ? realpathSync(folder) : folder, realpathSync('.'));
}

/** Whether a config file, or the folder it was found in, belongs to what is looked through; so does the folder of a file that is. */
function isAmongEvidence(file: string, paths: readonly string[]): boolean {
  const folders = rootsOf(paths).map((root) => {
    if (root.kind === 'pattern') return root.base;
    return root.kind === 'folder' ? root.location : path.dirname(root.location);
  });
  const places = [path.resolve('.'), realpathSync('.'), realpathSync(file)];
  return folders.some((folder) => places.some((each) => isInside(each, folder) || isInside(each, realpathSync(folder))));
}
