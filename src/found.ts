import { compareFindings } from './match/finding.ts';
import { FindingTally } from './assess/finding-tally.ts';
import { correlateMatches } from './correlate-matches.ts';
import { FindingStore, type FindingStoreOptions } from './finding-store.ts';
import { MatchStore } from './match-store.ts';
import type { LinkedCorrelation } from './model/correlation-rule.ts';
import type { Diagnostic } from './model/diagnostic.ts';
import type { FeedingMatch } from './model/feeding-match.ts';
import type { Finding } from './model/finding.ts';

/** So many findings of correlations are told as stories; all are findings. */
const STORIES = 1_000;
/** Stands for the piece of a file where findings are of none: pieces count from 1. */
const CORRELATED = 0;

/** All that is found, by pieces of files: findings, what they add up to, and the matches that feed correlations. */
export class Found {
  readonly findings: FindingStore;
  readonly tally = new FindingTally();
  readonly #correlated: Finding[] = [];
  readonly #feeding: MatchStore;

  constructor(options: FindingStoreOptions) {
    this.findings = new FindingStore(options);
    this.#feeding = new MatchStore(options);
  }

  add(finding: Finding, piece: number): void {
    this.findings.add(finding, piece);
    this.tally.add(finding, piece);
  }

  feed(match: FeedingMatch, piece: number): void {
    this.#feeding.add(match, piece);
  }

  /** What is of pieces that are never settled is left out. */
  settle(piece: number, linesBefore: number): void {
    this.findings.settle(piece, linesBefore);
    this.tally.settle(piece, linesBefore);
    this.#feeding.settle(piece, linesBefore);
  }

  drop(piece: number): void {
    this.findings.drop(piece);
    this.tally.drop(piece);
  }

  /**
   * Adds what correlations find, once every piece is settled.
   *
   * @returns what could not be counted
   */
  correlate(correlations: readonly LinkedCorrelation[]): readonly Diagnostic[] {
    const diagnostics = correlateMatches(correlations, this.#feeding, (finding) => {
      this.add(finding, CORRELATED);
      if (this.#correlated.length < STORIES) this.#correlated.push(finding);
    });
    this.settle(CORRELATED, 0);
    return diagnostics;
  }

  /** What correlations found, the first of many, in the order of all findings. */
  get correlated(): readonly Finding[] {
    return this.#correlated.toSorted(compareFindings);
  }
}
