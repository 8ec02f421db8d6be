import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { escapeForTerminal as visible } from '../src/report/escape.ts';
import type { FindingData } from './blocks.ts';
import { textOf, type TableColumn } from './columns.ts';
import type { Sort, SortKey } from './filter.ts';
import { RowDetails, type RowActions } from './row-details.tsx';
import { cellOf } from './rows.ts';
import { useVirtualRows } from './virtual-rows.ts';

/** A closed row is as high as the style says, so that only opened ones have to be measured. */
const ROW_PIXELS = 34;
const CARD_PIXELS = 100;
export const NARROW = '(max-width: 760px)';
const PAGE_ROWS = 12;

export interface TableProps {
  readonly findings: FindingData;
  readonly shown: Uint32Array;
  readonly columns: readonly TableColumn[];
  readonly sort: Sort;
  readonly onSort: (by: SortKey) => void;
  readonly opened: ReadonlySet<number>;
  readonly onToggle: (row: number) => void;
  readonly selected: ReadonlySet<number>;
  readonly onSelect: (row: number) => void;
  readonly actions: RowActions;
  /** A row to show, and to put the cursor on; another object each time. */
  readonly target: { readonly row: number } | undefined;
}

export function FindingTable(props: TableProps) {
  const { findings, shown, columns, sort, onSort, opened, onToggle, selected, onSelect, target } = props;
  const { rows } = findings;
  const isNarrow = useMedia(NARROW);
  const scroller = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(0);
  const wantsFocus = useRef(false);
  const height = isNarrow ? CARD_PIXELS : ROW_PIXELS;
  const virtual = useVirtualRows({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => shown[index] ?? index,
    kept: cursor,
  });
  useLayoutEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    const place = target === undefined ? -1 : shown.indexOf(target.row);
    if (place === -1) return;
    setCursor(place);
    wantsFocus.current = true;
    virtual.scrollToIndex(place, { align: 'start' });
  }, [target, shown, virtual]);
  useEffect(() => setCursor((at) => Math.min(at, Math.max(0, shown.length - 1))), [shown]);
  const inSight = virtual.getVirtualItems();
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const element = scroller.current?.querySelector<HTMLElement>(`[data-index="${cursor}"]`);
    if (!element) return;
    wantsFocus.current = false;
    element.focus({ preventScroll: true });
  });
  const move = (to: number): void => {
    const place = Math.max(0, Math.min(shown.length - 1, to));
    wantsFocus.current = true;
    setCursor(place);
    virtual.scrollToIndex(place, { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = shown[cursor];
    const isOnRow = event.target instanceof HTMLElement && event.target.getAttribute('role') === 'row';
    if (!isOnRow || row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => move(cursor + 1),
      ArrowUp: () => move(cursor - 1),
      PageDown: () => move(cursor + PAGE_ROWS),
      PageUp: () => move(cursor - PAGE_ROWS),
      Home: () => move(0),
      End: () => move(shown.length - 1),
      Enter: () => onToggle(row),
      ArrowRight: () => (opened.has(row) ? undefined : onToggle(row)),
      ArrowLeft: () => (opened.has(row) ? onToggle(row) : undefined),
      ' ': () => onSelect(row),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const tracks = ['2rem', ...columns.map(({ width }) => width)].join(' ');
  const rowTracks = isNarrow ? {} : { gridTemplateColumns: tracks };
  const ends = inSight.at(-1);
  return (
    <div class="scroller" ref={scroller}>
      <div
        class="grid"
        role="treegrid"
        aria-label="Findings"
        aria-rowcount={shown.length + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable={true}
        onKeyDown={onKeyDown}
      >
        <div role="row" class="row head" aria-rowindex={1} style={rowTracks}>
          <span role="columnheader" class="c-select">
            <span class="unseen">Selected</span>
          </span>
          {columns.map(({ key, name }) => (
            <span
              key={key}
              role="columnheader"
              class={`c-${key}`}
              aria-sort={sort.by !== key ? 'none' : sort.isDescending ? 'descending' : 'ascending'}
            >
              <button type="button" onClick={() => onSort(key)}>
                {name}
                <span aria-hidden="true">{sort.by !== key ? '' : sort.isDescending ? ' ▼' : ' ▲'}</span>
              </button>
            </span>
          ))}
        </div>
        {shown.length === 0 && <p class="none">No finding is shown: no one passes the filters.</p>}
        <div role="rowgroup" class="body" style={{ height: `${virtual.getTotalSize()}px` }} data-last={ends?.index}>
          {inSight.map(({ index, start, key }) => {
            const row = shown[index];
            if (row === undefined) return undefined;
            const isOpen = opened.has(row);
            const isSelected = selected.has(row);
            return (
              <div
                key={key}
                role="row"
                data-index={index}
                ref={(element) => virtual.measureElement(element)}
                class={`item l-${cellOf(rows, 'level', row)}${isOpen ? ' open' : ''}${isSelected ? ' selected' : ''}`}
                aria-rowindex={index + 2}
                aria-expanded={isOpen}
                aria-selected={isSelected}
                aria-level={1}
                tabIndex={index === cursor ? 0 : -1}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => setCursor(index)}
              >
                <div
                  class="row"
                  role="presentation"
                  style={rowTracks}
                  onClick={(event) => {
                    if (!(event.target instanceof HTMLInputElement) && getSelection()?.isCollapsed !== false) onToggle(row);
                  }}
                >
                  <span role="gridcell" class="c-select">
                    <input
                      type="checkbox"
                      tabIndex={-1}
                      checked={isSelected}
                      aria-label={`Select finding ${index + 1}`}
                      onChange={() => onSelect(row)}
                    />
                  </span>
                  {columns.map(({ key: column }) => (
                    <Cell key={column} column={column} text={textOf(rows, column, row)} />
                  ))}
                </div>
                {isOpen && (
                  <div role="gridcell" class="details">
                    <RowDetails findings={findings} row={row} actions={props.actions} />
                  </div>
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Cell({ column, text }: { readonly column: SortKey; readonly text: string }) {
  const shown = visible(text);
  const badge = column === 'level' ? `badge l-${text}` : column === 'stage' && text !== '' ? `stage s-${text}` : undefined;
  return (
    <span role="gridcell" class={`c-${column}`} title={shown.length > 24 ? shown : undefined}>
      {badge === undefined ? shown : <span class={badge}>{shown}</span>}
    </span>
  );
}

function useMedia(query: string): boolean {
  const [is, setIs] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const change = (): void => setIs(media.matches);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, [query]);
  return is;
}
