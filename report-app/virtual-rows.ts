import { elementScroll, observeElementOffset, observeElementRect, Virtualizer, type VirtualizerOptions } from '@tanstack/virtual-core';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

export type RowVirtualizer = Virtualizer<HTMLDivElement, HTMLDivElement>;
type Options = Pick<VirtualizerOptions<HTMLDivElement, HTMLDivElement>, 'count' | 'getScrollElement' | 'estimateSize' | 'getItemKey'>;

/** Only the rows that are in sight are in the page. */
export function useVirtualRows(options: Options): RowVirtualizer {
  const [, redraw] = useReducer((version: number) => version + 1, 0);
  const whole = {
    ...options,
    overscan: 10,
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
