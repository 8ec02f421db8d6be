import type { ProblemCode, Severity, ShownDiagnostic } from '../model/diagnostic.ts';
import { describeDiagnostic } from '../report/describe.ts';
import { escapeForTerminal } from '../report/escape.ts';

/** Of each kind of problem, so many are told on standard error. The jsonl output lists some of each file and counts all. */
const TOLD: Readonly<Record<Severity, number>> = { error: 20, warning: 10, info: 3 };

/** Tells problems on standard error, the first of each kind. */
export function tellDiagnostics(shown: readonly ShownDiagnostic[], write: (text: string) => void): void {
  const told = new Map<ProblemCode, number>();
  const untold = new Map<ProblemCode, number>();
  for (const { diagnostic, more } of shown) {
    const { code } = diagnostic.problem;
    const count = told.get(code) ?? 0;
    if (count < TOLD[diagnostic.severity]) {
      told.set(code, count + 1);
      write(
        `${diagnostic.severity}: ${escapeForTerminal(describeDiagnostic(diagnostic))}${more > 0 ? ` (and ${more} more in this file)` : ''}\n`,
      );
    } else {
      untold.set(code, (untold.get(code) ?? 0) + 1 + more);
    }
  }
  for (const [code, count] of untold) write(`note: ${count} more of ${code}; -o jsonl=FILE counts them by file\n`);
}
