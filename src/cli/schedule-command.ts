import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { placeFiles, splitTarget } from '../notify/written-target.ts';
import { cronLine } from '../schedule/cron-line.ts';
import { ScheduleError, type Job } from '../schedule/job.ts';
import { systemdUnits, UNITS, type Unit } from '../schedule/systemd-units.ts';
import { windowsTask } from '../schedule/windows-task.ts';
import { parseArchiveOptions } from './archive-options.ts';
import { configPlaces } from './config-place.ts';
import { parseDuration, parseEtiquette } from './etiquette.ts';
import { EXIT } from './exit-code.ts';
import { parseJobs } from './jobs-option.ts';
import { checkNotify } from './notify-option.ts';
import type { OptionFacts } from './option-facts.ts';
import { placeholdersOf } from './output-name.ts';
import { parseOutputs, type OutputTarget } from './output-option.ts';
import type { ScanArguments } from './scan-command.ts';
import { parseSpan } from './scan-command.ts';
import type { Scheduler } from './schedulers.ts';
import { PATH_OPTIONS } from './settings.ts';
import type { StandardStreams } from './standard-streams.ts';
import { UsageError } from './usage-error.ts';

/** The command line of `schedule`, as yargs hands it over. */
export interface ScheduleArguments {
  readonly every: string;
  readonly for: Scheduler | undefined;
  readonly user: string | undefined;
  readonly program: readonly string[];
  readonly unit: Unit | undefined;
}

/** The scan that is to be scheduled. */
export interface ScheduledScan {
  /** As yargs hands it over, with what a config file says; unknown options are refused by then. */
  readonly scan: ScanArguments & Readonly<Record<string, unknown>>;
  readonly facts: readonly OptionFacts[];
}

/** A run that says nothing of its end is ended after a day. */
const LONGEST_MINUTES = 1_440;
/** What a run does beside its reading, before it is ended. */
const MARGIN_MINUTES = 30;
const MOST_MINUTES = 31 * 1_440;

/**
 * Prints what makes a scheduler start a scan again and again.
 *
 * @returns the exit code
 * @throws {UsageError}
 */
export async function runSchedule(args: ScheduleArguments, scheduled: ScheduledScan, streams: StandardStreams): Promise<number> {
  const scheduler = args.for ?? (process.platform === 'win32' ? 'windows' : 'systemd');
  if (args.unit !== undefined && scheduler !== 'systemd') throw new UsageError('--unit is of systemd');
  const job = jobOf(args, scheduler, scheduled);
  for (const each of [...job.reads, ...job.writes])
    if (isNative(scheduler) && !existsSync(each)) streams.note(`note: there is no ${each} here by now\n`);
  if (scheduled.scan.state === undefined) streams.note('note: without --state each run reads and tells all of it again\n');
  for (const variable of namedBy(scheduled.scan.notify, 'env'))
    streams.note(`note: --notify wants ${variable} in the environment, which a scheduler has to be told; file:PATH needs none\n`);
  await streams.write(print(scheduler, job, args.unit));
  await streams.flush();
  return EXIT.clean;
}

function print(scheduler: Scheduler, job: Job, unit: Unit | undefined): string {
  try {
    if (scheduler === 'windows') return windowsTask(job);
    if (scheduler === 'cron') return cronLine(job);
    const units = systemdUnits(job);
    if (unit !== undefined) return units[unit];
    return UNITS.map((each) => `# /etc/systemd/system/exhunt.${each}\n${units[each]}`).join('\n');
  } catch (error) {
    throw error instanceof ScheduleError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** Whether the schedule is for a system like this one: then names of files can be looked up. */
function isNative(scheduler: Scheduler): boolean {
  return (scheduler === 'windows') === (process.platform === 'win32');
}

function jobOf(args: ScheduleArguments, scheduler: Scheduler, { scan, facts }: ScheduledScan): Job {
  const everyMinutes = parseDuration(args.every, '--every') / 60_000;
  if (!Number.isInteger(everyMinutes) || everyMinutes > MOST_MINUTES)
    throw new UsageError(`--every: ${args.every} is no number of minutes from 1m to 31d`);
  const place = placer(scheduler);
  const { timeBudgetMs } = checkScan(scan);
  const targets = parseOutputs(scan.output, scan.csvProfile);
  const named = scan.output.map((value) => value.slice(value.indexOf('=') + 1));
  checkOutputs(targets, named, { scheduler, scan, everyMinutes });
  const values = settings(scan, facts, place);
  const notes = scheduler === 'systemd' ? { progress: 'never' } : { quiet: true };
  const words = [
    ...programOf(args, scheduler, place),
    'scan',
    ...scan.paths.map(place),
    ...optionWords({ ...values, ...notes }, facts),
    ...configWords(scan, place),
  ];
  const { flavour } = place;
  const folderOf = (file: string): string => flavour.dirname(withoutPlaceholders(file, flavour));
  const files = named.filter((name) => name !== '-').map((name) => folderOf(place(name)));
  const state = scan.state === undefined ? [] : [place(scan.state)];
  const manifest = scan.manifest === undefined || scan.manifest === '-' ? [] : [folderOf(place(scan.manifest))];
  const writes = [...new Set([...state, ...files, ...manifest])];
  const listed = [...PATH_OPTIONS].filter((name) => name !== 'state' && name !== 'manifest').flatMap((name) => values[name] ?? []);
  const budget = timeBudgetMs === undefined ? LONGEST_MINUTES : Math.ceil(timeBudgetMs / 60_000) + MARGIN_MINUTES;
  return {
    words,
    everyMinutes,
    limitMinutes: budget,
    ...(args.user !== undefined && { user: args.user }),
    folder: writes[0] ?? flavour.dirname(words[1] ?? ''),
    reads: [
      ...readsOf(scan.paths, scheduler, place),
      ...listed.map(String),
      ...[...namedBy(scan.notify, 'file'), ...configFile(scan)].map(place),
    ],
    writes,
    hasNetwork: scan.notify.length > 0,
    hasBudget: timeBudgetMs !== undefined,
  };
}

/** All that a scan looks at before it begins, and that does not ask for files to be there. */
function checkScan(scan: ScanArguments) {
  if (scan.paths.includes('-')) throw new UsageError('nobody writes to the standard input of a scheduled run: name what is looked through');
  if (scan.follow) throw new UsageError('--follow stays by itself and needs no schedule: start it as a service');
  if (scan.zipPassword !== undefined) throw new UsageError('--zip-password would stand in the schedule for all to read');
  checkNotify(scan);
  parseSpan(scan);
  parseJobs(scan.jobs);
  parseArchiveOptions(scan);
  return parseEtiquette(scan);
}

interface OutputFacts {
  readonly scheduler: Scheduler;
  readonly scan: ScanArguments;
  readonly everyMinutes: number;
}

/** What would only work once, or be lost. */
function checkOutputs(targets: readonly OutputTarget[], named: readonly string[], { scheduler, scan, everyMinutes }: OutputFacts): void {
  const files = targets.filter(({ file }) => file !== '-');
  if (scheduler === 'windows' && files.length === 0)
    throw new UsageError('Task Scheduler keeps no standard output: say where reports go, -o jsonl+=FILE for instance');
  if (scan.force) return;
  for (const [index, { file, appended }] of targets.entries()) {
    const name = named[index] ?? '';
    const isDevice = existsSync(file) && !statSync(file).isFile();
    if (file === '-' || appended !== undefined || isDevice || spanMinutes(name) <= everyMinutes) continue;
    throw new UsageError(
      `--output: the second run would find ${file} there: append (FORMAT+=FILE), put the time into its name (%Y-%m-%d, %H), or say --force`,
    );
  }
}

/** How long a name of an output stays the same. */
function spanMinutes(name: string): number {
  const parts = placeholdersOf(name);
  const isWhole = ['Y', 'm', 'd'].every((letter) => parts.includes(letter));
  if (!isWhole) return Infinity;
  return parts.includes('H') ? 60 : 1_440;
}

interface Placer {
  (file: string): string;
  readonly flavour: path.PlatformPath;
}

/** Makes names of files whole, as the system would that the schedule is for. */
function placer(scheduler: Scheduler): Placer {
  const flavour = scheduler === 'windows' ? path.win32 : path.posix;
  const place = (file: string): string => {
    if (file === '-') return file;
    if (isNative(scheduler)) return path.resolve(file);
    const isWhole = scheduler === 'windows' ? /^(?:[A-Za-z]:[\\/]|\\\\[^\\])/.test(file) : file.startsWith('/');
    if (!isWhole) throw new UsageError(`${file}: a schedule for another system needs whole names of files`);
    return flavour.normalize(file);
  };
  return Object.assign(place, { flavour });
}

/** What is started: this program, as it was started now. */
function programOf({ program }: ScheduleArguments, scheduler: Scheduler, place: Placer): string[] {
  if (program.length > 0) return program.map(place);
  if (!isNative(scheduler))
    throw new UsageError('--program says what is started there, for it is another system: --program NODE --program MAIN.JS');
  return [process.execPath, realpathSync(process.argv[1] ?? '')];
}

type Values = Readonly<Record<string, unknown>>;

/** Files, or variables of the environment, that receivers name. */
function namedBy(targets: readonly string[], kind: 'file' | 'env'): string[] {
  const parts = targets.flatMap(splitTarget).map((part) => /^(?:\w+=)?(file|env):(.+)$/s.exec(part));
  return parts.flatMap((match) => (match?.[1] === kind && match[2] !== undefined ? [match[2]] : []));
}

/** What is said beyond the standard, with whole names of files. */
function settings(scan: Values, facts: readonly OptionFacts[], place: Placer): Values {
  const said = facts.filter(({ name, standard }) => {
    const value = scan[name];
    return name !== 'config' && value !== undefined && JSON.stringify(value) !== JSON.stringify(standard);
  });
  return Object.fromEntries(
    said.map(({ name }) => {
      const value = scan[name];
      const each = (text: string): string => {
        if (name === 'output') return `${text.slice(0, text.indexOf('=') + 1)}${place(text.slice(text.indexOf('=') + 1))}`;
        if (name === 'notify') return placeFiles(text, place);
        return PATH_OPTIONS.has(name) ? place(text) : text;
      };
      if (Array.isArray(value)) return [name, value.map((text) => each(String(text)))];
      return [name, typeof value === 'string' ? each(value) : value];
    }),
  );
}

function optionWords(values: Values, facts: readonly OptionFacts[]): string[] {
  return facts.flatMap(({ name }) => {
    const value = values[name];
    if (value === undefined) return [];
    if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`];
    return (Array.isArray(value) ? value : [value]).map((text) => `--${name}=${String(text)}`);
  });
}

/** What config files would count is settled now: where a scheduler starts exhunt, and as whom, another one might lie. */
function configWords(scan: Values, place: Placer): string[] {
  const [file] = configFile(scan);
  if (file !== undefined) return [`--config=${place(file)}`];
  const [found] = configPlaces(scan['config']);
  if (found !== undefined)
    throw new UsageError(
      `there is ${found.file}: say --config ${found.file} or --no-config behind the --, so that it is known which counts`,
    );
  return ['--no-config'];
}

function configFile({ config }: Values): string[] {
  return typeof config === 'string' ? [config] : [];
}

/** Folders and files; of a pattern the folder that it begins in. */
function readsOf(paths: readonly string[], scheduler: Scheduler, place: Placer): string[] {
  return paths.map(place).map((each) => {
    const parts = each.split(place.flavour.sep);
    const first = parts.findIndex((part) => /[*?[{(]/.test(part));
    if (first === -1 || (isNative(scheduler) && existsSync(each))) return each;
    return parts.slice(0, first).join(place.flavour.sep) || place.flavour.sep;
  });
}

/** The folder that does not change with the time; `%%` is a percent sign. */
function withoutPlaceholders(file: string, flavour: path.PlatformPath): string {
  const { sep } = flavour;
  const parts = flavour.dirname(file).split(sep);
  const first = parts.findIndex((part) => placeholdersOf(part).length > 0);
  const folder = parts
    .slice(0, first === -1 ? undefined : first)
    .join(sep)
    .replaceAll('%%', '%');
  return flavour.join(folder || sep, flavour.basename(file));
}
