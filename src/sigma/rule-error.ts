import type { Problem } from '../model/diagnostic.ts';

/** Line and column in a rule file, from 1. */
export interface Position {
  readonly lineNumber: number;
  readonly column: number;
}

/** Ends the reading of one rule. Caught in `load.ts`, which makes a diagnostic of it; it never leaves this folder. */
export class RuleError extends Error {
  readonly problem: Problem;
  readonly at: Position;

  constructor(problem: Problem, at: Position) {
    super(problem.code);
    this.problem = problem;
    this.at = at;
  }
}
