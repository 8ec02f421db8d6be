import { diagnostic, type Diagnostic, type Problem, type ShownDiagnostic } from '../model/diagnostic.ts';

/** Of one kind in one file, so many are kept and shown; all are counted. */
const SHOWN = 5;

/** Counts every problem and keeps the first few of each kind and file. */
export class DiagnosticLedger {
  readonly #groups = new Map<string, { readonly kept: Diagnostic[]; count: number }>();

  /** True as soon as a part of the evidence is known to be unread. */
  hasLoss = false;

  add(problem: Problem, path: string, lineNumber?: number): void {
    const entry = diagnostic(problem, { path, ...(lineNumber !== undefined && { lineNumber }) });
    // An error about evidence is evidence that nobody looked at; rules are another matter.
    if (entry.severity === 'error' && !problem.code.startsWith('RULE_')) this.hasLoss = true;
    this.keep(entry);
  }

  keep(entry: Diagnostic): void {
    const key = `${entry.problem.code}\n${entry.place.path}`;
    const group = this.#groups.get(key) ?? { kept: [], count: 0 };
    this.#groups.set(key, group);
    group.count += 1;
    if (group.kept.length < SHOWN) group.kept.push(entry);
  }

  /** In the order in which their kinds and files first turned up. */
  shown(): ShownDiagnostic[] {
    return [...this.#groups.values()].flatMap(({ kept, count }) =>
      kept.map((entry, index) => ({ diagnostic: entry, more: index === kept.length - 1 ? count - kept.length : 0 })),
    );
  }
}
