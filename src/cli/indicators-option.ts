import { loadIndicatorLists, type IndicatorLists } from '../indicator-lists.ts';
import { describeDiagnostic } from '../report/describe.ts';
import { UsageError } from './usage-error.ts';

/** @throws {UsageError} a list that cannot be read, or has nothing in it that could be used */
export function usableIndicators(files: readonly string[]): IndicatorLists {
  const lists = loadIndicatorLists(files);
  const { unusable, diagnostics } = lists;
  if (unusable.length > 0) {
    const reasons = diagnostics
      .filter(({ diagnostic: { place } }) => unusable.includes(place.path))
      .map(({ diagnostic }) => describeDiagnostic(diagnostic));
    throw new UsageError(['--indicators: a list without a usable entry', ...reasons].join('\n'));
  }
  return lists;
}
