import type { ChalkInstance } from 'chalk';
import type { Coverage } from '../model/coverage.ts';
import { layOut, type Column } from './table.ts';
import { plural, safe, shortTime } from './text-words.ts';

/** So many are named; the others are counted. */
const NAMED = 3;

const COLUMNS: readonly Column[] = [
  { name: 'host', isTitle: true, least: 8 },
  { name: 'log type', isTitle: true },
  { name: 'files', isNumber: true },
  { name: 'lines', isNumber: true },
  { name: 'records', isNumber: true },
  { name: 'rejected', isNumber: true },
  { name: 'first' },
  { name: 'last' },
  { name: 'blind rules', isNumber: true, least: 11 },
];

/** What was read, of which host and log, from when to when. */
export function describeCoverage(coverages: readonly Coverage[], width: number, chalk: ChalkInstance): string {
  if (coverages.length === 0) return '';
  const rows = coverages.map(({ host, log, files, lines, records, rejected, first, last, blind, partlyBlind = [] }) => {
    const blindRules = partlyBlind.length === 0 ? blind.length : `${blind.length} + ${partlyBlind.length} in part`;
    const cells = [host?.name ?? '?', log.type, files, lines, records, rejected, shortTime(first), shortTime(last), blindRules];
    return cells.map((cell) => ({ text: safe(String(cell)) }));
  });
  return `${[chalk.bold('What was read'), ...layOut(COLUMNS, rows, width)].join('\n')}\n`;
}

/** The first few of many, and how many they are. */
export class Examples {
  readonly shown: string[] = [];
  count = 0;

  add(text: string, count: number): void {
    this.count += count;
    if (this.shown.length < NAMED) this.shown.push(text);
  }
}

export function describeNotScanned({ shown, count }: Examples): string {
  if (count === 0) return '';
  const more = count > shown.length ? ` and ${count - shown.length} more` : '';
  return `Not scanned, being no log that exhunt hunts in: ${plural(count, 'file')} (${shown.map(safe).join(', ')}${more})\n`;
}

export function describeNotRead({ shown, count }: Examples, chalk: ChalkInstance): string {
  if (count === 0) return '';
  const more = count > shown.length ? [`and ${plural(count - shown.length, 'more problem')}; -o jsonl=FILE counts them by file`] : [];
  return `${chalk.yellow('What could not be read')}\n${[...shown, ...more].map((line) => `  ${safe(line)}`).join('\n')}\n`;
}
