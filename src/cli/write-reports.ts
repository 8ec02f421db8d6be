import { loadHtmlParts } from '../html-parts.ts';
import { report, type ReportContent } from '../report/report.ts';
import type { ReportContext } from '../report/reporter.ts';
import { REPORTERS, type ReportFormat } from '../report/reporters.ts';
import { hasColour } from './colour.ts';
import { FileOutput } from './file-output.ts';
import { OutputError } from './output-error.ts';
import type { OutputTarget } from './output-option.ts';
import type { StandardStreams } from './standard-streams.ts';

export interface WriteOptions {
  readonly force: boolean;
  readonly color: boolean | undefined;
}

/** Something to be written to a file, or to standard output (`-`). */
export interface Writing {
  readonly file: string;
  readonly pieces: (context: ReportContext) => Iterable<string>;
}

/** Each report that the user asked for. */
export function reportsTo(targets: readonly OutputTarget[], content: ReportContent): Writing[] {
  const contextOf = (format: ReportFormat, context: ReportContext): ReportContext =>
    format === 'html' ? { ...context, html: loadHtmlParts() } : context;
  return targets.map(({ format, file }) => ({ file, pieces: (context) => report(REPORTERS[format](contextOf(format, context)), content) }));
}

/** Writes all, also when one of them fails. */
export async function writeAll(writings: readonly Writing[], args: WriteOptions, streams: StandardStreams): Promise<void> {
  const failures: Error[] = [];
  for (const writing of writings) {
    try {
      await (writing.file === '-' ? writeToStandardOutput(writing, args, streams) : writeToFile(writing, args));
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new OutputError(failures.map(({ message }) => message).join('\n'), { cause: failures[0] });
}

async function writeToStandardOutput({ pieces }: Writing, args: WriteOptions, streams: StandardStreams): Promise<void> {
  const isTerminal = streams.stdout.isTTY;
  for (const text of pieces({ isTerminal, hasColour: hasColour(streams.stdout, args.color) })) {
    if (streams.isClosed) return;
    await streams.write(text);
  }
  await streams.flush();
}

async function writeToFile({ file, pieces }: Writing, { force }: WriteOptions): Promise<void> {
  const output = await FileOutput.open(file);
  try {
    for (const text of pieces({ isTerminal: false, hasColour: false })) await output.write(text);
    await output.close(force);
  } catch (error) {
    await output.abandon();
    throw error;
  }
}
