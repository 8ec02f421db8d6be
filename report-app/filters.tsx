import { useMemo, useState } from 'preact/hooks';
import { LEVELS, STAGES } from '../src/model/rule.ts';
import { escapeForTerminal as visible } from '../src/report/escape.ts';
import { isFiltered, NO_FILTER, parseMoment, type Filter } from './filter.ts';
import { countValues, sayTime, type RowColumn, type Rows } from './rows.ts';
import { NARROW } from './table.tsx';

/** So many values of a cell are offered; others can still be searched for. */
const MOST_OFFERED = 500;

export interface FilterProps {
  readonly rows: Rows;
  readonly filter: Filter;
  readonly onChange: (change: Partial<Filter>) => void;
  /** How far log lines are searched; 1: to the end. */
  readonly searched: number;
}

export function Filters({ rows, filter, onChange, searched }: FilterProps) {
  const all = useMemo(() => Uint32Array.from({ length: rows.count }, (_, row) => row), [rows]);
  const [isOpen] = useState(() => !matchMedia(NARROW).matches);
  return (
    <div class="filters" role="search" aria-label="Findings">
      <div class="search">
        <label>
          <span>Search in all cells and log lines</span>
          <input
            id="search"
            type="search"
            value={filter.search}
            placeholder='words, or "words together"'
            spellcheck={false}
            autocomplete="off"
            onInput={({ currentTarget }) => onChange({ search: currentTarget.value })}
          />
        </label>
        {searched < 1 && <progress aria-label="Log lines searched" value={searched} />}
        <button type="button" disabled={!isFiltered(filter)} onClick={() => onChange(NO_FILTER)}>
          Clear filters
        </button>
      </div>
      <details open={isOpen}>
        <summary>Filters</summary>
        <div class="choices">
          <Chips
            name="Level"
            cell={rows.cells.level}
            all={all}
            order={LEVELS.toReversed()}
            chosen={filter.levels}
            badge="badge l"
            onChange={(levels) => onChange({ levels })}
          />
          <Chips
            name="Stage"
            cell={rows.cells.stage}
            all={all}
            order={[...STAGES, 'none']}
            chosen={filter.stages}
            badge="stage s"
            onChange={(stages) => onChange({ stages })}
          />
          <Choice name="Host" cell={rows.cells.host} all={all} value={filter.host} onChange={(host) => onChange({ host })} />
          <Choice name="Rule" cell={rows.cells.rule} all={all} value={filter.rule} onChange={(rule) => onChange({ rule })} />
          {rows.cells.state.values.some((value) => value !== '') && (
            <Choice name="State" cell={rows.cells.state} all={all} value={filter.state} onChange={(state) => onChange({ state })} />
          )}
          <label class="address">
            <span>Address begins with</span>
            <input
              id="address"
              list="addresses"
              value={filter.address}
              spellcheck={false}
              autocomplete="off"
              onInput={({ currentTarget }) => onChange({ address: currentTarget.value })}
            />
          </label>
          <Addresses cell={rows.cells.address} all={all} />
          <Moment name="From (UTC)" value={filter.from} onChange={(from) => onChange({ from })} />
          <Moment name="To (UTC)" value={filter.to} onChange={(to) => onChange({ to })} />
        </div>
      </details>
    </div>
  );
}

interface ChipsProps {
  readonly name: string;
  readonly cell: RowColumn;
  readonly all: Uint32Array;
  readonly order: readonly string[];
  readonly chosen: ReadonlySet<string>;
  readonly badge: string;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

function Chips({ name, cell, all, order, chosen, badge, onChange }: ChipsProps) {
  const counts = useMemo(
    () => new Map(countValues(cell, all).map(({ value, count }) => [value === '' ? 'none' : value, count])),
    [cell, all],
  );
  const toggled = (value: string): Set<string> =>
    new Set(chosen.has(value) ? [...chosen].filter((each) => each !== value) : [...chosen, value]);
  return (
    <fieldset>
      <legend>{name}</legend>
      {order
        .filter((value) => counts.has(value))
        .map((value) => (
          <button key={value} type="button" class="chip" aria-pressed={chosen.has(value)} onClick={() => onChange(toggled(value))}>
            <span class={`${badge}-${value}`}>{value}</span> {counts.get(value)?.toLocaleString('en-US')}
          </button>
        ))}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly cell: RowColumn;
  readonly all: Uint32Array;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({ name, cell, all, value, onChange }: ChoiceProps) {
  const counts = useMemo(() => countValues(cell, all).filter((each) => each.value !== ''), [cell, all]);
  const beyond = counts.length - MOST_OFFERED;
  return (
    <label>
      <span>{name}</span>
      <select id={`filter-${name.toLowerCase()}`} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">all</option>
        {counts.slice(0, MOST_OFFERED).map((each) => (
          <option key={each.value} value={each.value}>
            {visible(each.value)} ({each.count.toLocaleString('en-US')})
          </option>
        ))}
        {beyond > 0 && <option disabled>and {beyond} more: search for them</option>}
        {value !== '' && !counts.slice(0, MOST_OFFERED).some((each) => each.value === value) && (
          <option value={value}>{visible(value)}</option>
        )}
      </select>
    </label>
  );
}

function Addresses({ cell, all }: Pick<ChoiceProps, 'cell' | 'all'>) {
  const counts = useMemo(() => countValues(cell, all).filter(({ value }) => value !== ''), [cell, all]);
  return (
    <datalist id="addresses">
      {counts.slice(0, MOST_OFFERED).map(({ value, count }) => (
        <option key={value} value={value}>{`${count.toLocaleString('en-US')} findings`}</option>
      ))}
    </datalist>
  );
}

/** The browser's own field for times knows no zone, and writes days and months in the order of the country. */
function Moment({
  name,
  value,
  onChange,
}: {
  readonly name: string;
  readonly value: number | undefined;
  readonly onChange: (time: number | undefined) => void;
}) {
  const [isWrong, setIsWrong] = useState(false);
  return (
    <label>
      <span>{name}</span>
      <input
        key={value}
        placeholder="2021-03-03 06:59:10"
        defaultValue={value === undefined ? '' : sayTime(value).replace(/(?::00)?\.000$/, '')}
        aria-invalid={isWrong}
        spellcheck={false}
        autocomplete="off"
        onChange={({ currentTarget }) => {
          const time = parseMoment(currentTarget.value);
          setIsWrong(time === undefined && currentTarget.value.trim() !== '');
          onChange(time);
        }}
      />
      {isWrong && <span role="alert">Write 2021-03-03, or 2021-03-03 06:59:10</span>}
    </label>
  );
}
