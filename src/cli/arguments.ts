import yargs, { type Argv } from 'yargs';
import { LEVELS } from '../model/rule.ts';
import { REPORTERS } from '../report/reporters.ts';
import { LIMIT_NAMES } from './archive-options.ts';
import { EXIT, FAIL_ON } from './exit-code.ts';
import { runExplain } from './explain-command.ts';
import { runMerge } from './merge-command.ts';
import { runRules } from './rules-command.ts';
import { runScan } from './scan-command.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

const EXIT_CODES = `Exit codes: 0 everything read, nothing at or above --fail-on; 1 findings; 2 wrong usage or no usable rule;
3 no findings, but some evidence could not be read; 4 nothing to scan; 70 a report could not be written.`;

/**
 * Understands the command line and runs what it asks for.
 *
 * @returns the exit code
 * @throws {UsageError}
 */
export async function runArguments(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { version, streams } = surroundings;
  // Run when all is understood, not in the middle of it.
  let command = async (): Promise<number> => EXIT.clean;
  yargs(separate(args))
    .scriptName('exhunt')
    .usage('$0 <command>\n\nHunts traces of compromise in Microsoft Exchange logs.')
    .command('scan <paths..>', 'hunt through folders, files and patterns; - is standard input', scanOptions, (argv) => {
      command = () => runScan(argv, surroundings);
    })
    .command('merge <files..>', 'make one report of the JSON Lines of several runs', mergeOptions, (argv) => {
      command = () => runMerge(argv, streams);
    })
    .command('convert <files>', 'make any report of the JSON Lines of a run; nothing is scanned again', convertOptions, (argv) => {
      command = () => runMerge({ ...argv, files: [argv.files] }, streams);
    })
    .command('rules <action> [names..]', 'list, check, test or explain the rules', rulesOptions, (argv) => {
      command = () => runRules(argv, streams);
    })
    .command('explain <what> <file>', 'show how a file is cut into lines, or read as records', explainOptions, (argv) => {
      command = () => runExplain(argv, streams);
    })
    .middleware(settle)
    .demandCommand(1, 'a command is needed: scan, merge, convert, rules or explain')
    .strict()
    .recommendCommands()
    .parserConfiguration({ 'duplicate-arguments-array': true, 'greedy-arrays': false })
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new UsageError((error?.message ?? message ?? 'the command line cannot be understood').replaceAll(STANDARD_INPUT, '-'));
    })
    .epilogue(EXIT_CODES)
    .version(version)
    // yargs makes up its help whether it is asked for or not; unless it is, that may be quick and ugly.
    .wrap(args.includes('--help') ? Math.min(120, streams.stdout.columns ?? 120) : null)
    .parseSync();
  return await command();
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

/** Arguments of which there may be several. */
const LISTS: ReadonlySet<string> = new Set([
  '_',
  'paths',
  'files',
  'names',
  'rules',
  'filters',
  'indicators',
  'builds',
  'yara',
  'baseline-hashes',
  'baselineHashes',
  'archive-limit',
  'archiveLimit',
  'output',
  'o',
]);

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

function ruleOptions<T>(builder: Argv<T>) {
  return builder
    .option('rules', {
      describe: 'more rules: a folder or a file; repeatable',
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    })
    .option('filters', {
      describe: 'Sigma filters for the rules: a folder or a file; repeatable',
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    })
    .option('yara', {
      describe: 'more YARA rules for files below web roots: a folder or a file; repeatable; docs/web-files.md',
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    })
    .option('default-rules', { describe: 'the bundled rules; --no-default-rules drops them', type: 'boolean', default: true });
}

/** What is written, and what of it makes the exit code. */
function reportOptions<T>(builder: Argv<T>) {
  return builder
    .option('output', {
      alias: 'o',
      describe: `FORMAT=FILE; FILE - is standard output; repeatable; formats: ${Object.keys(REPORTERS).join(' ')}`,
      type: 'string',
      array: true,
      requiresArg: true,
      default: ['text=-'],
    })
    .option('min-level', { describe: 'findings below are counted, not written', choices: LEVELS, default: 'informational' as const })
    .option('fail-on', {
      describe: 'the level, or the verdict on a host, that makes exit code 1',
      choices: FAIL_ON,
      default: 'low' as const,
    })
    .option('exit-zero', { describe: 'exit 0 whatever is found or missed, for schedulers', type: 'boolean', default: false })
    .option('force', { describe: 'overwrite output files', type: 'boolean', default: false })
    .option('color', { describe: 'colour; --no-color never', type: 'boolean' });
}

function mergeOptions(builder: Argv) {
  return reportOptions(
    builder.positional('files', { type: 'string', array: true, demandOption: true, describe: 'written by -o jsonl=FILE' }),
  );
}

function convertOptions(builder: Argv) {
  return reportOptions(builder.positional('files', { type: 'string', demandOption: true, describe: 'written by -o jsonl=FILE' }));
}

function scanOptions(builder: Argv) {
  return reportOptions(ruleOptions(builder.positional('paths', { type: 'string', array: true, demandOption: true })))
    .option('indicators', {
      describe: 'an indicator list: one entry a line, CSV, JSON, JSON Lines, STIX 2.1 or MISP; repeatable; docs/indicators.md',
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    })
    .option('from', { describe: 'only records from this time on (UTC, ISO 8601)', type: 'string', requiresArg: true })
    .option('to', { describe: 'only records up to this time', type: 'string', requiresArg: true })
    .option('host', { describe: 'the host, where logs and paths do not tell', type: 'string', requiresArg: true })
    .option('baseline-hashes', {
      describe: 'hashes of known good files below web roots: NCC Group, Microsoft, sha256sum, CSV; repeatable; docs/web-files.md',
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    })
    .option('web-files', {
      describe: 'look at files below web roots; --no-web-files reads logs alone; docs/web-files.md',
      type: 'boolean',
      default: true,
    })
    .option('builds', {
      describe: 'a folder with builds.csv and fixes.csv: more builds of Exchange and what they fix; repeatable',
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    })
    .option('manifest', {
      describe: 'a JSON file for the case file: each input with size, SHA-256 and times, the rules, the options; - is standard output',
      type: 'string',
      requiresArg: true,
    })
    .option('archives', { describe: 'open archives; --no-archives leaves them alone; docs/archives.md', type: 'boolean', default: true })
    .option('zip-password', { describe: 'of encrypted zips', type: 'string', requiresArg: true })
    .option('archive-limit', {
      describe: `NAME=NUMBER (500M, 20G), how far archives are opened; repeatable; names: ${LIMIT_NAMES}`,
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    })
    .option('quiet', { alias: 'q', describe: 'no notes and no progress on standard error', type: 'boolean', default: false })
    .option('jobs', {
      describe: 'threads, from 1 to 64, with the same result; one for each core, at most 8, when left out',
      type: 'string',
      requiresArg: true,
    })
    .option('prefilter', {
      describe: 'count lines that no rule can match without reading them; --no-prefilter reads all, with the same result',
      type: 'boolean',
      default: true,
    })
    .option('progress', { describe: 'progress on standard error', choices: ['auto', 'never'] as const, default: 'auto' as const })
    .epilogue(EXIT_CODES);
}

function rulesOptions(builder: Argv) {
  return ruleOptions(
    builder
      .positional('action', { choices: ['list', 'matrix', 'check', 'test', 'explain'] as const, demandOption: true })
      .positional('names', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'rule ids, file names or parts of them; a folder or file that exists: the rules in it alone',
      })
      .option('format', { describe: 'of list and matrix', choices: ['text', 'markdown', 'json'] as const, default: 'text' as const }),
  );
}

function explainOptions(builder: Argv) {
  return builder
    .positional('what', { choices: ['lines', 'records'] as const, demandOption: true })
    .positional('file', { type: 'string', demandOption: true, describe: 'a log file; - is standard input' });
}
