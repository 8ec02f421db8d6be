import { accessSync, constants, existsSync, fstatSync, lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isInside } from '../discover/location.ts';
import { isMatchedBy } from '../discover/paths.ts';
import type { Root } from '../discover/roots.ts';
import { APPENDED_FORMS, FILE_ENDINGS, FORMATS, type AppendedForm, type ReportFormat } from '../report/formats.ts';
import type { CsvProfile } from '../report/reporter.ts';
import { suggest } from '../suggest.ts';
import { expandOutputName } from './output-name.ts';
import { continuationsOf, isContinuationOf } from './split-output.ts';
import { UsageError } from './usage-error.ts';

/** One `-o FORMAT=FILE`, or `-o FORMAT+=FILE`. */
export interface OutputTarget {
  readonly format: ReportFormat;
  /** `-` is standard output. */
  readonly file: string;
  readonly csvProfile?: CsvProfile;
  /** Whether it may go on in `FILE-2`, `FILE-3`, ... */
  readonly isSplit?: true;
  /** What is there stays, and the report comes behind it; left out: it becomes a file of its own. */
  readonly appended?: AppendedForm;
}

/** @throws {UsageError} an unknown format, no file, or a profile for CSV without any CSV */
export function parseOutputs(values: readonly string[], csvProfile?: CsvProfile): OutputTarget[] {
  const targets = values.map((value): OutputTarget => {
    const [start = '', ...rest] = value.split('=');
    const format = start.replace(/\+$/, '');
    const file = expandOutputName(rest.join('='));
    if (!isFormat(format))
      throw new UsageError(`--output: there is no format ${format}; there are ${FORMATS.join(', ')}${suggest(format, FORMATS)}`);
    if (file === '') throw new UsageError(`--output: ${value} names no file; write ${format}=FILE, or ${format}=- for standard output`);
    const ending = FILE_ENDINGS[format];
    if (ending !== undefined && !file.endsWith(ending) && file !== '-' && !isThereAsDevice(file))
      throw new UsageError(`--output: ${format} is imported by the name of its file, and ${file} does not end in ${ending}`);
    const target = { format, file, ...(format !== start && { appended: appendedForm(format, file, csvProfile) }) };
    if ((format !== 'csv' && format !== 'assessment-csv') || csvProfile === undefined) return target;
    return { ...target, csvProfile, ...(format === 'csv' && csvProfile === 'excel' && { isSplit: true }) };
  });
  if (csvProfile !== undefined && !targets.some(({ format }) => format === 'csv'))
    throw new UsageError(`--csv-profile ${csvProfile} is for CSV, and there is no -o csv=FILE`);
  return targets;
}

/** @throws {UsageError} nothing can be appended there, or to such a file */
function appendedForm(format: ReportFormat, file: string, csvProfile: CsvProfile | undefined): AppendedForm {
  const form = APPENDED_FORMS[format];
  if (form === undefined)
    throw new UsageError(
      `--output: a report as ${format} is whole in itself, and nothing can be appended to it; there are ${Object.keys(APPENDED_FORMS).join(', ')}`,
    );
  if (file === '-') throw new UsageError(`--output: standard output cannot be appended to; write ${format}=-`);
  if (format === 'csv' && csvProfile === 'excel')
    throw new UsageError('--output: --csv-profile excel makes files of their own, for a sheet is soon full; append without it');
  return form;
}

/** A device or a pipe has whatever name it has. */
function isThereAsDevice(file: string): boolean {
  return existsSync(file) && !statSync(file).isFile();
}

/** A file to be written, and the option that asks for it. */
export interface WrittenFile {
  readonly file: string;
  /** Left out: `--output`. */
  readonly option?: string;
  readonly isSplit?: true;
  /** Left out: it must not be there, unless it may be overwritten. */
  readonly appended?: AppendedForm;
}

export interface OutputRules {
  /** What is scanned: nothing is ever written there. */
  readonly evidence: readonly Root[];
  /** A file may have been put on standard input; it is evidence too. */
  readonly readsStandardInput: boolean;
  readonly mayOverwrite: boolean;
}

/** @throws {UsageError} when a file could not or must not be written; asked before the scan, not after it */
export function checkOutputs(targets: readonly WrittenFile[], { evidence, readsStandardInput, mayOverwrite }: OutputRules): void {
  const places = new Set<string>();
  const split: string[] = [];
  for (const { file, option = '--output', isSplit = false, appended } of targets) {
    const place = file === '-' ? '-' : checkFile(file, option, mayOverwrite || appended !== undefined);
    if (appended !== undefined) checkWritable(place);
    if (places.has(place)) throw new UsageError(`${option}: two outputs go to ${file === '-' ? 'standard output' : file}`);
    places.add(place);
    if (isSplit) split.push(place);
    for (const each of isSplit && file !== '-' && !isThereAsDevice(file) ? [file, ...continuationsOf(file)] : [file]) {
      const written = each === file ? place : checkFile(each, option, mayOverwrite);
      if (written !== '-' && (evidence.some((root) => isEvidence(written, root)) || (readsStandardInput && isStandardInput(written))))
        throw new UsageError(`${option}: ${each} would be written into the evidence`);
    }
  }
  const taken = [...places].find((place) => split.some((first) => isContinuationOf(place, first)));
  if (taken !== undefined) throw new UsageError(`--output: ${taken} is what a split output may go on in`);
}

/** A device or a pipe is written to as it is. @returns its real path */
function checkFile(file: string, option: string, mayOverwrite: boolean): string {
  const folder = path.dirname(path.resolve(file));
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new UsageError(`${option}: there is no folder ${folder}`);
  const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  if (isThere && !existsSync(file)) throw new UsageError(`${option}: ${file} is a link to nothing`);
  if (isThere && statSync(file).isDirectory()) throw new UsageError(`${option}: ${file} is a folder`);
  if (isThere && !statSync(file).isFile()) return realpathSync(file);
  if (isThere && !mayOverwrite) throw new UsageError(`${option}: ${file} exists; --force overwrites it`);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new UsageError(`${option}: nothing can be written to ${folder}`);
  }
  return isThere ? realpathSync(file) : path.join(realpathSync(folder), path.basename(file));
}

/** A file that is there is written to itself, and not only put into its folder. */
function checkWritable(place: string): void {
  try {
    if (existsSync(place)) accessSync(place, constants.R_OK | constants.W_OK);
  } catch {
    throw new UsageError(`--output: nothing can be appended to ${place}`);
  }
}

/**
 * Whether a file would be written over or among what is scanned. The folder that a pattern begins in is evidence too, unless it holds the
 * working folder: of that, only what the pattern matches.
 */
export function isEvidence(place: string, root: Root): boolean {
  if (root.kind === 'refused') return isInside(place, root.location);
  if (root.kind !== 'pattern') return isInside(place, realpathSync(root.location));
  const base = existsSync(root.base) ? realpathSync(root.base) : root.base;
  return (isInside(place, base) && !isInside(realpathSync('.'), base)) || isMatchedBy(place, root);
}

function isStandardInput(place: string): boolean {
  try {
    const [input, output] = [fstatSync(0), statSync(place)];
    return input.isFile() && input.dev === output.dev && input.ino === output.ino;
  } catch {
    // Of the two, one is not there.
    return false;
  }
}

function isFormat(format: string): format is ReportFormat {
  return FORMATS.some((each) => each === format);
}
