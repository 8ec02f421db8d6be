import { APPENDED_FORMS } from '../report/formats.ts';
import type { CsvProfile } from '../report/reporter.ts';
import { parseOutputs, type OutputTarget } from './output-option.ts';
import { UsageError } from './usage-error.ts';

/** Reports that may be written again and again to one place. */
const REPEATED = Object.keys(APPENDED_FORMS);

/** @throws {UsageError} a report that is written once, or nothing to remember what was told */
export function checkFollow(targets: readonly OutputTarget[], state: string | undefined): void {
  if (state === undefined) throw new UsageError('--follow needs --state FOLDER, which remembers what was read and told');
  const whole = targets.find(({ format, file, appended }) => appended === undefined && (file !== '-' || !REPEATED.includes(format)));
  if (whole !== undefined)
    throw new UsageError(
      `--follow tells again and again, and -o ${whole.format}=${whole.file} is written once; append to a file with +=, or write lines=-; there are ${REPEATED.join(', ')}`,
    );
}

interface OutputArguments {
  readonly output: readonly string[];
  readonly csvProfile: CsvProfile | undefined;
  readonly follow: boolean;
}

/** What is written, where; names that tell the time tell that of now. Left to itself, a scan that stays writes lines: a report for people would be one for every few lines of log. */
export function outputsOf({ output, csvProfile, follow }: OutputArguments): OutputTarget[] {
  const isUnasked = output.length === 1 && output[0] === 'text=-';
  return parseOutputs(follow && isUnasked ? ['lines=-'] : output, csvProfile);
}
