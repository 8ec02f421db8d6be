import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type Range,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

export type RowVirtualizer = Virtualizer<HTMLDivElement, HTMLDivElement>;
type Options = Pick<VirtualizerOptions<HTMLDivElement, HTMLDivElement>, 'count' | 'getScrollElement' | 'estimateSize' | 'getItemKey'> & {
  /** A row that stays in the page although it is out of sight: it has the focus. */
  readonly kept: number;
};

/** Only the rows that are in sight are in the page. */
export function useVirtualRows({ kept, ...options }: Options): RowVirtualizer {
  const [, redraw] = useReducer((version: number) => version + 1, 0);
  const whole = {
    ...options,
    overscan: 10,
    rangeExtractor: (range: Range) => {
      const inSight = defaultRangeExtractor(range);
      return kept >= range.count || inSight.includes(kept) ? inSight : [...inSight, kept].toSorted((a, b) => a - b);
    },
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(whole));
  virtualizer.setOptions(whole);
  /* oxlint-disable no-underscore-dangle -- what the library has for those that bind it to a framework */
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  /* oxlint-enable no-underscore-dangle */
  return virtualizer;
}
