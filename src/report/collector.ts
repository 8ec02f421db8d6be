import type { GoneFinding } from '../model/baseline.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Exposure } from '../model/exposure.ts';
import type { Story } from '../model/story.ts';
import type { SuppressionSource } from '../model/suppression.ts';
import type { HostVerdict } from '../model/verdict.ts';
import type { Reporter } from './reporter.ts';

/** What a report keeps that says all of it at its end. */
export class Collector {
  readonly stories: Story[] = [];
  readonly verdicts: HostVerdict[] = [];
  readonly coverages: Coverage[] = [];
  readonly exposures: Exposure[] = [];
  readonly suppressions: SuppressionSource[] = [];
  readonly gone: GoneFinding[] = [];

  /** The part of a reporter that only keeps what it is told. */
  reporter() {
    return {
      story: keepIn(this.stories),
      verdict: keepIn(this.verdicts),
      coverage: keepIn(this.coverages),
      exposure: keepIn(this.exposures),
      suppression: keepIn(this.suppressions),
      gone: keepIn(this.gone),
    } satisfies Partial<Reporter>;
  }
}

function keepIn<Item>(items: Item[]): (item: Item) => string {
  return (item) => {
    items.push(item);
    return '';
  };
}
