import { diagnostic } from '../model/diagnostic.ts';
import type { Outbox } from '../model/outbox.ts';
import type { Level } from '../model/rule.ts';
import { recordsToTell } from '../notify/notices.ts';
import type { Target } from '../notify/target.ts';
import { TargetError } from '../notify/target-error.ts';
import { checkWritten } from '../notify/written-target.ts';
import { describeDiagnostic } from '../report/describe.ts';
import { escapeForTerminal } from '../report/escape.ts';
import type { ScanResult } from '../scan-options.ts';
import type { ToTell } from '../state/scan-state.ts';
import { StateError } from '../state/state-error.ts';
import { OutputError } from './output-error.ts';
import { UsageError } from './usage-error.ts';

export interface NotifyArguments {
  readonly notify: readonly string[];
  readonly notifyCa: string | undefined;
  readonly notifyLevel: Level;
  /** The folder of the state. */
  readonly state: string | undefined;
}

/**
 * Whom to tell, before anything is read.
 *
 * @throws {UsageError} without secrets
 */
export async function parseNotify(args: NotifyArguments): Promise<readonly Target[]> {
  checkNotify(args);
  if (args.notify.length === 0) return [];
  const { parseTargets } = await import('../notify/parse-target.ts');
  return asUsage(() => parseTargets(args.notify, { environment: process.env, platform: process.platform, ca: args.notifyCa }));
}

/**
 * Looks at what is written, and not at what it names: that may be elsewhere.
 *
 * @throws {UsageError} without secrets
 */
export function checkNotify({ notify, state }: Pick<NotifyArguments, 'notify' | 'state'>): void {
  if (notify.length > 0 && state === undefined)
    throw new UsageError('--notify: needs --state DIR, which keeps what was not told yet, and knows what was told already');
  asUsage(() => notify.forEach(checkWritten));
}

function asUsage<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof TargetError) throw new UsageError(`--notify: ${error.message}`, { cause: error });
    throw error;
  }
}

/** What a run puts into the outbox. */
export function toTell(targets: readonly Target[], result: ScanResult, level: Level): ToTell {
  return { receivers: targets.map(({ receiver }) => receiver), records: recordsToTell(result, level) };
}

interface Telling {
  readonly signal: AbortSignal;
  readonly isQuiet: boolean;
  /** Of a scan that stays. */
  readonly rests?: Map<string, number>;
  readonly note: (text: string) => void;
}

/**
 * Tells receivers what waits for them. What could not be told is said even where notes are not wanted: nothing else would show it.
 *
 * @throws {OutputError} where the state cannot note what was told: then it is told again
 */
export async function tellReceivers(targets: readonly Target[], outbox: Outbox, { signal, isQuiet, rests, note }: Telling): Promise<void> {
  if (targets.length === 0) return;
  const { deliver } = await import('../notify/deliver.ts');
  try {
    await deliver(targets, outbox, {
      signal,
      ...(rests !== undefined && { rests }),
      report: (problem, receiver) => {
        const told = diagnostic(problem, { path: receiver });
        if (!isQuiet || told.severity !== 'info') note(`${told.severity}: ${escapeForTerminal(describeDiagnostic(told))}\n`);
      },
    });
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw new OutputError(`--notify: ${error.message}; what was told is told again by the next run`, { cause: error });
  }
}
