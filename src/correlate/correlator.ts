import type { CorrelationRule } from '../model/correlation-rule.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic.ts';
import { LIMITS, type Limits } from './limits.ts';
import type { CorrelatedEvent } from './group.ts';
import { CorrelationNode, type Shared } from './node.ts';
import type { CorrelationPlan, Taker } from './plan.ts';
import type { CountedMatch } from './run.ts';
import { STANDING_TIME } from './standing.ts';

/** A detection rule matched a record that has a time. */
export interface BaseMatch {
  /** Id of the rule. */
  readonly rule: string;
  /** Milliseconds since 1970, UTC; `STANDING_TIME` of what is there. */
  readonly time: number;
  /** In the order of `CorrelationPlan.fields`. */
  readonly values: readonly (string | undefined)[];
  readonly host: string | undefined;
  /** From 0; comes back with the findings, and means nothing here. */
  readonly place: number;
}

/** Windows that match and overlap, of one group of one correlation. */
export interface CorrelationMatch {
  readonly rule: CorrelationRule;
  /** What the correlation is grouped by. */
  readonly group: readonly (readonly [field: string, value: string])[];
  /** Milliseconds since 1970, UTC: of the first event, and of the last window's end. */
  readonly start: number;
  readonly end: number;
  /** Events in these windows. */
  readonly count: number;
  /** Some of the base matches that made it; the first ones. */
  readonly matches: readonly CountedMatch[];
  /** Of the last base match. */
  readonly last: number;
  /** The server, where all events are of one. */
  readonly host?: string;
}

/** When a limit is reached, all windows are swept, but not for every event: so many have to come in between. */
const SWEEP_SHARE = 0.05;

/**
 * Runs correlations over base matches that come in the order of time. For each group, the window that ends at an event holds all events up
 * to a timespan before it, both ends included; it is looked at when all events of its end are in, so the order of events of the same
 * time changes nothing.
 */
export class Correlator {
  readonly #plan: CorrelationPlan;
  readonly #nodes: readonly CorrelationNode[];
  readonly #shared: Shared;
  readonly #hosts = new Map<string, number>();
  #now = -Infinity;
  #forgetAfter = -Infinity;
  #sweptAt = -Infinity;
  #sinceSweep = Infinity;

  constructor(plan: CorrelationPlan, onMatch: (match: CorrelationMatch) => void, limits: Limits = LIMITS) {
    this.#plan = plan;
    this.#shared = {
      limits,
      held: { events: 0, groups: 0, values: 0, standing: 0 },
      hosts: [undefined],
      runs: 0,
      sweep: () => this.#sweep(),
    };
    this.#nodes = plan.correlations.map(
      (planned) =>
        new CorrelationNode(
          planned,
          this.#shared,
          (run, { rule, writesFindings }) => {
            if (!writesFindings) return;
            const { host } = run;
            onMatch({
              rule,
              group: rule.groupBy.map((field, index) => [field, run.group[index] ?? ''] as const),
              start: run.start,
              end: run.end,
              count: run.count,
              matches: run.matches(),
              last: run.place,
              ...(host !== undefined && { host }),
            });
          },
          (event) => this.#give(planned.users, event),
        ),
    );
  }

  add({ rule, time, values, host, place }: BaseMatch): void {
    if (time !== this.#now) {
      this.#settle();
      this.#now = time;
      if (time > this.#forgetAfter) this.#forget(time);
    }
    this.#sinceSweep += 1;
    const takers = this.#plan.takers.get(rule);
    if (takers !== undefined) this.#give(takers, { time, values, host: this.#hostNumber(host), place, run: undefined });
  }

  /** A match without a time is in no window. */
  addTimeless(rule: string, count = 1): void {
    for (const { correlation } of this.#plan.takers.get(rule) ?? []) this.#nodes[correlation]?.lack('time', count);
  }

  end(): void {
    this.#settle();
    for (const node of this.#nodes) node.forget(Infinity);
  }

  /** What could not be counted, of each correlation. */
  diagnostics(): Diagnostic[] {
    return this.#nodes.flatMap((node) => {
      const { file, lineNumber } = node.planned.rule;
      return node.problems().map((problem) => diagnostic(problem, { path: file, lineNumber }));
    });
  }

  #forget(time: number): void {
    let next = Infinity;
    for (const node of this.#nodes) {
      node.forget(time);
      if (node.forgetAfter < next) next = node.forgetAfter;
    }
    this.#forgetAfter = next;
  }

  /** Those that others build on come first, so that their matches are in before the others are looked at. */
  #settle(): void {
    for (const node of this.#nodes) {
      if (this.#now === STANDING_TIME) node.settleStanding();
      else node.settle(this.#now);
    }
  }

  #give(takers: readonly Taker[], event: CorrelatedEvent): void {
    for (const { correlation, input } of takers) this.#nodes[correlation]?.take(input, event);
  }

  #hostNumber(host: string | undefined): number {
    if (host === undefined) return 0;
    let number = this.#hosts.get(host);
    if (number === undefined) {
      number = this.#shared.hosts.push(host) - 1;
      this.#hosts.set(host, number);
    }
    return number;
  }

  #sweep(): void {
    if (this.#sweptAt === this.#now || this.#sinceSweep < this.#shared.limits.events * SWEEP_SHARE) return;
    this.#sweptAt = this.#now;
    this.#sinceSweep = 0;
    for (const node of this.#nodes) node.sweep(this.#now);
  }
}
