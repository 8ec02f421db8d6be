import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Root } from '../discover/roots.ts';
import type { LinkedCorrelation } from '../model/correlation-rule.ts';
import { total } from '../finding-counts.ts';
import { escapeForTerminal } from '../report/escape.ts';
import type { RuleSet } from '../rule-set.ts';
import type { ScanResult } from '../scan-options.ts';
import { ScanState, type ToTell } from '../state/scan-state.ts';
import { StateError } from '../state/state-error.ts';
import { OutputError } from './output-error.ts';
import { isEvidence } from './output-option.ts';
import { UsageError } from './usage-error.ts';

/** The part of the command line of `scan` that decides what is remembered. */
export interface StateArguments {
  readonly state: string | undefined;
  readonly paths: readonly string[];
  readonly baseline: string | undefined;
  readonly manifest: string | undefined;
}

interface StateFacts {
  readonly version: string;
  readonly correlations: readonly LinkedCorrelation[];
  readonly ruleSet: RuleSet;
}

/** The state of a run that goes on where others ended. */
export class RunState {
  readonly state: ScanState;
  readonly #facts: StateFacts;
  readonly #started = new Date().toISOString();
  readonly #sums = { bytes: 0, lines: 0, findings: 0, complete: true };

  constructor(state: ScanState, facts: StateFacts) {
    this.state = state;
    this.#facts = facts;
  }

  /** What the user should know before anything is read. */
  notes(): string[] {
    const { note, rulesBefore } = this.state;
    const isOther = rulesBefore !== undefined && rulesBefore !== this.#facts.ruleSet.sha256;
    return [
      ...(note === undefined ? [] : [note]),
      ...(isOther ? ['the rules are others than in the last run; what was read before is not read again for them'] : []),
    ];
  }

  /**
   * To be called when all is told; again and again, where the run stays.
   *
   * @throws {OutputError} when it cannot be written: then the next run tells it again
   */
  commit({ files, coverages, byLevel, isComplete, verdicts }: ScanResult, toTell: ToTell): void {
    const { version, ruleSet } = this.#facts;
    const sums = this.#sums;
    for (const { bytes, lines } of coverages) {
      sums.bytes += bytes;
      sums.lines += lines;
    }
    sums.findings += total(byLevel);
    sums.complete &&= isComplete;
    const facts = { started: this.#started, ended: new Date().toISOString(), version, rules: ruleSet.sha256, files, ...sums };
    try {
      this.state.commit(facts, verdicts, toTell);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      throw new OutputError(`--state: ${error.message}; what this run told is told again by the next`, { cause: error });
    }
  }

  /** What it came to, for the user. */
  account({ files }: ScanResult): string[] {
    const { unchanged, toldBefore, waiting, forgottenMatches } = this.state;
    const [copied] = waiting;
    const changed = files - unchanged.length;
    return [
      `something new in ${changed} of ${files} ${files === 1 ? 'file' : 'files'}`,
      ...(toldBefore > 0 ? [`${toldBefore} ${toldBefore === 1 ? 'finding that was' : 'findings that were'} told before`] : []),
      ...(copied === undefined
        ? []
        : [
            `${waiting.length} ${waiting.length === 1 ? 'file begins' : 'files begin'} as one that was read and ${waiting.length === 1 ? 'is' : 'are'} shorter, as a copy that is being made: left to the next run: ${escapeForTerminal(copied)}${waiting.length === 1 ? '' : ' …'}`,
          ]),
      ...(forgottenMatches > 0
        ? [
            `the ${forgottenMatches} oldest matches of rules are forgotten, for there are too many: chains that begin with them will not be found`,
          ]
        : []),
    ];
  }

  close(): void {
    this.state.close();
  }
}

/**
 * @param evidence what is scanned: nothing is ever written there
 * @throws {UsageError} before anything is read
 */
export function checkState({ state: folder, paths, baseline, manifest }: StateArguments, evidence: readonly Root[]): void {
  if (folder === undefined) return;
  if (folder === '') throw new UsageError('--state: a folder without a name');
  if (paths.includes('-')) throw new UsageError('--state: standard input has no name and no place to go on from');
  if (baseline !== undefined)
    throw new UsageError('--state tells what is new since the last run; --baseline compares whole scans: one of them');
  if (manifest !== undefined)
    throw new UsageError('--manifest lists whole files, and with --state only what is new of them is read: one of them');
  const place = existsSync(folder) ? realpathSync(folder) : path.resolve(folder);
  if (evidence.some((root) => isEvidence(place, root))) throw new UsageError(`--state: ${folder} lies in the evidence`);
}

/**
 * @returns `undefined` where nothing is remembered
 * @throws {UsageError} also where another run holds the state, or another exhunt wrote it
 */
export async function openState(folder: string | undefined, facts: StateFacts): Promise<RunState | undefined> {
  if (folder === undefined) return undefined;
  try {
    return new RunState(await ScanState.open(folder, facts.version, facts.correlations), facts);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw new UsageError(`--state: ${error.message}`, { cause: error });
  }
}
