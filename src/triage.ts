import type { Baseline } from './baseline.ts';
import { planCorrelations } from './correlate/plan.ts';
import { total, type FindingCounts } from './finding-counts.ts';
import type { LinkedCorrelation } from './model/correlation-rule.ts';
import { diagnostic, type Diagnostic } from './model/diagnostic.ts';
import { suppressionBy, type AppliedFilter } from './model/filter-rule.ts';
import type { Finding } from './model/finding.ts';
import type { RuleHead } from './model/rule.ts';
import { suppressionKey, type SuppressionSource } from './model/suppression.ts';
import type { IgnoreList } from './suppress/ignore-list.ts';

export interface TriageOptions {
  /** Those that are on the rules already: for the account of what they did. */
  readonly filters?: readonly AppliedFilter[];
  /** What does not count, and why. */
  readonly ignore?: IgnoreList;
  /** The report of before. */
  readonly baseline?: Baseline;
  /** All that findings may be of; left out: nobody knows. */
  readonly rules?: readonly RuleHead[];
  readonly correlations?: readonly LinkedCorrelation[];
}

/** Tells of each finding whether it counts, and whether it is new. */
export class Triage {
  readonly #options: TriageOptions;
  /** By piece: those that the report of before has, until it is known that the piece counts. */
  readonly #seen = new Map<number, number[]>();
  readonly #keptBack = new Map<string, number>();
  /** Ids of rules, in small letters. */
  #silent: ReadonlySet<string> | undefined;
  #known: ReadonlySet<string> | undefined;

  constructor(options: TriageOptions) {
    this.#options = options;
  }

  tell(finding: Finding, piece: number): Finding {
    const { ignore, baseline } = this.#options;
    const slot = baseline?.find(finding.id) ?? -1;
    if (slot !== -1) this.#seenIn(piece).push(slot);
    const suppression = finding.suppression ?? ignore?.find(finding);
    if (suppression !== undefined) {
      const { baseline: _, ...others } = finding;
      return { ...others, suppression };
    }
    return baseline === undefined ? finding : { ...finding, baseline: slot === -1 ? 'new' : 'unchanged' };
  }

  /** What is of pieces that are never settled is left out. */
  settle(piece: number): void {
    for (const slot of this.#seen.get(piece) ?? []) this.#options.baseline?.mark(slot);
    this.#seen.delete(piece);
  }

  drop(piece: number): void {
    this.#seen.delete(piece);
  }

  /** Matches of silent rules that filters kept from correlations, by the filters' keys. */
  keepBack(filtered: ReadonlyMap<string, number>): void {
    for (const [key, count] of filtered) this.#keptBack.set(key, (this.#keptBack.get(key) ?? 0) + count);
  }

  /** Filters as they were asked, then entries in the order of their file; those that did nothing too. */
  sources({ bySource }: Pick<FindingCounts, 'bySource'>): SuppressionSource[] {
    const { filters = [], ignore } = this.#options;
    const own = [...filters.map(({ filter }) => ({ ...suppressionBy(filter), status: 'active' as const })), ...(ignore?.entries ?? [])];
    const unique = new Map(own.map((each) => [suppressionKey(each), each] as const));
    return [...unique].map(([key, each]) => ({ ...each, findings: bySource.get(key) ?? 0, matches: this.#keptBack.get(key) ?? 0 }));
  }

  /** What is amiss with what suppresses, for the user to tidy up. */
  remarks(sources: readonly SuppressionSource[]): Diagnostic[] {
    const { filters = [], ignore, baseline } = this.#options;
    // That a filter is for no rule at all was told when it was loaded.
    const asked = filters.flatMap(({ filter, appliedTo }) => (appliedTo.length === 0 ? [] : [suppressionBy(filter)]));
    const own = new Set([...asked, ...(ignore?.entries ?? [])].map(suppressionKey));
    const unused = sources.filter(
      (each) => own.has(suppressionKey(each)) && each.status === 'active' && each.findings + each.matches === 0,
    );
    return [
      ...(ignore?.diagnostics ?? []),
      ...(baseline?.diagnostics ?? []),
      ...unused.map((each) => {
        const { by, name, file, line } = each;
        const why = this.#whyUnused(ignore?.rules.get(suppressionKey(each)) ?? []);
        return diagnostic(
          { code: 'SUPPRESSION_UNUSED', by, ...(name !== undefined && { name }), ...why },
          { path: file, lineNumber: line },
        );
      }),
    ];
  }

  #whyUnused(ids: readonly string[]): { readonly rule?: string; readonly because?: 'unknown' | 'silent' } {
    const { rules, correlations = [] } = this.#options;
    if (rules === undefined) return {};
    this.#silent ??= new Set([...planCorrelations(correlations).silent].map((id) => id.toLowerCase()));
    this.#known ??= new Set([...rules, ...correlations.map(({ rule }) => rule)].map(({ id }) => id.toLowerCase()));
    for (const rule of ids) {
      if (!this.#known.has(rule)) return { rule, because: 'unknown' };
      if (this.#silent.has(rule)) return { rule, because: 'silent' };
    }
    return {};
  }

  /** How many of the findings are new and so on; `undefined` without a report of before. */
  changes({ byLevel, fresh }: FindingCounts): { readonly new: number; readonly unchanged: number; readonly gone: number } | undefined {
    const { baseline } = this.#options;
    return baseline && { new: total(fresh), unchanged: total(byLevel) - total(fresh), gone: baseline.gone };
  }

  #seenIn(piece: number): number[] {
    const seen = this.#seen.get(piece) ?? [];
    this.#seen.set(piece, seen);
    return seen;
  }
}
