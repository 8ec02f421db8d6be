import { compareFindings } from './match/finding.ts';
import { FindingTally } from './assess/finding-tally.ts';
import { worstVerdict } from './assess/verdicts.ts';
import { correlateMatches } from './correlate-matches.ts';
import { FindingStore, type FindingStoreOptions } from './finding-store.ts';
import { MatchStore } from './match-store.ts';
import type { Memory } from './memory.ts';
import type { Changes } from './model/baseline.ts';
import type { LinkedCorrelation } from './model/correlation-rule.ts';
import type { Diagnostic } from './model/diagnostic.ts';
import type { FeedingMatch } from './model/feeding-match.ts';
import type { Finding } from './model/finding.ts';
import type { SuppressionSource } from './model/suppression.ts';
import { Triage, type TriageOptions } from './triage.ts';

/** So many findings of correlations are told as stories; all are findings. */
const STORIES = 1_000;
/** Stands for the piece of a file where findings are of none: pieces count from 1. */
const CORRELATED = 0;
/** And where matches are of earlier runs. */
const REMEMBERED = 0xffff_ffff;

const NONE: ReadonlyMap<string, number> = new Map();

/** All that is found, by pieces of files: findings, what they add up to, and the matches that feed correlations. */
export class Found {
  readonly findings: FindingStore;
  /** Without what is suppressed. */
  readonly tally = new FindingTally();
  /** Of what is new. */
  readonly fresh = new FindingTally();
  readonly #correlated: Finding[] = [];
  readonly #feeding: MatchStore;
  readonly #triage: Triage;
  readonly #memory: Memory | undefined;

  constructor(options: FindingStoreOptions & TriageOptions & { readonly memory?: Memory }) {
    this.findings = new FindingStore(options);
    this.#feeding = new MatchStore(options);
    this.#triage = new Triage(options);
    this.#memory = options.memory;
  }

  /** @returns the finding as it is kept: with what suppresses it, and whether it is new; what an earlier run told is not kept */
  add(finding: Finding, piece: number): Finding {
    const told = this.#triage.tell(finding, piece);
    if (this.#memory?.isTold(finding) === true) return told;
    this.findings.add(told, piece);
    if (told.suppression === undefined) this.tally.add(told, piece);
    if (told.baseline === 'new' || (this.#memory !== undefined && told.suppression === undefined)) this.fresh.add(told, piece);
    return told;
  }

  feed(match: FeedingMatch, piece: number): void {
    if (this.#memory?.hasMatch(match.id) !== true) this.#feeding.add(match, piece);
  }

  /**
   * What is of pieces that are never settled is left out.
   *
   * @param filtered by the keys of filters: matches that they kept from correlations
   */
  settle(piece: number, linesBefore: number, filtered = NONE): void {
    this.findings.settle(piece, linesBefore);
    this.tally.settle(piece, linesBefore);
    this.fresh.settle(piece, linesBefore);
    this.#feeding.settle(piece, linesBefore);
    this.#triage.settle(piece);
    this.#triage.keepBack(filtered);
  }

  drop(piece: number): void {
    this.findings.drop(piece);
    this.tally.drop(piece);
    this.fresh.drop(piece);
    this.#triage.drop(piece);
  }

  /**
   * Adds what correlations find, once every piece is settled.
   *
   * @returns what could not be counted, and what is amiss with suppressions
   */
  correlate(correlations: readonly LinkedCorrelation[]): readonly Diagnostic[] {
    this.#remember();
    const diagnostics = correlateMatches(correlations, this.#feeding, (finding) => {
      const told = this.add(finding, CORRELATED);
      if (told.suppression === undefined && this.#correlated.length < STORIES && this.#isNews(told)) this.#correlated.push(told);
    });
    this.settle(CORRELATED, 0);
    return [...diagnostics, ...this.remarks(this.suppressions)];
  }

  /** What matches of earlier runs and of this one come to is found by all of them together; by the old ones alone it was told. */
  #remember(): void {
    const { tally } = this;
    for (const each of this.#memory?.tallies() ?? []) tally.restore(each);
    if (this.#memory === undefined || !this.#feeding.hasMatches) return;
    for (const match of this.#memory.matches()) this.#feeding.add(match, REMEMBERED);
    this.#feeding.settle(REMEMBERED, 0);
  }

  /** Whether something new is in what a correlation found. */
  #isNews({ correlation }: Finding): boolean {
    const memory = this.#memory;
    return memory === undefined || correlation?.findings.some((id) => !memory.hasMatch(id)) === true;
  }

  /** Those of this run, with their places in their files. */
  *matches(): Generator<FeedingMatch> {
    for (const { piece, match } of this.#feeding.matches()) if (piece !== REMEMBERED) yield match;
  }

  /** What correlations found, the first of many, in the order of all findings. */
  get correlated(): readonly Finding[] {
    return this.#correlated.toSorted(compareFindings);
  }

  /** What a scan tells of it; once all is settled. */
  outcome() {
    const { findings, suppressions, changes } = this;
    const { byLevel, suppressed } = findings.counts;
    const news = this.#memory && worstVerdict(this.fresh.tallies());
    return { findings, byLevel, suppressed, suppressions, ...(changes !== undefined && { changes }), ...(news !== undefined && { news }) };
  }

  /** Filters and entries, and what each did. */
  get suppressions(): SuppressionSource[] {
    return this.#triage.sources(this.findings.counts);
  }

  remarks(suppressions: readonly SuppressionSource[]): Diagnostic[] {
    return this.#triage.remarks(suppressions);
  }

  /** Against the report of before; `undefined` where none was named. */
  get changes(): Changes | undefined {
    const { counts } = this.findings;
    const changes = this.#triage.changes(counts);
    return changes && { ...changes, byLevel: counts.fresh, verdict: worstVerdict(this.fresh.tallies()) };
  }
}
