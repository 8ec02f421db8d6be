import type { MissingFiles } from '../model/coverage.ts';
import { readFileName, UNIT_MS, type FileStamp } from './file-names.ts';

/** A series of which fewer files are there is not whole anyway. */
const LEAST_THERE = 0.25;
/** Where the files on both sides have so many records, none in between is no chance. */
const LEAST_RECORDS = 10;
/** So many of the files that are like a missing one have to be there. */
const LEAST_SHARE = 0.9;
const LEAST_LIKE = { hour: 12, day: 2 } as const;
/** The same hour of so many other days tells whether the log writes a file then. */
const MANY_DAYS = 4;
const DAYS_AROUND = 28;
const DAY_MS = 86_400_000;

/**
 * Files that a rotation should have left in a folder: a number, a day or an hour between others, where the series is otherwise whole.
 *
 * @param files the names that are there, with the records in them where they were read
 */
export function findMissingFiles(files: Iterable<readonly [name: string, records: number | undefined]>): MissingFiles[] {
  const series = new Map<string, NamedFile[]>();
  for (const [name, records = 0] of files) {
    const stamp = readFileName(name);
    if (stamp === undefined) continue;
    const known = series.get(stamp.series) ?? [];
    series.set(stamp.series, known);
    known.push({ stamp, records });
  }
  return [...series.values()].flatMap((each) => [...missingUnits(each), ...missingNumbers(each)]);
}

interface NamedFile {
  readonly stamp: FileStamp;
  readonly records: number;
}

/** `-1` is where every time begins; but of the oldest time the first files may have been taken for their age. */
function missingNumbers(files: readonly NamedFile[]): MissingFiles[] {
  const byUnit = new Map<number, { readonly stamp: FileStamp; readonly numbers: Set<number> }>();
  for (const { stamp } of files) {
    if (stamp.number === undefined) continue;
    const known = byUnit.get(stamp.unit) ?? { stamp, numbers: new Set() };
    known.numbers.add(stamp.number);
    byUnit.set(stamp.unit, known);
  }
  const oldest = least(byUnit.keys());
  return [...byUnit.values()].flatMap(({ stamp, numbers }) => {
    const [lowest, highest] = [least(numbers), most(numbers)];
    const first = stamp.unit === oldest || stamp.every === undefined ? lowest : Math.min(1, lowest);
    if (numbers.size < (highest - first + 1) * LEAST_THERE) return [];
    return runs(first, highest, (number) => numbers.has(number)).map(([from, to]) => ({
      from: stamp.name(stamp.unit, from),
      to: stamp.name(stamp.unit, to),
      files: to - from + 1,
    }));
  });
}

function missingUnits(files: readonly NamedFile[]): MissingFiles[] {
  const [{ stamp } = { stamp: undefined }] = files;
  if (stamp?.every === undefined) return [];
  const units = new Map<number, number>();
  for (const { stamp: each, records } of files) units.set(each.unit, (units.get(each.unit) ?? 0) + records);
  const sorted = [...units.keys()].toSorted((a, b) => a - b);
  const [first, last] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  if (units.size < (last - first + 1) * LEAST_THERE) return [];
  const log: Rotation = { units, first, last, perDay: DAY_MS / UNIT_MS[stamp.every], leastLike: LEAST_LIKE[stamp.every] };
  const number = stamp.number === undefined ? undefined : 1;
  return sorted.flatMap((unit, index) => {
    const next = sorted[index + 1] ?? unit;
    if (Math.min(units.get(unit) ?? 0, units.get(next) ?? 0) < LEAST_RECORDS) return [];
    return runs(unit + 1, next - 1, (between) => !isMissing(between, log)).map(([from, to]) => ({
      from: stamp.name(from, number),
      to: stamp.name(to, number),
      files: to - from + 1,
    }));
  });
}

interface Rotation {
  /** With their records. */
  readonly units: ReadonlyMap<number, number>;
  readonly first: number;
  readonly last: number;
  readonly perDay: number;
  readonly leastLike: number;
}

/** Whether the files like it are there: of the same hour on other days, weekends apart; where days are few, of all hours around. */
function isMissing(unit: number, { units, first, last, perDay, leastLike }: Rotation): boolean {
  const like: number[] = [];
  for (let days = -DAYS_AROUND; days <= DAYS_AROUND; days += 1) {
    const other = unit + days * perDay;
    if (days !== 0 && other >= first && other <= last && isWeekend(other, perDay) === isWeekend(unit, perDay)) like.push(other);
  }
  // A log that is busy now and then at this hour may as well write nothing.
  if (like.some((other) => (units.get(other) ?? LEAST_RECORDS) < LEAST_RECORDS)) return false;
  if (like.length >= (perDay === 1 ? leastLike : MANY_DAYS)) return share(like, units) >= LEAST_SHARE;
  if (perDay === 1) return false;
  const around = Array.from({ length: 2 * perDay + 1 }, (_, index) => unit - perDay + index).filter(
    (other) => other >= first && other <= last && other !== unit,
  );
  return around.length >= leastLike && share(around, units) >= LEAST_SHARE;
}

/** 1970 began on a Thursday. */
function isWeekend(unit: number, perDay: number): boolean {
  return (Math.floor(unit / perDay) + 3) % 7 >= 5;
}

function share(wanted: readonly number[], units: ReadonlyMap<number, number>): number {
  return wanted.filter((unit) => units.has(unit)).length / wanted.length;
}

function least(numbers: Iterable<number>): number {
  let found = Infinity;
  for (const number of numbers) found = Math.min(found, number);
  return found;
}

function most(numbers: Iterable<number>): number {
  let found = -Infinity;
  for (const number of numbers) found = Math.max(found, number);
  return found;
}

/** The runs of numbers that are not there. */
function runs(first: number, last: number, isThere: (number: number) => boolean): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (let number = first; number <= last; number += 1) {
    if (isThere(number)) continue;
    const run = found.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else found.push([number, number]);
  }
  return found;
}
