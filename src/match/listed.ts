import type { Matched } from '../model/finding.ts';
import { isWithinDates, matchedIndicator, type Indicator } from '../model/indicator.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { Listed, Spelling } from '../model/rule.ts';
import { all, leaf, type Node } from './node.ts';
import type { FieldSpellings } from './spellings.ts';

/** Whether a value of a record is one of an indicator list, and the record of its dates where that matters. */
export function listedNode(spellings: FieldSpellings, { list, when, find }: Listed): Node {
  const { field, normalised } = spellings;
  const search = (isMeant: (indicator: Indicator, record: LogRecord) => boolean) => (record: LogRecord) => {
    const inSpellings = (each: readonly Spelling[]): Matched | undefined => {
      for (const spelled of each) {
        const indicator = find(spelled).find((listed) => isMeant(listed, record));
        if (indicator !== undefined)
          return { field, value: spelled.text, view: spelled.view, indicator: matchedIndicator(indicator, list) };
      }
      return undefined;
    };
    return inSpellings(spellings.own(record)) ?? (normalised && inSpellings(normalised(record)));
  };
  const isListed = leaf(search(() => true));
  if (when === 'always') return isListed;
  // A record without a time could be of any.
  const isOutside = (indicator: Indicator, { time }: LogRecord): boolean => isWithinDates(indicator, time) === false;
  const isOfDates = leaf(search(when === 'outside dates' ? isOutside : (indicator, record) => !isOutside(indicator, record)));
  // Two questions: of a value that is not listed, the prefilter knows without the time that it is none.
  return all([{ ...isListed, matched: () => [] }, isOfDates]);
}
