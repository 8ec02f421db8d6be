import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { LEVELS } from '../src/model/rule.ts';
import { sayTime, type Rows } from './rows.ts';
import { countLanes } from './time-bins.ts';
import { pressKey } from './timeline-gestures.ts';
import { Timeline, type Span } from './timeline.ts';

export interface TimelineProps {
  readonly rows: Rows;
  /** Rows that pass all filters but the span of time. */
  readonly passes: Uint8Array;
  readonly picked: Partial<Span>;
  readonly onPick: (span: Partial<Span>) => void;
}

export function TimelineView({ rows, passes, picked, onPick }: TimelineProps) {
  const place = useRef<HTMLDivElement>(null);
  const timeline = useRef<Timeline>(undefined);
  const [zoomed, setZoomed] = useState<Span>();
  const withoutTime = useMemo(() => rows.times.reduce((sum, time) => sum + Number(Number.isNaN(time)), 0), [rows]);
  const lanes = useMemo(() => countLanes(rows, passes), [rows, passes]);
  const hasTimes = withoutTime < rows.count;
  useEffect(() => {
    if (place.current === null || !hasTimes) return undefined;
    const made = new Timeline(place.current, rows, { onPick, onZoom: setZoomed });
    timeline.current = made;
    const redraw = (): void => made.redraw();
    document.addEventListener('themechange', redraw);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
    return () => document.removeEventListener('themechange', redraw);
  }, [rows, hasTimes]);
  useEffect(() => timeline.current?.show(passes), [passes]);
  if (!hasTimes) return <p>No finding has a time.</p>;
  const total = lanes.reduce((sum, { counts }) => sum + counts.reduce((own, count) => own + count, 0), 0);
  return (
    <>
      <p class="key" aria-hidden="true">
        {LEVELS.toReversed().map((level) => (
          <span key={level}>
            <i class={`swatch m-${level}`} /> {level}
          </span>
        ))}
        <span class="dim">a bar's height grows with the logarithm of its findings</span>
      </p>
      <div
        class="chart"
        ref={place}
        tabIndex={0}
        role="group"
        aria-label={`Timeline of ${total.toLocaleString('en-US')} findings by stage and level. Plus and minus zoom, arrows move, 0 shows all, Enter filters the table by what is in sight.`}
        onKeyDown={(event) => {
          const made = timeline.current;
          if (made === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
          if (event.key === 'Enter') onPick(made.span);
          else if (!pressKey(made, event.key)) return;
          event.preventDefault();
        }}
      />
      <p class="buttons">
        <button type="button" aria-label="Zoom in" onClick={() => timeline.current?.zoomBy(0.6)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => timeline.current?.zoomBy(1 / 0.6)}>
          −
        </button>
        <button type="button" disabled={zoomed === undefined} onClick={() => timeline.current?.reset()}>
          Show all
        </button>
        <button type="button" disabled={zoomed === undefined} onClick={() => zoomed && onPick(zoomed)}>
          Filter table by this span
        </button>
        {(picked.from !== undefined || picked.to !== undefined) && (
          <button type="button" onClick={() => onPick({})}>
            Table shows {sayTime(picked.from ?? NaN).slice(0, 19) || '…'} to {sayTime(picked.to ?? NaN).slice(0, 19) || '…'} ✕
          </button>
        )}
        <span class="dim">Drag to zoom, Ctrl and wheel or two fingers too; click a bar to filter the table.</span>
      </p>
      {withoutTime > 0 && <p class="note">{withoutTime.toLocaleString('en-US')} findings have no time and are not here.</p>}
      <details class="numbers">
        <summary>The same in numbers</summary>
        <div class="wide" role="region" aria-label="Findings by stage and level" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Stage</th>
                {LEVELS.toReversed().map((level) => (
                  <th key={level} scope="col" class="number">
                    {level}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lanes.map(({ lane, counts }) => (
                <tr key={lane}>
                  <th scope="row">{lane}</th>
                  {counts.toReversed().map((count, index) => (
                    <td key={LEVELS[index]} class="number">
                      {count.toLocaleString('en-US')}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
