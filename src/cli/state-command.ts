import { existsSync } from 'node:fs';
import { escapeForTerminal } from '../report/escape.ts';
import { lookInto, type StateLook } from '../state/look.ts';
import { StateError } from '../state/state-error.ts';
import { EXIT } from './exit-code.ts';
import type { StandardStreams } from './standard-streams.ts';
import { UsageError } from './usage-error.ts';

/** The command line of `state`, as yargs hands it over. */
export interface StateCommandArguments {
  readonly folder: string;
  readonly files: boolean;
  readonly format: 'text' | 'json';
}

/** Of the runs, so many are shown. */
const SHOWN_RUNS = 10;

/**
 * Shows what a state remembers.
 *
 * @returns the exit code
 * @throws {UsageError} where there is none, or a run holds it
 */
export async function runStateShow({ folder, files, format }: StateCommandArguments, streams: StandardStreams): Promise<number> {
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder}`);
  try {
    await lookInto(folder, async (look) => {
      for (const line of format === 'json' ? asJson(look, files) : asText(look, files)) await streams.write(`${line}\n`);
    });
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
  return EXIT.clean;
}

function* asJson({ files, ...look }: StateLook, hasFiles: boolean): Generator<string> {
  yield JSON.stringify({ record: 'state', ...look });
  if (hasFiles) for (const file of files) yield JSON.stringify({ record: 'file', ...file });
}

function* asText({ version, created, runs, verdicts, counts, waiting, holder, files }: StateLook, hasFiles: boolean): Generator<string> {
  const [last] = runs;
  yield `Begun ${created} by exhunt ${version}; ${runs.length} ${runs.length === 1 ? 'run' : 'runs'} remembered`;
  if (holder !== undefined) yield `A run ended without a word: ${escapeForTerminal(holder.text)}; the next one takes over`;
  if (last === undefined) yield 'No run has ended yet';
  yield '';
  for (const { host, verdict, from, to } of verdicts)
    yield `  ${escapeForTerminal(host?.name ?? 'host unknown')}  ${verdict.toUpperCase()}${from === undefined ? '' : `  logs from ${from} to ${to ?? '?'}`}`;
  if (verdicts.length > 0) yield '';
  yield `${counts.files} files, ${counts.told} findings told, ${counts.matches} matches that others may join to a chain`;
  for (const { receiver, records } of waiting) yield `${records} records wait for ${escapeForTerminal(receiver)}`;
  if (runs.length > 0) yield '\nLast runs';
  for (const { number, ended, files: seen, lines, findings, complete } of runs.slice(0, SHOWN_RUNS))
    yield `  ${number}  ${ended}  ${findings} new findings in ${lines} new lines, ${seen} files${complete ? '' : '; not all could be read'}`;
  if (!hasFiles) return;
  yield '\nFiles';
  for (const { path, logType, offset, lines, isDone, seen } of files)
    yield `  ${escapeForTerminal(path)}  ${logType}  ${offset === 0 ? 'read as a whole' : `read up to byte ${offset}, line ${lines}`}${isDone ? '' : ', not to its end'}, seen ${seen}`;
}
