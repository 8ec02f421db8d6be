import type { Bound, LinkedCorrelation, Presence } from '../src/model/correlation-rule.ts';

export const STANDING = -Infinity;

/** A match of a rule, with the values of its fields by their names. */
export interface ReferenceMatch {
  readonly rule: string;
  /** `STANDING` of what is in every window, and makes none. */
  readonly time: number;
  readonly fields: Readonly<Record<string, string | undefined>>;
}

/** What a correlation comes to; values are folded. */
export interface ReferenceFinding {
  readonly rule: string;
  readonly group: string;
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

interface Event {
  readonly time: number;
  /** Several events of one identity are one event that lasts. */
  readonly identity: string;
  readonly reference: string;
  readonly group: string;
  readonly value: string;
  readonly fields: ReferenceMatch['fields'];
}

/**
 * What correlations mean, in the simplest possible words and with no regard for time or memory: every window is looked at by itself. The
 * engine has to come to the same.
 */
export function correlateByForce(linked: readonly LinkedCorrelation[], matches: readonly ReferenceMatch[]): ReferenceFinding[] {
  const ofCorrelations = new Map<string, (ReferenceMatch & { identity: string })[]>();
  return linked.flatMap(({ rule, inputs, writesFindings }) => {
    const { groupBy, timespanMs, condition, aliases, type } = rule;
    const fields = condition.kind === 'bounds' ? condition.fields : [];
    const events = inputs.flatMap(({ kind, id, reference }) => {
      const sources =
        kind === 'correlation'
          ? (ofCorrelations.get(id) ?? [])
          : matches.flatMap((match, index) => (match.rule === id ? [{ ...match, identity: `${index}` }] : []));
      return sources.flatMap((match): Event[] => {
        const value = (name: string) => match.fields[aliases.get(name)?.get(reference) ?? name]?.toLowerCase();
        const group = groupBy.map(value);
        const values = fields.map(value);
        if ([...group, ...values].includes(undefined)) return [];
        if (type !== 'value_count' && values.some((each) => !/^[+-]?\d+(?:\.\d+)?$/.test(each ?? ''))) return [];
        const { time, identity } = match;
        if (time === STANDING && !rule.takesStanding) return [];
        return [{ time, identity, reference, group: group.join(), value: values.join(), fields: match.fields }];
      });
    });
    const made: (ReferenceMatch & { identity: string })[] = [];
    ofCorrelations.set(rule.id, made);
    const findings = [...new Set(events.map(({ group }) => group))].flatMap((group) => {
      const all = events.filter((event) => event.group === group);
      const standing = all.filter(({ time }) => time === STANDING);
      const own = all.filter(({ time }) => time !== STANDING);
      const grouped = Object.fromEntries(groupBy.map((name, index) => [name, group.split(',')[index]]));
      if (standing.length > 0 && holds({ rule, inputs, writesFindings }, standing))
        made.push({ rule: rule.id, time: STANDING, identity: `${rule.id} ${group} standing`, fields: grouped });
      const inWindow = (from: number, to: number) => own.filter(({ time }) => time >= from && time <= to);
      const ends = [...new Set(own.map(({ time }) => time))].toSorted((a, b) => a - b);
      const runs: { first: number; last: number }[] = [];
      for (const end of ends) {
        const window = inWindow(end - timespanMs, end);
        if (!holds({ rule, inputs, writesFindings }, [...standing, ...window])) continue;
        const run = runs.at(-1);
        if (run !== undefined && end - timespanMs <= run.last) run.last = end;
        else runs.push({ first: end, last: end });
        const names = new Set(window.flatMap((event) => Object.keys(event.fields)));
        const shared = Object.fromEntries(
          [...names].map((name) => {
            const values = new Set(window.map((event) => event.fields[name]?.toLowerCase()));
            return [name, values.size === 1 ? [...values][0] : undefined];
          }),
        );
        made.push({ rule: rule.id, time: end, identity: `${rule.id} ${group} ${runs.length}`, fields: { ...shared, ...grouped } });
      }
      return runs.map(({ first, last }): ReferenceFinding => {
        const told = inWindow(first - timespanMs, last);
        const start = Math.min(...told.map(({ time }) => time));
        return { rule: rule.id, group, start, end: last, count: distinct([...standing, ...told]).length };
      });
    });
    return writesFindings ? findings : [];
  });
}

function distinct(events: readonly Event[]): Event[] {
  return [...new Map(events.map((event) => [event.identity, event] as const)).values()];
}

function holds({ rule }: LinkedCorrelation, window: readonly Event[]): boolean {
  const { type, condition, rules } = rule;
  const events = distinct(window);
  const atAll = (reference: string) => window.some((event) => event.reference === reference);
  if (type === 'temporal') {
    if (condition.kind === 'presence') return holdsPresence(condition.presence, atAll, atAll);
    return isIn(condition.bounds, rules.filter(atAll).length);
  }
  if (type === 'temporal_ordered') {
    const chains = subsets(rules).filter((chain) => isOrdered(chain, window));
    if (condition.kind === 'presence') {
      const { presence } = condition;
      return chains.some((chain) => holdsPresence(presence, (reference) => chain.includes(reference), atAll));
    }
    return isIn(condition.bounds, Math.max(...chains.map(({ length }) => length)));
  }
  if (condition.kind === 'presence') return false;
  const { bounds } = condition;
  const numbers = events.map(({ value }) => Number(value)).toSorted((a, b) => a - b);
  // Millionths, so that fractions add up whatever their order.
  const sum = () => Number(numbers.reduce((total, number) => total + BigInt(Math.round(number * 1e6)), 0n)) / 1e6;
  switch (type) {
    case 'event_count':
      return isIn(bounds, events.length);
    case 'value_count':
      return isIn(bounds, new Set(events.map(({ value }) => value)).size);
    case 'value_sum':
      return isIn(bounds, sum());
    case 'value_avg':
      return isIn(bounds, sum() / events.length);
    case 'value_percentile': {
      const percent = condition.percentile ?? 0;
      const least = numbers.find((value) => numbers.filter((each) => each <= value).length * 100 >= percent * numbers.length);
      return least !== undefined && isIn(bounds, least);
    }
  }
}

function isIn(bounds: readonly Bound[], value: number): boolean {
  return bounds.every(({ operator, value: bound }) => {
    switch (operator) {
      case 'gt':
        return value > bound;
      case 'gte':
        return value >= bound;
      case 'lt':
        return value < bound;
      case 'lte':
        return value <= bound;
      case 'eq':
        return value === bound;
      case 'neq':
        return value !== bound;
    }
  });
}

function holdsPresence(presence: Presence, wanted: (reference: string) => boolean, atAll: (reference: string) => boolean): boolean {
  switch (presence.kind) {
    case 'rule':
      return wanted(presence.reference);
    case 'not':
      return !holdsPresence(presence.part, atAll, wanted);
    case 'and':
      return presence.parts.every((part) => holdsPresence(part, wanted, atAll));
    case 'or':
      return presence.parts.some((part) => holdsPresence(part, wanted, atAll));
  }
}

/** Every selection of the rules, in the order of the list. */
function subsets(rules: readonly string[]): string[][] {
  const [first, ...others] = rules;
  if (first === undefined) return [[]];
  return subsets(others).flatMap((each) => [each, [first, ...each]]);
}

/** Whether events of these rules come one after the other, or at the same time. */
function isOrdered(chain: readonly string[], window: readonly Event[]): boolean {
  let after = -Infinity;
  for (const reference of chain) {
    // What stands is there before and after.
    if (window.some((event) => event.reference === reference && event.time === STANDING)) continue;
    const times = window.filter((event) => event.reference === reference && event.time >= after).map(({ time }) => time);
    if (times.length === 0) return false;
    after = Math.min(...times);
  }
  return true;
}
