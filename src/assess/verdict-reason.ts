import type { Verdict } from '../model/verdict.ts';
import { nameLog } from './decisive-logs.ts';
import type { Tally } from './finding-tally.ts';

/** What a sentence is made of. */
export interface ReasonFacts {
  readonly verdict: Verdict;
  /** The findings that carry the verdict, the first of each rule, by time. */
  readonly carrying: readonly Tally[];
  readonly missing: readonly string[];
  /** Log types of which a file could not be read to its end. */
  readonly torn: readonly string[];
  readonly from?: string;
  readonly to?: string;
}

const SAID: Readonly<Record<Verdict, string>> = {
  compromised: 'What only an intruder leaves was found',
  exploited: 'An attack got through, and nothing shows what was done with it',
  attempted: 'Attacks were tried, and nothing shows that one got through',
  scanned: 'Somebody looked for weaknesses, and nothing shows more',
  clean: 'Nothing was found',
  'not assessed': 'Nothing was found, but that says little',
};

/** One plain sentence for a verdict: what carries it, and what could not be seen. */
export function reasonFor({ verdict, carrying, missing, torn, from, to }: ReasonFacts): string {
  const [first] = carrying;
  const evidence = first && `${first.first.message} (${placeOf(first)})${more(carrying.length - 1)}`;
  const span = first === undefined && from !== undefined && to !== undefined ? ` from ${day(from)} to ${day(to)}` : '';
  const unseen = [
    missing.length > 0 && `there is no log of the kinds ${missing.map(nameLog).join(', ')}`,
    verdict === 'not assessed' && missing.length === 0 && from === undefined && 'the logs that decide are not of the same time',
    torn.length > 0 && `not all of these could be read: ${torn.join(', ')}`,
  ].filter((part) => part !== false);
  return [`${SAID[verdict]}${span}`, evidence, ...unseen]
    .filter((part) => part !== undefined)
    .join('; ')
    .concat('.');
}

function placeOf({ first }: Tally): string {
  return [first.time && day(first.time), `${first.path}:${first.line}`].filter((part) => part !== undefined && part !== '').join(', ');
}

function more(rules: number): string {
  return rules > 0 ? `, and findings of ${rules} other rule${rules === 1 ? '' : 's'}` : '';
}

function day(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
