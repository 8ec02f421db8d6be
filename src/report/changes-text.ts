import type { ChalkInstance } from 'chalk';
import type { GoneFinding } from '../model/baseline.ts';
import type { Summary } from '../model/coverage.ts';
import { LEVELS } from '../model/rule.ts';
import { escapeForTerminal as safe } from './escape.ts';

/** So many of those that are gone are told. */
const TOLD = 10;

/** What is other than in the report of before; nothing where none was named. */
export function describeChanges(summary: Summary, gone: readonly GoneFinding[], chalk: ChalkInstance): string {
  const lines = changeLines(summary, gone);
  return lines.length === 0 ? '' : `${chalk.bold('Since the report of before')}\n${lines.map((line) => `  ${safe(line)}\n`).join('')}`;
}

/** The numbers first, then some of what is gone. */
export function changeLines({ baseline: changes, complete }: Summary, gone: readonly GoneFinding[]): string[] {
  if (changes === undefined) return [];
  const levels = LEVELS.toReversed().filter((level) => (changes.byLevel[level] ?? 0) > 0);
  const byLevel = levels.map((level) => `${count(changes.byLevel[level] ?? 0)} ${level}`).join(', ');
  const more =
    changes.gone > Math.min(gone.length, TOLD) ? [`and ${count(changes.gone - Math.min(gone.length, TOLD))} more that are gone`] : [];
  return [
    `${count(changes.new)} new${byLevel === '' ? '' : ` (${byLevel})`}, ${count(changes.unchanged)} still there, ${count(changes.gone)} gone`,
    ...gone.slice(0, TOLD).map(describeGone),
    ...more,
    ...(changes.gone > 0 && !complete ? ['not all of the evidence was read: what is gone may only be unread'] : []),
  ];
}

function describeGone({ '@timestamp': time, rule, host, log }: GoneFinding): string {
  const when = time?.replace('T', ' ').replace('Z', '') ?? 'no time';
  return `gone: ${when}  ${rule.level}  ${rule.name}${host === undefined ? '' : `, ${host.name}`}, ${log.file.path}:${log.line}`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
