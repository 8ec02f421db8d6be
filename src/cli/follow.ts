import { setTimeout as sleep } from 'node:timers/promises';
import { mergeCoverages } from '../assess/merge-coverages.ts';
import type { Coverage, Summary } from '../model/coverage.ts';
import type { ShownDiagnostic } from '../model/diagnostic.ts';
import type { ScanResult } from '../scan-options.ts';
import { EXIT } from './exit-code.ts';
import type { ToTell } from '../state/scan-state.ts';
import type { RunState } from './state-option.ts';

/** Between two looks. Some file systems and network shares tell nobody what changes in them, so whoever wants to know has to look. */
const PAUSE_MS = 2_000;
/** A look may take this share of the time, however many files there are. */
const LOOKING_SHARE = 0.2;
/** So many different problems are told once each. */
const MOST_TOLD = 100_000;

export interface Following {
  readonly stop: AbortSignal;
  readonly scan: () => Promise<ScanResult>;
  readonly report: (result: ScanResult, durationMs: number) => Promise<Summary>;
  /** What of a result receivers are told. */
  readonly putOut: (result: ScanResult) => ToTell;
  /** Tells receivers what waits for them; the last time also those that could not be told a moment ago. */
  readonly tell: (say: (text: string) => void, isLast: boolean) => Promise<void>;
  readonly note: (text: string) => void;
}

/**
 * Looks again and again for what is new, and tells it, until it is stopped. What was read and held nothing is told with the next that does, or at the
 * end.
 *
 * @returns the exit code
 */
export async function follow(memory: RunState, { stop, scan, report, putOut, ...following }: Following): Promise<number> {
  const told = new Set<string>();
  let coverages: readonly Coverage[] = [];
  let untold: ScanResult | undefined;
  let code: number = EXIT.clean;
  const telling = new Telling(following);
  const tell = async (result: ScanResult, started: number): Promise<void> => {
    const summary = await report({ ...result, coverages }, performance.now() - started);
    coverages = [];
    untold = undefined;
    if (summary.exitCode === EXIT.findings || code === EXIT.clean) code = summary.exitCode;
  };
  for (;;) {
    const started = performance.now();
    const found = await scan();
    const diagnostics = found.diagnostics.filter((each) => isNew(each, told));
    const result = { ...found, diagnostics };
    coverages = mergeCoverages([...coverages, ...result.coverages]);
    const isNews =
      hasAny(result.findings) || result.stories.length > 0 || diagnostics.some(({ diagnostic }) => diagnostic.severity !== 'info');
    if (isNews) await tell(result, started);
    else if (memory.state.unchanged.length < result.files) untold = result;
    // What was read and held nothing is not read again, and told later.
    if (isNews || untold === result) memory.commit(result, putOut(result));
    telling.start();
    if (stop.aborted) break;
    await sleep(Math.max(PAUSE_MS, (performance.now() - started) / LOOKING_SHARE), undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) break;
  }
  if (untold !== undefined && coverages.length > 0) await tell(untold, performance.now());
  await telling.end();
  return code;
}

/** Receivers are told while logs are read: one that does not answer holds up nothing. */
class Telling {
  readonly #following: Pick<Following, 'tell' | 'note'>;
  #underWay: Promise<void> | undefined;
  #failure: unknown;
  #said = '';

  constructor(following: Pick<Following, 'tell' | 'note'>) {
    this.#following = following;
  }

  /** @throws what went wrong the last time */
  start(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#underWay ??= this.#tell(false).finally(() => (this.#underWay = undefined));
  }

  /** @throws what went wrong */
  async end(): Promise<void> {
    await this.#underWay;
    await this.#tell(true);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #tell(isLast: boolean): Promise<void> {
    const said: string[] = [];
    await this.#following.tell((text) => said.push(text), isLast).catch((error: unknown) => (this.#failure ??= error));
    // That the same number still waits for the same reason was said.
    if (said.length > 0 && said.join('') !== this.#said) this.#following.note((this.#said = said.join('')));
  }
}

function isNew({ diagnostic }: ShownDiagnostic, told: Set<string>): boolean {
  const { problem, place } = diagnostic;
  const key = `${problem.code}\n${place.path}\n${place.lineNumber ?? ''}`;
  if (told.has(key)) return false;
  if (told.size < MOST_TOLD) told.add(key);
  return true;
}

function hasAny(findings: Iterable<unknown>): boolean {
  for (const _ of findings) return true;
  return false;
}
