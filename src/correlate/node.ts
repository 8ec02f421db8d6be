import type { Problem } from '../model/diagnostic.ts';
import { fold } from '../sigma/fold.ts';
import type { EventValue } from './event-queue.ts';
import { GroupList } from './group-list.ts';
import { Group, MARK_INPUTS, type CorrelatedEvent } from './group.ts';
import { LIMITED, type Held, type Limits } from './limits.ts';
import { compileMeasure, type CreateMeasure } from './measures.ts';
import type { PlannedCorrelation, PlannedInput } from './plan.ts';
import { Run } from './run.ts';
import { STANDING_TIME, StandingMatches, type Standing } from './standing.ts';

/** What all correlations of a correlator share. */
export interface Shared {
  readonly limits: Limits;
  readonly held: Held;
  /** By their numbers. */
  readonly hosts: (string | undefined)[];
  runs: number;
  /** Takes what is too old out of all windows; asked for when a limit is reached. */
  readonly sweep: () => void;
}

/** Told of windows that match and overlap, when no further one can. */
export type OnRun = (run: Run, correlation: PlannedCorrelation) => void;

type Lack = 'time' | 'field' | 'number';

/** One correlation at work: its groups, and the events in their windows. */
export class CorrelationNode {
  readonly planned: PlannedCorrelation;
  readonly #createMeasure: CreateMeasure;
  readonly #reads: 'nothing' | 'text' | 'numbers';
  readonly #shared: Shared;
  readonly #onRun: OnRun;
  readonly #onMatch: (event: CorrelatedEvent) => void;
  readonly #groups = new GroupList();
  readonly #standing = new StandingMatches();
  /** Groups with events of the time at hand, as many as are counted: the list is used again and again. */
  readonly #touched: Group[] = [];
  #touches = 0;
  /** Groups that can be used again. */
  readonly #empty: Group[] = [];
  /** Up to this time no group has to be forgotten. */
  forgetAfter = -Infinity;
  readonly #lacks = new Map<Lack, number>();
  readonly #limited = new Map<keyof Limits, number>();

  /** @param onMatch told of each window that matches, for the correlations that build on this one */
  constructor(planned: PlannedCorrelation, shared: Shared, onRun: OnRun, onMatch: (event: CorrelatedEvent) => void) {
    const { rule } = planned;
    this.planned = planned;
    this.#createMeasure = compileMeasure(rule);
    const hasFields = rule.condition.kind === 'bounds' && rule.condition.fields.length > 0;
    this.#reads = hasFields ? (rule.type === 'value_count' ? 'text' : 'numbers') : 'nothing';
    this.#shared = shared;
    this.#onRun = onRun;
    this.#onMatch = onMatch;
  }

  /** Events come in the order of time. */
  take(inputIndex: number, event: CorrelatedEvent): void {
    const input = this.planned.inputs[inputIndex];
    if (input === undefined) return;
    const stands = event.time === STANDING_TIME;
    if (stands && !this.planned.rule.takesStanding) {
      this.lack('time');
      return;
    }
    const key = keyOf(event.values, input.group);
    const value = key === undefined ? undefined : this.#valueOf(event.values, input);
    if (key === undefined || value === LACKS_FIELD) this.lack('field');
    else if (value === LACKS_NUMBER) this.lack('number');
    else if (stands) this.#stand(key, { input: inputIndex, event });
    else if (this.#hasRoom('events') && (this.#reads !== 'text' || this.#hasRoom('values'))) this.#put(key, inputIndex, event, value);
  }

  /** A match that cannot be counted. */
  lack(what: Lack, count = 1): void {
    this.#lacks.set(what, (this.#lacks.get(what) ?? 0) + count);
  }

  #stand(key: string, standing: Standing): void {
    if (!this.#hasRoom('standing')) return;
    this.#shared.held.standing += 1;
    this.#standing.add(key, standing);
  }

  /** All that stands is in. Where it does alone, it stands for those that build on this correlation; without an event there is no window. */
  settleStanding(): void {
    for (const [key, standing] of this.#standing) {
      const [first] = standing;
      const input = first && this.planned.inputs[first.input];
      if (first === undefined || input === undefined) continue;
      const group = new Group(this.#createMeasure(), false);
      group.open(key, first.event.values, input.group);
      group.stand(standing);
      if (group.holdsStanding) this.#onMatch(this.#eventOf(this.#startRun(group), STANDING_TIME, () => undefined));
    }
  }

  #put(key: string, inputIndex: number, event: CorrelatedEvent, value: EventValue): void {
    const { time, values } = event;
    const input = this.planned.inputs[inputIndex];
    const group = input && this.#groupOf(key, event, input);
    if (input === undefined || group === undefined) return;
    const carried = input.carried.length === 0 ? NONE : input.carried.map((index) => values[index]);
    if (group.lastTime !== time) {
      this.#groups.putLast(group);
      this.#touched[this.#touches] = group;
      this.#touches += 1;
    }
    const distinct = group.measure.distinct?.() ?? 0;
    group.add(event, inputIndex, value, carried);
    this.#shared.held.events += 1;
    this.#shared.held.values += (group.measure.distinct?.() ?? 0) - distinct;
  }

  #groupOf(key: string, { values }: CorrelatedEvent, input: PlannedInput): Group | undefined {
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    if (!this.#hasRoom('groups')) return undefined;
    const group = this.#empty.pop() ?? new Group(this.#createMeasure(), this.#reads !== 'nothing');
    group.open(key, values, input.group);
    group.stand(this.#standing.of(key));
    this.#shared.held.groups += 1;
    return group;
  }

  #hasRoom(what: keyof Limits): boolean {
    const { held, limits, sweep } = this.#shared;
    if (held[what] < limits[what]) return true;
    sweep();
    if (held[what] < limits[what]) return true;
    this.#limited.set(what, (this.#limited.get(what) ?? 0) + 1);
    return false;
  }

  #valueOf(values: CorrelatedEvent['values'], input: PlannedInput): EventValue | typeof LACKS_FIELD | typeof LACKS_NUMBER {
    if (this.#reads === 'nothing') return undefined;
    if (this.#reads === 'text') return keyOf(values, input.values) ?? LACKS_FIELD;
    const text = values[input.values[0] ?? -1];
    if (text === undefined) return LACKS_FIELD;
    const number = /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : LACKS_NUMBER;
  }

  /** All events of a time are in. */
  settle(time: number): void {
    const touches = this.#touches;
    this.#touches = 0;
    for (let index = 0; index < touches; index += 1) {
      const group = this.#touched[index];
      if (group === undefined) continue;
      this.#expire(group, time - this.planned.rule.timespanMs);
      if (group.holds(time, this.planned.rule.timespanMs)) this.#onMatch(this.#extend(group, time));
    }
  }

  /** Takes out of a group's window what is too old, and keeps count of what is held. */
  #expire(group: Group, oldest: number): void {
    const { queue, measure } = group;
    if (queue.firstTime >= oldest) return;
    const events = queue.length;
    const distinct = measure.distinct?.() ?? 0;
    group.expire(oldest);
    this.#shared.held.events -= events - queue.length;
    this.#shared.held.values -= distinct - (measure.distinct?.() ?? 0);
  }

  #extend(group: Group, time: number): CorrelatedEvent {
    const { queue } = group;
    if (group.run !== undefined && time - this.planned.rule.timespanMs > group.run.end) this.#close(group);
    const run = (group.run ??= this.#startRun(group));
    for (let index = Math.max(0, run.next - queue.first); index < queue.length; index += 1) {
      const mark = queue.mark(index);
      const input = mark % MARK_INPUTS;
      const lasting = group.lasting(queue.place(index));
      run.include({
        input,
        reference: this.planned.inputs[input]?.reference ?? '',
        time: queue.time(index),
        place: lasting?.place ?? queue.place(index),
        host: this.#shared.hosts[Math.floor(mark / MARK_INPUTS)],
        run: lasting,
      });
    }
    run.next = queue.first + queue.length;
    run.end = time;
    return this.#eventOf(run, time, (index) => group.shared(index));
  }

  /** What stands is in it from the beginning. */
  #startRun(group: Group): Run {
    const run = new Run((this.#shared.runs += 1), group.values);
    for (const { input, event } of group.standing) {
      const reference = this.planned.inputs[input]?.reference ?? '';
      run.include({ input, reference, time: Infinity, place: event.place, host: this.#shared.hosts[event.host], run: event.run });
    }
    return run;
  }

  /** A match, for those that build on this correlation. */
  #eventOf(run: Run, time: number, carried: (index: number) => string | undefined): CorrelatedEvent {
    const own = this.planned.rule.groupBy.length;
    return {
      time,
      values: this.planned.provided.map((index) => (index < own ? run.group[index] : carried(index - own))),
      host: Math.max(0, this.#shared.hosts.indexOf(run.host)),
      place: run.place,
      run,
    };
  }

  /** Lets go of groups whose windows are empty at this time. */
  forget(time: number): void {
    if (time <= this.forgetAfter) return;
    const { timespanMs } = this.planned.rule;
    let group = this.#groups.oldest;
    for (; group !== undefined && group.lastTime < time - timespanMs; group = this.#groups.oldest) {
      this.#close(group);
      this.#expire(group, Infinity);
      group.empty();
      this.#groups.delete(group);
      this.#shared.held.groups -= 1;
      if (this.#empty.length < MOST_EMPTY) this.#empty.push(group);
    }
    this.forgetAfter = group === undefined ? time : group.lastTime + timespanMs;
  }

  /** Takes all out of windows that is too old at this time. */
  sweep(time: number): void {
    this.forget(time);
    for (const group of this.#groups) this.#expire(group, time - this.planned.rule.timespanMs);
  }

  #close(group: Group): void {
    if (group.run !== undefined) this.#onRun(group.run, this.planned);
    group.run = undefined;
  }

  problems(): Problem[] {
    const { rule } = this.planned;
    return [
      ...Array.from(this.#lacks, ([lacks, count]): Problem => ({ code: 'CORRELATION_LEFT_OUT', lacks, rule: rule.title, count })),
      ...Array.from(this.#limited, ([what, count]): Problem => {
        return { code: 'CORRELATION_LIMIT', what: LIMITED[what], limit: this.#shared.limits[what], rule: rule.title, count };
      }),
    ];
  }
}

const NONE: readonly undefined[] = [];

/** So many groups without events are kept, to be used again. */
const MOST_EMPTY = 1_000;

const LACKS_FIELD = Symbol('no field');
const LACKS_NUMBER = Symbol('no number');

/** Several values as one text, case folded away; `undefined` where one is missing. */
function keyOf(values: readonly (string | undefined)[], indexes: readonly number[]): string | undefined {
  const [only = -1] = indexes;
  if (indexes.length === 1) {
    const value = values[only];
    return value === undefined ? undefined : fold(value);
  }
  let key = '';
  for (const index of indexes) {
    const value = values[index];
    if (value === undefined) return undefined;
    // Their lengths keep them apart, whatever they hold.
    key += `${value.length}:${fold(value)}`;
  }
  return key;
}
