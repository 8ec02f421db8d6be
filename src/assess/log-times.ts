import { BIN_MS, busyBins, recordsIn, type Activity, type Days } from '../model/activity.ts';
import type { Anomaly, Gap, MissingFiles } from '../model/coverage.ts';
import { ActivityLedger } from './activity-ledger.ts';
import { readFileName, UNIT_MS } from './file-names.ts';
import type { TimeSpan } from './file-reading.ts';
import { findMissingFiles } from './rotation.ts';
import { findSilences, type Silence } from './silences.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A file of the weeks of a month has a name like one of a day. */
const MOST_IN_A_DAY_MS = 2 * DAY_MS;
/** Records this far from all others are odd where they are few. */
const FAR_BINS = (31 * DAY_MS) / BIN_MS;
const FEW = 0.01;
const MOST_FEW = 100;

interface Folder {
  readonly activity: ActivityLedger;
  readonly files: Map<string, number | undefined>;
}

/** Of the records of one log type in a file. */
interface FileTimes {
  readonly activity: Activity | undefined;
  readonly span: TimeSpan | undefined;
  readonly records: number;
  /** Whether the file is named for this log type; it may hold several. */
  readonly isOwn: boolean;
}

/** When the records of one log type on one host were written, by the folders that they lie in. */
export class LogTimes {
  readonly #folders = new Map<string, Folder>();
  readonly #anomalies: Anomaly[] = [];

  addFile(path: string, { activity, span, records, isOwn }: FileTimes): void {
    const { folder, name } = splitPath(path);
    const { activity: times, files } = this.#folderOf(folder);
    if (isOwn) files.set(name, records);
    if (activity === undefined) return;
    times.addDays(activity);
    const { leap, leaps } = activity;
    if (leap !== undefined)
      this.#anomalies.push({ kind: 'back-in-time', file: path, from: iso(leap.from * HOUR_MS), to: iso(leap.to * HOUR_MS), times: leaps });
    if (isOwn && span !== undefined && isOfOtherDate(name, span))
      this.#anomalies.push({ kind: 'other-date', file: path, from: iso(span.first), to: iso(span.last) });
  }

  /** A file that is there and was not read, in a folder where others were. */
  addUnread(path: string): void {
    const { folder, name } = splitPath(path);
    const files = this.#folders.get(folder)?.files;
    if (files?.has(name) === false) files.set(name, undefined);
  }

  /** Of all folders together. To be asked once. */
  activity(): Activity {
    const [only, ...others] = this.#folders.values();
    if (only !== undefined && others.length === 0) return only.activity.activity;
    const all = new ActivityLedger();
    for (const { activity } of this.#folders.values()) all.addDays(activity.activity);
    return all.activity;
  }

  /**
   * Silences of the log, and of single folders while others go on.
   *
   * @param all the activity of all folders
   * @param others that of all logs of the host by their types, this one among them
   */
  gaps(all: Activity, others: ReadonlyMap<string, Activity>): Gap[] {
    const ofAll = findSilences(all.days);
    const gaps = ofAll.map((silence) => gapOf(silence, others));
    if (this.#folders.size > 1) {
      for (const [folder, { activity }] of this.#folders) {
        for (const silence of findSilences(activity.activity.days)) {
          if (!ofAll.some((each) => isMostly(silence, each))) gaps.push({ ...gapOf(silence, others), folder });
        }
      }
    }
    return gaps.toSorted((a, b) => compare(a.from, b.from) || compare(a.folder ?? '', b.folder ?? ''));
  }

  missingFiles(): MissingFiles[] {
    const found = [...this.#folders].flatMap(([folder, { files }]) =>
      findMissingFiles(files).map(({ from, to, files: count }) => ({
        from: joinPath(folder, from),
        to: joinPath(folder, to),
        files: count,
      })),
    );
    return found.toSorted((a, b) => compare(a.from, b.from));
  }

  anomalies({ days }: Activity): Anomaly[] {
    return [...this.#anomalies, ...findFarOff(days)];
  }

  #folderOf(folder: string): Folder {
    const known = this.#folders.get(folder) ?? { activity: new ActivityLedger(), files: new Map<string, number | undefined>() };
    this.#folders.set(folder, known);
    return known;
  }
}

function gapOf({ from, to, expected }: Silence, others: ReadonlyMap<string, Activity>): Gap {
  const isBusy = ({ days }: Activity): boolean => {
    for (let bin = from / BIN_MS; bin < to / BIN_MS; bin += 1) if (recordsIn(days, bin) > 0) return true;
    return false;
  };
  const busyMeanwhile = [...others].filter(([, activity]) => isBusy(activity)).map(([logType]) => logType);
  return { from: iso(from), to: iso(to), expected, busyMeanwhile };
}

/** Whether a silence of one folder is for the most part one of all. */
function isMostly(silence: Silence, all: Silence): boolean {
  return (Math.min(silence.to, all.to) - Math.max(silence.from, all.from)) * 2 >= silence.to - silence.from;
}

function isOfOtherDate(name: string, { first, last }: TimeSpan): boolean {
  const { every, unit } = readFileName(name) ?? { every: undefined, unit: 0 };
  if (every === undefined || last - first > MOST_IN_A_DAY_MS) return false;
  const from = unit * UNIT_MS[every];
  // Names may tell local time, and a file may be written on for a while.
  return last < from - DAY_MS || first > from + UNIT_MS[every] + DAY_MS;
}

/** At the beginning or the end of a log. */
function findFarOff(days: Days): Anomaly[] {
  const sorted = busyBins(days).map((bin) => [bin, recordsIn(days, bin)] as const);
  const total = sorted.reduce((sum, [, records]) => sum + records, 0);
  return [...farOff(sorted, total), ...farOff(sorted.toReversed(), total)];
}

/** @param bins from the end that is looked at */
function farOff(bins: readonly (readonly [bin: number, records: number])[], total: number): Anomaly[] {
  let records = 0;
  for (const [index, [bin, more]] of bins.entries()) {
    records += more;
    const next = bins[index + 1]?.[0];
    if (next === undefined || records > Math.min(total * FEW, MOST_FEW)) return [];
    if (Math.abs(next - bin) <= FAR_BINS) continue;
    const ends = [bins[0]?.[0] ?? bin, bin].toSorted((a, b) => a - b).map((each) => iso(each * BIN_MS));
    return [{ kind: 'far-off', from: ends[0] ?? '', to: ends[1] ?? '', records }];
  }
  return [];
}

function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  // A log that was packed on its own lies where its archive does: `W3SVC1/u_ex210303.log.gz!/u_ex210303.log`.
  const packed = path.slice(path.lastIndexOf('/', slash - 1) + 1, slash);
  const isAlone = packed.endsWith('!') && packed.startsWith(`${name}.`);
  return { folder: path.slice(0, Math.max(0, isAlone ? slash - packed.length - 1 : slash)), name };
}

function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Hostile times may lie beyond what a date can say. */
function iso(time: number): string {
  return new Date(Math.min(Math.max(time, -8.64e15), 8.64e15)).toISOString();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
