import { render } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FindingData } from './blocks.ts';
import { TABLE_COLUMNS } from './columns.ts';
import { applyFilter, NO_FILTER, searchCells, searchTerms, sortRows, type Filter, type Sort, type SortKey } from './filter.ts';
import { Filters } from './filters.tsx';
import { preparePrint } from './print.tsx';
import { LineSearch } from './search.ts';
import { FindingTable } from './table.tsx';
import { TimelineView } from './timeline-view.tsx';
import { Toolbar } from './toolbar.tsx';

/** While one types, lines are not searched yet. */
const TYPING_MILLISECONDS = 200;

/** What the search has found so far. */
interface Searched {
  readonly held: Uint8Array;
  readonly all: number;
  /** How much of the lines was looked into; 1: all. */
  readonly share: number;
}

export function App({ findings, timelinePlace }: { readonly findings: FindingData; readonly timelinePlace: HTMLElement | null }) {
  const { rows } = findings;
  const [filter, setFilter] = useState(NO_FILTER);
  const [sort, setSort] = useState<Sort>({ by: 'time', isDescending: false });
  const [columns, setColumns] = useState(() => TABLE_COLUMNS.filter(({ isShownFirst }) => isShownFirst));
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [target, setTarget] = useState<{ readonly row: number }>();
  const [said, setSaid] = useState('');
  const searched = useSearch(findings, filter.search);

  const { beforeTime, passes } = useMemo(() => applyFilter(rows, filter), [rows, filter]);
  const shown = useMemo(() => sortRows(rows, both(passes, searched), sort), [rows, passes, searched, sort]);
  const onTimeline = useMemo(() => both(beforeTime, searched), [beforeTime, searched]);
  const narrow = useCallback((change: Partial<Filter>) => setFilter((now) => ({ ...now, ...change })), []);
  const reveal = useCallback(
    (id: string): void => {
      const row = rows.ids.indexOf(id);
      if (row === -1) {
        setSaid('This finding is not in this report.');
        return;
      }
      setFilter((now) => (shownRows.current.includes(row) ? now : NO_FILTER));
      setOpened((now) => new Set([...now, row]));
      setTarget({ row });
      document.querySelector('#findings')?.scrollIntoView();
    },
    [rows],
  );
  const shownRows = useRef(shown);
  shownRows.current = shown;
  useEffect(() => followLinks(reveal), [reveal]);
  useEffect(() => preparePrint(() => ({ rows, shown: shownRows.current })), [rows]);
  useEffect(() => {
    if (timelinePlace === null) return;
    const onPick = ({ from, to }: { from?: number; to?: number }): void => narrow({ from, to });
    render(
      <TimelineView
        rows={rows}
        passes={onTimeline}
        picked={{ ...(filter.from !== undefined && { from: filter.from }), ...(filter.to !== undefined && { to: filter.to }) }}
        onPick={onPick}
      />,
      timelinePlace,
    );
  }, [rows, onTimeline, filter.from, filter.to, timelinePlace, narrow]);

  if (rows.count === 0) return <p>No findings.</p>;
  return (
    <>
      <Filters rows={rows} filter={filter} onChange={narrow} searched={searched?.share ?? 1} />
      <Toolbar
        findings={findings}
        shown={shown}
        selected={selected}
        columns={columns}
        sort={sort}
        onColumns={setColumns}
        onSort={setSort}
        onSelect={setSelected}
        onOpen={setOpened}
        said={said}
        say={setSaid}
      />
      <FindingTable
        findings={findings}
        shown={shown}
        columns={columns}
        sort={sort}
        onSort={(by: SortKey) => setSort((now) => ({ by, isDescending: now.by === by && !now.isDescending }))}
        opened={opened}
        onToggle={(row) => setOpened(toggled(opened, row))}
        selected={selected}
        onSelect={(row) => setSelected(toggled(selected, row))}
        actions={{ narrow, say: setSaid, reveal }}
        target={target}
      />
    </>
  );
}

function toggled(rows: ReadonlySet<number>, row: number): ReadonlySet<number> {
  return rows.has(row) ? new Set([...rows].filter((each) => each !== row)) : new Set([...rows, row]);
}

function both(passes: Uint8Array, searched: Searched | undefined): Uint8Array {
  if (searched === undefined) return passes;
  const { held, all } = searched;
  return passes.map((is, row) => (is === 1 && held[row] === all ? 1 : 0));
}

/** Cells at once, then the lines behind them, block by block. */
function useSearch(findings: FindingData, search: string): Searched | undefined {
  const [searched, setSearched] = useState<Searched>();
  const lines = useRef<LineSearch>(undefined);
  lines.current ??= new LineSearch(findings);
  useEffect(() => {
    const terms = searchTerms(search);
    if (terms.length === 0) {
      setSearched(undefined);
      return undefined;
    }
    let isWanted = true;
    const all = (1 << terms.length) - 1;
    const held = searchCells(findings.rows, terms);
    setSearched({ held, all, share: 0 });
    const look = async (): Promise<void> => {
      let shownAt = performance.now();
      const found = lines.current?.search(held, terms, () => isWanted) ?? [];
      for await (const share of found) {
        if (share < 1 && performance.now() - shownAt < 500) continue;
        shownAt = performance.now();
        if (isWanted) setSearched({ held: held.slice(), all, share });
        await new Promise((resolve) => setTimeout(resolve));
      }
    };
    const timer = setTimeout(() => void look(), TYPING_MILLISECONDS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [findings, search]);
  return searched;
}

/** Links of stories and gaps to findings. */
function followLinks(reveal: (id: string) => void): () => void {
  const follow = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a.to-finding') : null;
    const id = link?.dataset['finding'];
    if (id === undefined) return;
    event.preventDefault();
    reveal(id);
  };
  document.addEventListener('click', follow);
  return () => document.removeEventListener('click', follow);
}
