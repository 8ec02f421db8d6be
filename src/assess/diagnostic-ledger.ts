import { diagnostic, isOfEvidence, type Diagnostic, type Problem, type ShownDiagnostic } from '../model/diagnostic.ts';

/** Of one kind in one file, so many are kept and shown; all are counted. */
const SHOWN = 5;

/** Problems of one kind in one file: the first few, and how many there are. */
export interface KeptDiagnostics {
  readonly kept: readonly Diagnostic[];
  readonly count: number;
}

/** Counts every problem and keeps the first few of each kind and file. */
export class DiagnosticLedger {
  readonly #groups = new Map<string, { readonly kept: Diagnostic[]; count: number }>();

  /** True as soon as a part of the evidence is known to be unread. */
  hasLoss = false;

  add(problem: Problem, path: string, lineNumber?: number): void {
    this.#keep(diagnostic(problem, { path, ...(lineNumber !== undefined && { lineNumber }) }), 1);
  }

  addOne(each: Diagnostic): void {
    this.#keep(each, 1);
  }

  /** Adds what was kept of a part of a file, whose lines count from its beginning. */
  addKept(groups: readonly KeptDiagnostics[], linesBefore: number): void {
    for (const { kept, count } of groups) {
      for (const [index, { problem, place, severity }] of kept.entries()) {
        const { path, lineNumber } = place;
        const moved = { path, ...(lineNumber !== undefined && { lineNumber: lineNumber + linesBefore }) };
        this.#keep({ severity, problem, place: moved }, index === 0 ? count - kept.length + 1 : 1);
      }
    }
  }

  kept(): KeptDiagnostics[] {
    return [...this.#groups.values()];
  }

  #keep(entry: Diagnostic, count: number): void {
    const { code } = entry.problem;
    // An error about evidence is evidence that nobody looked at; rules are another matter.
    if (entry.severity === 'error' && isOfEvidence(entry.problem)) this.hasLoss = true;
    const key = `${code}\n${entry.place.path}`;
    const group = this.#groups.get(key) ?? { kept: [], count: 0 };
    this.#groups.set(key, group);
    group.count += count;
    if (group.kept.length < SHOWN) group.kept.push(entry);
  }

  /** In the order in which their kinds and files first turned up. */
  shown(): ShownDiagnostic[] {
    return [...this.#groups.values()].flatMap(({ kept, count }) =>
      kept.map((entry, index) => ({ diagnostic: entry, more: index === kept.length - 1 ? count - kept.length : 0 })),
    );
  }
}
