import type { ChalkInstance } from 'chalk';
import type { Level } from '../model/rule.ts';
import { escapeForTerminal } from './escape.ts';

/** Distinct values are counted up to here. */
export const DISTINCT_LIMIT = 10_000;

/** The word stands there as well: no colour says anything alone. */
export function colourLevel(level: Level, chalk: ChalkInstance): ChalkInstance {
  const colours = { critical: chalk.bold.white.bgRed, high: chalk.red, medium: chalk.yellow, low: chalk.blue, informational: chalk.dim };
  return colours[level];
}

export function safe(text: string): string {
  return escapeForTerminal(text);
}

export function indent(text: string): string {
  return `    ${text}`;
}

/** To the millisecond. */
export function readable(time: string): string {
  return safe(time.replace('T', ' ').replace('Z', ''));
}

/** To the minute. */
export function shortTime(time: string | undefined): string {
  return time === undefined ? '-' : safe(time.slice(0, 16).replace('T', ' '));
}

export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A count that went no further than the limit. */
export function atLeast(count: number): string {
  return `${count.toLocaleString('en-US')}${count < DISTINCT_LIMIT ? '' : ' or more'}`;
}

/** The only one of several, unless it is too long, or how many they are. */
export function onlyOrCount(names: ReadonlySet<string>, longest = Infinity): string {
  const [only] = names;
  if (only === undefined) return '-';
  return names.size === 1 && only.length <= longest ? safe(only) : atLeast(names.size);
}

/** Statuses that a server answered with, the most frequent first: `200×31, 404×2`. */
export function describeAnswers(answers: ReadonlyMap<number, number>): string {
  const sorted = [...answers].toSorted(([, a], [, b]) => b - a);
  const more = sorted.length > ANSWERS ? ', …' : '';
  return sorted
    .slice(0, ANSWERS)
    .map(([status, count]) => (count === 1 ? String(status) : `${status}×${count.toLocaleString('en-US')}`))
    .join(', ')
    .concat(more);
}

const ANSWERS = 4;

/** Counts the status that a server answered with. */
export function addAnswer(answers: Map<number, number>, status: number | undefined): void {
  if (status !== undefined && (answers.has(status) || answers.size < DISTINCT_LIMIT)) answers.set(status, (answers.get(status) ?? 0) + 1);
}

export function addDistinct(set: Set<string>, value: string | undefined): void {
  if (value !== undefined && set.size < DISTINCT_LIMIT) set.add(value);
}
