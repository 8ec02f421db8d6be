import uPlot from 'uplot';
import { LEVELS } from '../src/model/rule.ts';
import { sayTime, type Rows } from './rows.ts';
import { binTimes, countAt, LANES, wholeSpan, type Bins } from './time-bins.ts';
import { pinchAndWheel } from './timeline-gestures.ts';

const LANE_PIXELS = 42;
const BIN_PIXELS = 6;
/** No closer than this many milliseconds across. */
const CLOSEST = 1_000;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Findings over time, a lane for each stage; the higher a bar (by logarithm), the more, and its colours are levels. */
export class Timeline {
  readonly #rows: Rows;
  readonly #lanes: readonly number[];
  readonly #whole: Span;
  readonly #plot: uPlot;
  readonly #tip: HTMLElement;
  readonly #colours: Colours;
  #passes: Uint8Array;
  #bins: Bins | undefined;

  /** @param onPick a bar was clicked; @param onZoom another span is in sight */
  constructor(
    place: HTMLElement,
    rows: Rows,
    { onPick, onZoom }: { onPick: (span: Span) => void; onZoom: (span: Span | undefined) => void },
  ) {
    this.#rows = rows;
    this.#passes = new Uint8Array(rows.count).fill(1);
    const used = new Set(rows.cells.stage.values.map((stage) => (stage === '' ? 'none' : stage)));
    this.#lanes = LANES.flatMap((lane, index) => (used.has(lane) ? [index] : []));
    this.#whole = wholeSpan(rows.times) ?? { from: 0, to: 1 };
    this.#colours = new Colours(place);
    this.#tip = document.createElement('div');
    this.#tip.className = 'tip';
    this.#tip.hidden = true;
    const options = this.#options(place, onZoom);
    this.#plot = new uPlot(
      options,
      [
        [this.#whole.from / 1_000, this.#whole.to / 1_000],
        [null, null],
      ],
      place,
    );
    this.#plot.over.append(this.#tip);
    this.#listen(place, onPick);
  }

  show(passes: Uint8Array): void {
    this.#passes = passes;
    this.#bins = undefined;
    this.#plot.redraw(false);
  }

  redraw(): void {
    this.#plot.redraw(false, true);
  }

  reset(): void {
    this.zoom(this.#whole);
  }

  get span(): Span {
    const { min = 0, max = 1 } = this.#plot.scales['x'] ?? {};
    return { from: (min ?? 0) * 1_000, to: (max ?? 1) * 1_000 };
  }

  zoom({ from, to }: Span): void {
    const middle = (from + to) / 2;
    const half = Math.max((to - from) / 2, CLOSEST / 2);
    const start = Math.max(this.#whole.from, middle - half);
    const end = Math.min(this.#whole.to, middle + half);
    this.#plot.setScale('x', { min: start / 1_000, max: end / 1_000 });
  }

  /** @param factor below 1: closer */
  zoomBy(factor: number, at = 0.5): void {
    const { from, to } = this.span;
    const fixed = from + (to - from) * at;
    this.zoom({ from: fixed - (fixed - from) * factor, to: fixed + (to - fixed) * factor });
  }

  panBy(share: number): void {
    const { from, to } = this.span;
    const move = Math.max(this.#whole.from - from, Math.min(this.#whole.to - to, (to - from) * share));
    this.zoom({ from: from + move, to: to + move });
  }

  #options(place: HTMLElement, onZoom: (span: Span | undefined) => void): uPlot.Options {
    const colour = (name: string) => () => this.#colours.of(name);
    const font = '12px system-ui, sans-serif';
    return {
      width: Math.max(240, place.clientWidth),
      height: this.#lanes.length * LANE_PIXELS + 56,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
      legend: { show: false },
      cursor: { drag: { x: true, y: false, dist: 5 }, y: false, points: { show: false } },
      scales: { x: { time: true }, y: { range: [0, this.#lanes.length] } },
      series: [{}, { stroke: 'transparent', points: { show: false } }],
      axes: [
        {
          stroke: colour('--ink-2'),
          grid: { stroke: colour('--line'), width: 1 },
          ticks: { stroke: colour('--line') },
          font,
          values: sayTicks,
        },
        {
          stroke: colour('--ink-2'),
          grid: { show: false },
          ticks: { show: false },
          font,
          size: 66,
          splits: () => this.#lanes.map((_, index) => index + 0.5),
          values: () => this.#lanes.toReversed().map((lane) => LANES[lane] ?? ''),
        },
      ],
      hooks: {
        draw: [(plot) => this.#draw(plot)],
        setScale: [
          (_, key) => {
            if (key !== 'x') return;
            this.#bins = undefined;
            const { from, to } = this.span;
            onZoom(from <= this.#whole.from && to >= this.#whole.to ? undefined : { from, to });
          },
        ],
        setCursor: [(plot) => this.#showTip(plot)],
      },
    };
  }

  #listen(place: HTMLElement, onPick: (span: Span) => void): void {
    const { over } = this.#plot;
    let pressedAt = 0;
    over.addEventListener('mousedown', ({ clientX }) => (pressedAt = clientX));
    over.addEventListener('click', ({ clientX, offsetX }) => {
      if (Math.abs(clientX - pressedAt) > 4) return;
      const { from, width } = this.#binned();
      const bin = Math.floor((offsetX / over.clientWidth) * this.#binned().count);
      onPick({ from: from + bin * width, to: from + (bin + 1) * width });
    });
    pinchAndWheel(over, place, this);
    const observer = new ResizeObserver(() => {
      const width = Math.max(240, place.clientWidth);
      if (width === this.#plot.width) return;
      this.#bins = undefined;
      this.#plot.setSize({ width, height: this.#plot.height });
    });
    observer.observe(place);
  }

  #binned(): Bins {
    const count = Math.max(20, Math.floor(this.#plot.over.clientWidth / BIN_PIXELS));
    this.#bins ??= binTimes(this.#rows, this.#passes, { ...this.span, count });
    return this.#bins;
  }

  #draw(plot: uPlot): void {
    const bins = this.#binned();
    const colours = LEVELS.map((level) => this.#colours.of(`--mark-${level}`));
    const { left, top, width, height } = plot.bbox;
    const laneHeight = height / this.#lanes.length;
    const most = Math.log1p(this.#mostInBin(bins));
    const context = plot.ctx;
    context.fillStyle = this.#colours.of('--line');
    for (const index of this.#lanes.keys())
      context.fillRect(left, top + (index + 1) * laneHeight - devicePixelRatio, width, devicePixelRatio);
    for (const [index, lane] of this.#lanes.entries())
      for (let bin = 0; bin < bins.count; bin += 1) {
        const counts = LEVELS.map((_, level) => countAt(bins, { lane, bin, level }));
        const total = counts.reduce((sum, count) => sum + count, 0);
        if (total === 0) continue;
        const full = Math.max(4 * devicePixelRatio, (Math.log1p(total) / most) * (laneHeight - 8 * devicePixelRatio));
        let base = top + (index + 1) * laneHeight - devicePixelRatio;
        const x = left + (bin * width) / bins.count;
        // The worst at the bottom, where all bars begin; none so thin that it is not seen.
        for (let level = LEVELS.length - 1; level >= 0; level -= 1) {
          const count = counts[level] ?? 0;
          if (count === 0) continue;
          const part = Math.max(3 * devicePixelRatio, (count / total) * full);
          context.fillStyle = colours[level] ?? '#888';
          context.fillRect(x, base - part, Math.max(2, width / bins.count - devicePixelRatio), part);
          base -= part;
        }
      }
  }

  #mostInBin(bins: Bins): number {
    let most = 1;
    for (const lane of this.#lanes)
      for (let bin = 0; bin < bins.count; bin += 1)
        most = Math.max(
          most,
          LEVELS.reduce((sum, _, level) => sum + countAt(bins, { lane, bin, level }), 0),
        );
    return most;
  }

  #showTip({ cursor: { left = -1, top = -1 }, over }: uPlot): void {
    const bins = this.#binned();
    const bin = Math.floor(((left ?? -1) / over.clientWidth) * bins.count);
    const lane = this.#lanes[Math.floor(((top ?? -1) / over.clientHeight) * this.#lanes.length)];
    const counts =
      lane === undefined || bin < 0
        ? []
        : LEVELS.toReversed().flatMap((level) => {
            const count = countAt(bins, { lane, bin, level: LEVELS.indexOf(level) });
            return count > 0 ? [`${count.toLocaleString('en-US')} ${level}`] : [];
          });
    this.#tip.hidden = counts.length === 0;
    if (counts.length === 0) return;
    this.#tip.textContent = `${LANES[lane ?? 0]}: ${counts.join(', ')}\n${sayTime(bins.from + bin * bins.width).slice(0, 19)} UTC`;
    const isRight = (left ?? 0) > over.clientWidth / 2;
    this.#tip.style.left = isRight ? 'auto' : `${(left ?? 0) + 12}px`;
    this.#tip.style.right = isRight ? `${over.clientWidth - (left ?? 0) + 12}px` : 'auto';
    this.#tip.style.top = `${Math.max(0, (top ?? 0) - 20)}px`;
  }
}

/** What a colour of the style sheet is in the theme of the moment, in words that a canvas understands. */
class Colours {
  readonly #probe = document.createElement('span');

  constructor(place: HTMLElement) {
    this.#probe.hidden = true;
    place.append(this.#probe);
  }

  of(name: string): string {
    this.#probe.style.color = `var(${name})`;
    return getComputedStyle(this.#probe).color;
  }
}

/** As short as the distance between them allows. */
function sayTicks(_: uPlot, seconds: readonly number[]): string[] {
  const step = (seconds[1] ?? 0) - (seconds[0] ?? 0);
  return seconds.map((each, index) => {
    const text = sayTime(each * 1_000);
    const isNewDay = index === 0 || text.slice(0, 10) !== sayTime((seconds[index - 1] ?? 0) * 1_000).slice(0, 10);
    if (step >= 86_400) return text.slice(0, 10);
    const clock = text.slice(11, step >= 60 ? 16 : step >= 1 ? 19 : 23);
    return isNewDay ? `${clock}\n${text.slice(0, 10)}` : clock;
  });
}
