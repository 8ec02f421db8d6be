import { report, type ReportContent } from '../report/report.ts';
import { REPORTERS } from '../report/reporters.ts';
import { hasColour } from './colour.ts';
import { FileOutput } from './file-output.ts';
import { OutputError } from './output-error.ts';
import type { OutputTarget } from './output-option.ts';
import type { StandardStreams } from './standard-streams.ts';

export interface WriteOptions {
  readonly force: boolean;
  readonly color: boolean | undefined;
}

/** Writes every report, also when one of them fails. */
export async function writeReports(
  targets: readonly OutputTarget[],
  content: ReportContent,
  args: WriteOptions,
  streams: StandardStreams,
): Promise<void> {
  const failures: Error[] = [];
  for (const target of targets) {
    try {
      await (target.file === '-' ? writeToStandardOutput(target, content, args, streams) : writeToFile(target, content, args));
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new OutputError(failures.map(({ message }) => message).join('\n'), { cause: failures[0] });
}

async function writeToStandardOutput(
  { format }: OutputTarget,
  content: ReportContent,
  args: WriteOptions,
  streams: StandardStreams,
): Promise<void> {
  const isTerminal = streams.stdout.isTTY;
  const reporter = REPORTERS[format]({ isTerminal, hasColour: hasColour(streams.stdout, args.color) });
  for (const text of report(reporter, content)) {
    if (streams.isClosed) return;
    await streams.write(text);
  }
  await streams.flush();
}

async function writeToFile({ format, file }: OutputTarget, content: ReportContent, { force }: WriteOptions): Promise<void> {
  const output = await FileOutput.open(file);
  try {
    for (const text of report(REPORTERS[format]({ isTerminal: false, hasColour: false }), content)) await output.write(text);
    await output.close(force);
  } catch (error) {
    await output.abandon();
    throw error;
  }
}
