import { existsSync, statSync } from 'node:fs';
import { loadHtmlParts } from '../html-parts.ts';
import { escapeForTerminal } from '../report/escape.ts';
import type { AppendedForm } from '../report/formats.ts';
import { reportPieces, type Piece, type ReportContent } from '../report/report.ts';
import type { ReportContext } from '../report/reporter.ts';
import { headerOf } from './append-file.ts';
import { hasColour } from './colour.ts';
import { FileOutput } from './file-output.ts';
import { OutputError } from './output-error.ts';
import type { OutputTarget } from './output-option.ts';
import { SplitOutput } from './split-output.ts';
import type { StandardStreams } from './standard-streams.ts';
import { UsageError } from './usage-error.ts';

export interface WriteOptions {
  readonly force: boolean;
  readonly color: boolean | undefined;
  /** No notes. */
  readonly quiet?: boolean;
}

/** Something to be written to a file, or to standard output (`-`). */
export interface Writing {
  readonly file: string;
  /** Whether it may go on in other files. */
  readonly isSplit?: true;
  /** Left out: it becomes a file of its own. */
  readonly appended?: AppendedForm;
  readonly pieces: (context: ReportContext) => Iterable<Piece>;
}

/** Each report that the user asked for. */
export async function reportsTo(targets: readonly OutputTarget[], content: ReportContent): Promise<Writing[]> {
  const { REPORTERS } = await import('../report/reporters.ts');
  return targets.map(({ format, file, csvProfile, isSplit, appended }) => ({
    file,
    ...(isSplit && { isSplit }),
    ...(appended && { appended }),
    pieces: (context) => {
      const whole = {
        ...context,
        ...(csvProfile !== undefined && { csvProfile }),
        ...(format === 'html' && { html: loadHtmlParts() }),
        ...(format === 'log-line' && { time: new Date().toISOString() }),
      };
      return reportPieces(REPORTERS[format](whole), content);
    },
  }));
}

/**
 * Files that hold a table already have to have the header that the run will write; asked before the scan, not after it.
 *
 * @throws {UsageError}
 */
export async function checkHeaders(targets: readonly OutputTarget[]): Promise<void> {
  for (const { format, file, csvProfile, appended } of targets) {
    if (appended !== 'table' || !existsSync(file) || !statSync(file).isFile()) continue;
    const there = headerOf(file);
    const { REPORTERS } = await import('../report/reporters.ts');
    const context = { isTerminal: false, hasColour: false, ...(csvProfile !== undefined && { csvProfile }) };
    if (there !== '' && there !== REPORTERS[format](context).begin())
      throw new UsageError(`--output: ${file} has other columns than this run would append; choose another file`);
  }
}

/** Writes all, also when one of them fails. */
export async function writeAll(writings: readonly Writing[], args: WriteOptions, streams: StandardStreams): Promise<void> {
  const failures: Error[] = [];
  for (const writing of writings) {
    try {
      const notes = await (writing.file === '-' ? writeToStandardOutput(writing, args, streams) : writeToFile(writing, args));
      const name = writing.file === '-' ? 'standard output' : writing.file;
      if (args.quiet !== true) for (const note of notes) streams.note(`note: ${escapeForTerminal(`${name}: ${note}`)}\n`);
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new OutputError(failures.map(({ message }) => message).join('\n'), { cause: failures[0] });
}

/** @returns what is to be told of it */
async function writeToStandardOutput({ pieces }: Writing, args: WriteOptions, streams: StandardStreams): Promise<string[]> {
  const { isTTY: isTerminal, columns } = streams.stdout;
  const context = { isTerminal, hasColour: hasColour(streams.stdout, args.color), ...(isTerminal && columns > 0 && { columns }) };
  const notes: string[] = [];
  for (const piece of pieces(context)) {
    if (streams.isClosed) return notes;
    if (typeof piece === 'string') await streams.write(piece);
    else if (piece.kind === 'note') notes.push(piece.text);
  }
  await streams.flush();
  return notes;
}

/** @returns what is to be told of it */
async function writeToFile({ file, isSplit, appended, pieces }: Writing, { force }: WriteOptions): Promise<string[]> {
  if (appended !== undefined) return await appendToFile(file, appended, pieces);
  const output = await SplitOutput.open(file, isSplit === true);
  const notes: string[] = [];
  try {
    for (const piece of pieces({ isTerminal: false, hasColour: false, splitsFiles: output.canSplit })) {
      if (typeof piece === 'string') await output.write(piece);
      else if (piece.kind === 'note') notes.push(piece.text);
      else await output.next();
    }
    return [...notes, ...(await output.close(force))];
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

/** @returns what is to be told of it */
async function appendToFile(file: string, form: AppendedForm, pieces: Writing['pieces']): Promise<string[]> {
  const output = await FileOutput.open(file);
  const notes: string[] = [];
  try {
    for (const piece of pieces({ isTerminal: false, hasColour: false })) {
      if (typeof piece === 'string') await output.write(piece);
      else if (piece.kind === 'note') notes.push(piece.text);
    }
    return [...notes, ...(await output.append(form))];
  } catch (error) {
    await output.abandon();
    throw error;
  }
}
