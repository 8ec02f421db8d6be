import { useState } from 'preact/hooks';
import type { FindingData } from './blocks.ts';
import { TABLE_COLUMNS, type TableColumn } from './columns.ts';
import { copyText, csvOf, saveText } from './export.ts';
import type { Sort } from './filter.ts';

export interface ToolbarProps {
  readonly findings: FindingData;
  readonly shown: Uint32Array;
  readonly selected: ReadonlySet<number>;
  readonly columns: readonly TableColumn[];
  readonly sort: Sort;
  readonly onColumns: (columns: TableColumn[]) => void;
  readonly onSort: (sort: Sort) => void;
  readonly onSelect: (rows: ReadonlySet<number>) => void;
  readonly onOpen: (rows: ReadonlySet<number>) => void;
  readonly said: string;
  readonly say: (words: string) => void;
}

export function Toolbar({ findings, shown, selected, columns, sort, onColumns, onSort, onSelect, onOpen, said, say }: ToolbarProps) {
  const [isBusy, setIsBusy] = useState(false);
  const chosen = selected.size > 0 ? [...selected].toSorted((a, b) => a - b) : shown;
  const what = `${chosen.length.toLocaleString('en-US')} ${selected.size > 0 ? 'selected' : 'shown'}`;
  const withCsv = async (act: (parts: readonly string[]) => Promise<void> | void): Promise<void> => {
    setIsBusy(true);
    try {
      await act(await csvOf(findings, chosen));
    } finally {
      setIsBusy(false);
    }
  };
  const copy = async (parts: readonly string[]): Promise<void> =>
    say((await copyText(parts.join(''))) ? `${what} copied as CSV` : 'This browser does not allow to copy');
  const isAll = shown.length > 0 && shown.every((row) => selected.has(row));
  return (
    <div class="toolbar">
      <p class="count" role="status">
        <b>{shown.length.toLocaleString('en-US')}</b> of {findings.rows.count.toLocaleString('en-US')} findings
        {selected.size > 0 && `, ${selected.size.toLocaleString('en-US')} selected`}
        {said !== '' && <span class="said"> · {said}</span>}
      </p>
      <div class="buttons">
        <label class="sort">
          Sort by{' '}
          <select
            value={`${sort.by} ${sort.isDescending ? 'down' : 'up'}`}
            onChange={({ currentTarget }) => {
              const [by = 'time', direction] = currentTarget.value.split(' ');
              const column = TABLE_COLUMNS.find(({ key }) => key === by);
              if (column !== undefined) onSort({ by: column.key, isDescending: direction === 'down' });
            }}
          >
            {TABLE_COLUMNS.flatMap(({ key, name }) => [
              <option key={`${key} up`} value={`${key} up`}>{`${name} ▲`}</option>,
              <option key={`${key} down`} value={`${key} down`}>{`${name} ▼`}</option>,
            ])}
          </select>
        </label>
        <details
          class="menu"
          onFocusOut={({ currentTarget, relatedTarget }) => {
            if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) currentTarget.open = false;
          }}
          onKeyDown={({ currentTarget, key }) => {
            if (key === 'Escape') currentTarget.open = false;
          }}
        >
          <summary class="button">Columns</summary>
          <div class="sheet" tabIndex={-1}>
            {TABLE_COLUMNS.map((column) => (
              <label key={column.key}>
                <input
                  type="checkbox"
                  checked={columns.includes(column)}
                  onChange={() => onColumns(TABLE_COLUMNS.filter((each) => (each === column) !== columns.includes(each)))}
                />{' '}
                {column.name}
              </label>
            ))}
          </div>
        </details>
        <button type="button" aria-pressed={isAll} onClick={() => onSelect(new Set(isAll ? [] : shown))}>
          {isAll ? 'Select none' : 'Select all shown'}
        </button>
        <button type="button" onClick={() => onOpen(new Set())}>
          Close all
        </button>
        <button
          type="button"
          disabled={isBusy || chosen.length === 0}
          onClick={() => void withCsv((parts) => saveText(parts, 'findings.csv'))}
        >
          Save {what} as CSV
        </button>
        <button type="button" disabled={isBusy || chosen.length === 0} onClick={() => void withCsv(copy)}>
          Copy CSV
        </button>
      </div>
    </div>
  );
}
