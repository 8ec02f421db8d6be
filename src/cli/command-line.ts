import yargs, { type Argv } from 'yargs';
import { BUILDERS, LISTS } from './arguments.ts';
import { configPlaces, type ConfiguredCommand } from './config-place.ts';
import { EXIT } from './exit-code.ts';
import { runExplain } from './explain-command.ts';
import { dressHelp, HELP_COLUMNS, helpEnd } from './help.ts';
import { runMerge } from './merge-command.ts';
import { factsOf } from './option-facts.ts';
import { runRules } from './rules-command.ts';
import { runScan } from './scan-command.ts';
import type { Settings } from './settings.ts';
import { COMPLETE } from './shells.ts';
import { withSuggestion } from './suggest-usage.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/** A command line that is understood. */
interface Understood {
  readonly run: () => Promise<number>;
  /** Of commands that a config file may speak to. */
  readonly configured?: ConfiguredCommand;
}

/**
 * Understands the command line and runs what it asks for.
 *
 * @returns the exit code
 * @throws {UsageError}
 */
export async function runArguments(args: readonly string[], surroundings: Surroundings): Promise<number> {
  if (args[0] === COMPLETE) return await (await import('./complete-command.ts')).runComplete(args.slice(1), BUILDERS, surroundings.streams);
  const words = separate(args);
  const { run, configured } = understand(words, surroundings);
  const places = configured === undefined ? [] : configPlaces(configured.config);
  if (configured === undefined || places.length === 0) return await run();
  const { Settings } = await import('./settings.ts');
  const settings = Settings.read(places, { words, configured, builders: BUILDERS });
  if (!words.some((word) => QUIET.has(word))) settings.tell((text) => surroundings.streams.note(text));
  try {
    return await understand(words, surroundings, settings).run();
  } catch (error) {
    throw settings.placed(error);
  }
}

const QUIET: ReadonlySet<string> = new Set(['-q', '--quiet']);

function understand(words: readonly string[], surroundings: Surroundings, settings?: Settings): Understood {
  const { version, streams } = surroundings;
  const isHelp = words.some((word) => word === '--help' || word === '-h');
  // Run when all is understood, not in the middle of it.
  let understood: Understood = { run: async () => EXIT.clean };
  /** Of a command, with what a config file says; dressed only where it is looked at. */
  const built = <T>(name: keyof typeof BUILDERS, builder: Argv<T>): Argv<T> => {
    if (settings !== undefined) builder.config(settings.valuesFor(name));
    return isHelp
      ? dressHelp(
          builder,
          name,
          factsOf(BUILDERS[name]).options.map((option) => option.name),
        )
      : builder;
  };
  yargs([...words])
    .scriptName('exhunt')
    .usage('$0 <command>\n\nHunts traces of compromise in Microsoft Exchange logs.')
    .command(
      'scan <paths..>',
      'hunt through folders, files and patterns; - is standard input',
      (builder) => built('scan', BUILDERS.scan(builder)),
      (argv) => {
        understood = { run: () => runScan(argv, surroundings), configured: { name: 'scan', paths: argv.paths, config: argv.config } };
      },
    )
    .command(
      'merge <files..>',
      'make one report of the JSON Lines of several runs',
      (builder) => built('merge', BUILDERS.merge(builder)),
      (argv) => {
        understood = { run: () => runMerge(argv, streams), configured: { name: 'merge', paths: [], config: argv.config } };
      },
    )
    .command(
      'convert <files>',
      'make any report of the JSON Lines of a run; nothing is scanned again',
      (builder) => built('convert', BUILDERS.convert(builder)),
      (argv) => {
        understood = {
          run: () => runMerge({ ...argv, files: [argv.files] }, streams),
          configured: { name: 'convert', paths: [], config: argv.config },
        };
      },
    )
    .command(
      'rules <action> [names..]',
      'list, check, test or explain the rules',
      (builder) => built('rules', BUILDERS.rules(builder)),
      (argv) => {
        understood = { run: () => runRules(argv, streams) };
      },
    )
    .command(
      'explain <what> <file>',
      'show how a file is cut into lines, or read as records',
      (builder) => built('explain', BUILDERS.explain(builder)),
      (argv) => {
        understood = { run: () => runExplain(argv, streams) };
      },
    )
    .command(
      'state <action> <folder>',
      'show what scan --state remembers: runs, verdicts, how far each file is read',
      (builder) => built('state', BUILDERS.state(builder)),
      (argv) => {
        understood = { run: async () => (await import('./state-command.ts')).runStateShow(argv, streams) };
      },
    )
    .command(
      'config <action> [paths..]',
      'show the settings that hold, and where each comes from',
      (builder) => built('config', BUILDERS.config(builder)),
      (argv) => {
        const show = async () =>
          (await import('./config-command.ts')).runConfigShow(argv, { words, settings, facts: factsOf(BUILDERS.config), streams });
        understood = { run: show, configured: { name: 'config', paths: argv.paths, config: argv.config } };
      },
    )
    .command(
      'completion <shell>',
      'print what makes a shell complete commands, options and values',
      (builder) => built('completion', BUILDERS.completion(builder)),
      ({ shell }) => {
        understood = { run: async () => (await import('./completion-scripts.ts')).printCompletion(shell, streams) };
      },
    )
    .middleware(settle)
    .demandCommand(1, 'a command is needed: scan, merge, convert, rules, explain, state, config or completion')
    .strict()
    .parserConfiguration({ 'duplicate-arguments-array': true, 'greedy-arrays': false })
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      if (error !== undefined && error.name !== 'YError') throw error;
      const said = (error?.message ?? message ?? 'the command line cannot be understood').replaceAll(STANDARD_INPUT, '-');
      throw new UsageError(withSuggestion(said, words, BUILDERS));
    })
    .epilogue(isHelp ? helpEnd('') : '')
    .alias('h', 'help')
    .version(version)
    // yargs makes up its help whether it is asked for or not; unless it is, that may be quick and ugly.
    .wrap(isHelp ? Math.min(HELP_COLUMNS, streams.stdout.columns ?? HELP_COLUMNS) : null)
    .parseSync();
  return understood;
}

/** yargs makes an empty text of a lone `-` among positional arguments; this stands for it until all is read. */
const STANDARD_INPUT = '\u0000-';

/** `-oFORMAT=FILE` is `-o FORMAT=FILE`: yargs would take it for several options of one letter. */
function separate(args: readonly string[]): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  return args.flatMap((arg, index) => {
    if (arg === '-') return [STANDARD_INPUT];
    // Behind `--` all are names; yargs would lose them, and takes what begins with `-` for an option.
    if (index === end) return [];
    if (index > end) return [arg.startsWith('-') ? `./${arg}` : arg];
    // Of an option with a default, yargs would overlook that its value is missing.
    if (/^(?:-o|--output)$/.test(arg) && !/^(?:-$|[^-])/.test(args[index + 1] ?? '-?'))
      throw new UsageError(`Not enough arguments following: ${arg}`);
    const [, value] = /^-o=?(.+)$/s.exec(arg) ?? [];
    return value === undefined ? [arg] : ['-o', value === '-' ? STANDARD_INPUT : value];
  });
}

/** Puts `-` back, and sees to it that nothing is said twice: which of two values is meant? */
function settle(argv: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(argv)) {
    if (value === STANDARD_INPUT) argv[name] = '-';
    if (!Array.isArray(value)) continue;
    if (LISTS.has(name)) argv[name] = value.map((each: unknown) => (each === STANDARD_INPUT ? '-' : each));
    else if (value.every((each) => typeof each === 'boolean')) argv[name] = value.at(-1);
    else throw new UsageError(`--${name} can be given only once`);
  }
}
