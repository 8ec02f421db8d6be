import type { Argv } from 'yargs';
import { LEVELS } from '../model/rule.ts';
import { FORMATS } from '../report/formats.ts';
import { CSV_PROFILES } from '../report/reporter.ts';
import { LIMIT_NAMES } from './archive-options.ts';
import { FAIL_ON } from './exit-code.ts';
import { UNITS } from '../schedule/systemd-units.ts';
import { SCHEDULERS } from './schedulers.ts';
import { SHELLS } from './shells.ts';

/** Says what a command understands, to yargs or to whoever else wants to know. */
export const BUILDERS = {
  scan: scanOptions,
  merge: mergeOptions,
  convert: convertOptions,
  rules: rulesOptions,
  explain: explainOptions,
  state: stateOptions,
  config: configOptions,
  completion: completionOptions,
  schedule: scheduleOptions,
} as const;

/** Arguments of which there may be several. */
export const LISTS: ReadonlySet<string> = new Set([
  '_',
  'paths',
  'files',
  'names',
  'rules',
  'filters',
  'indicators',
  'ignore',
  'builds',
  'yara',
  'baseline-hashes',
  'baselineHashes',
  'archive-limit',
  'archiveLimit',
  'notify',
  'output',
  'o',
  'program',
]);

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
      describe: 'Sigma filters, whose findings are suppressed: a folder or a file; repeatable',
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
      describe: `FORMAT=FILE, or FORMAT+=FILE to append; FILE - is standard output, %Y %m %d %H in it the time; repeatable; docs/outputs.md; formats: ${FORMATS.join(' ')}`,
      type: 'string',
      array: true,
      requiresArg: true,
      default: ['text=-'],
    })
    .option('csv-profile', { describe: 'for whom CSV is written; docs/formats.md', choices: CSV_PROFILES })
    .option('min-level', { describe: 'findings below are counted, not written', choices: LEVELS, default: 'informational' as const })
    .option('fail-on', {
      describe: 'the level, or the verdict on a host, that makes exit code 1',
      choices: FAIL_ON,
      default: 'low' as const,
    })
    .option('ignore', {
      describe: 'findings that are known: a YAML file of entries with a reason; repeatable; docs/suppressions.md',
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    })
    .option('baseline', {
      describe: 'a report of before (-o jsonl=FILE): findings are new or still there, and --fail-on looks at new ones alone',
      type: 'string',
      requiresArg: true,
    })
    .option('show-suppressed', {
      describe: 'suppressed findings in every report, marked; without it, in jsonl alone',
      type: 'boolean',
      default: false,
    })
    .option('exit-zero', { describe: 'exit 0 whatever is found or missed, for schedulers', type: 'boolean', default: false })
    .option('quiet', { alias: 'q', describe: 'no notes and no progress on standard error', type: 'boolean', default: false })
    .option('force', { describe: 'overwrite output files', type: 'boolean', default: false })
    .option('color', { describe: 'colour; --no-color never', type: 'boolean' })
    .option('config', {
      describe: 'settings from this file, and from no other; --no-config: from none; docs/config.md',
      type: 'string',
      requiresArg: true,
    });
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
  return scanSettings(builder.positional('paths', { type: 'string', array: true, demandOption: true, describe: 'what is looked through' }));
}

/** All that a scan can be told but what it looks through. */
function scanSettings<T>(builder: Argv<T>) {
  return reportOptions(ruleOptions(builder))
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
    .option('state', {
      describe: 'a folder that remembers what was read and told: only what is new is read, and told; docs/scheduled-runs.md',
      type: 'string',
      requiresArg: true,
    })
    .option('follow', {
      describe: 'stay, and tell what is written to the logs within seconds, until Ctrl-C; needs --state; docs/scheduled-runs.md',
      type: 'boolean',
      default: false,
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
    .option('jobs', {
      describe: 'threads, from 1 to 64, with the same result; one for each core, at most 8, when left out',
      type: 'string',
      requiresArg: true,
    })
    .option('max-cpu', {
      describe: 'percent of a core that each thread takes at most while it reads, from 1 to 100; docs/scheduled-runs.md',
      type: 'string',
      requiresArg: true,
    })
    .option('low-priority', { describe: 'let all other programs go first', type: 'boolean', default: false })
    .option('time-budget', {
      describe: 'stop reading after this time (90s, 10m, 2h) and report what was read by then',
      type: 'string',
      requiresArg: true,
    })
    .option('prefilter', {
      describe: 'count lines that no rule can match without reading them; --no-prefilter reads all, with the same result',
      type: 'boolean',
      default: true,
    })
    .option('notify', {
      describe: 'whom to tell of new findings: https://…, env:NAME, syslog+tls://HOST, eventlog:; repeatable; docs/notify.md',
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    })
    .option('notify-level', { describe: 'findings below are not told', choices: LEVELS, default: 'low' as const })
    .option('notify-ca', {
      describe: 'certificates that receivers may have besides the usual ones, as PEM',
      type: 'string',
      requiresArg: true,
    })
    .option('progress', { describe: 'progress on standard error', choices: ['auto', 'never'] as const, default: 'auto' as const });
}

function configOptions(builder: Argv) {
  const chosen = builder
    .positional('action', { choices: ['show'] as const, demandOption: true })
    .positional('paths', { type: 'string', array: true, default: [] as string[], describe: 'what would be looked through' });
  return scanSettings(chosen);
}

function stateOptions(builder: Argv) {
  return builder
    .positional('action', { choices: ['show'] as const, demandOption: true })
    .positional('folder', { type: 'string', demandOption: true, describe: 'given to scan --state' })
    .option('files', { describe: 'list every file, and how far it is read', type: 'boolean', default: false })
    .option('format', { describe: 'json: an object a line', choices: ['text', 'json'] as const, default: 'text' as const });
}

function scheduleOptions(builder: Argv) {
  return builder
    .positional('action', { choices: ['print'] as const, demandOption: true })
    .option('every', {
      describe: 'how often: 15m, 1h, 6h, 1d; behind all options -- and the scan: -- scan PATHS --state DIR ...',
      type: 'string',
      default: '1h',
      requiresArg: true,
    })
    .option('for', { describe: 'whose language it is in; that of this system when left out', choices: SCHEDULERS })
    .option('unit', { describe: 'of systemd: the service or the timer alone', choices: UNITS })
    .option('user', {
      describe: 'as whom it runs: SYSTEM, a group managed service account (DOMAIN\\name$), a user; docs/scheduled-runs.md',
      type: 'string',
      requiresArg: true,
    })
    .option('program', {
      describe: 'what is started, where it is not this exhunt here: node, and once more for its main.js',
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
    });
}

function completionOptions(builder: Argv) {
  return builder.positional('shell', { choices: SHELLS, demandOption: true, describe: 'whose language it is in' });
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
