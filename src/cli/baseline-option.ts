import { loadBaselines, type BaselineLists } from '../baseline-lists.ts';
import { describeDiagnostic } from '../report/describe.ts';
import { UsageError } from './usage-error.ts';

/** @throws {UsageError} a list that cannot be read, or has no hash in it */
export function usableBaselines(files: readonly string[]): BaselineLists {
  const lists = loadBaselines(files);
  const { unusable, diagnostics } = lists;
  if (unusable.length > 0) {
    const reasons = diagnostics
      .filter(({ diagnostic: { place } }) => unusable.includes(place.path))
      .map(({ diagnostic }) => describeDiagnostic(diagnostic));
    throw new UsageError([`--baseline-hashes: a list without a hash: ${unusable.join(', ')}`, ...reasons].join('\n'));
  }
  return lists;
}
