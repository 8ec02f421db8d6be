import { LEVELS, STAGES } from '../src/model/rule.ts';
import type { Rows } from './rows.ts';

/** The rows of the timeline, from the first step of an attack to the last; `none`: rules without a stage. */
export const LANES = [...STAGES, 'none'] as const;

/** How many findings of each level each lane has in each stretch of time. */
export interface Bins {
  readonly from: number;
  /** Milliseconds. */
  readonly width: number;
  readonly count: number;
  /** By lane, bin and level, in this order. */
  readonly counts: Uint32Array;
}

export function countAt({ counts, count }: Bins, { lane, bin, level }: { lane: number; bin: number; level: number }): number {
  return counts[(lane * count + bin) * LEVELS.length + level] ?? 0;
}

/** @param passes the rows that are counted */
export function binTimes(rows: Rows, passes: Uint8Array, span: { from: number; to: number; count: number }): Bins {
  const { from, to, count } = span;
  const counts = new Uint32Array(LANES.length * count * LEVELS.length);
  const lanes = rows.cells.stage.values.map((stage) =>
    Math.max(
      0,
      LANES.findIndex((lane) => lane === (stage === '' ? 'none' : stage)),
    ),
  );
  const levels = rows.cells.level.values.map((level) =>
    Math.max(
      0,
      LEVELS.findIndex((each) => each === level),
    ),
  );
  const width = (to - from) / count;
  for (let row = 0; row < rows.count; row += 1) {
    const time = rows.times[row] ?? NaN;
    if (passes[row] !== 1 || !(time >= from && time <= to)) continue;
    const bin = Math.min(count - 1, Math.floor((time - from) / width));
    const lane = lanes[rows.cells.stage.at[row] ?? 0] ?? 0;
    const place = (lane * count + bin) * LEVELS.length + (levels[rows.cells.level.at[row] ?? 0] ?? 0);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return { from, width, count, counts };
}

/** From the first to the last time, and a little more on both sides. */
export function wholeSpan(times: Float64Array): { readonly from: number; readonly to: number } | undefined {
  let from = Infinity;
  let to = -Infinity;
  for (const time of times) {
    if (time < from) from = time;
    if (time > to) to = time;
  }
  if (from > to) return undefined;
  const margin = Math.max((to - from) * 0.02, 30_000);
  return { from: from - margin, to: to + margin };
}

/** How often each lane has each level, for who cannot see the picture. */
export function countLanes(rows: Rows, passes: Uint8Array): { readonly lane: string; readonly counts: readonly number[] }[] {
  const span = { from: -8.64e15, to: 8.64e15, count: 1 };
  const bins = binTimes(rows, passes, span);
  return LANES.map((lane, index) => ({ lane, counts: LEVELS.map((_, level) => countAt(bins, { lane: index, bin: 0, level })) }));
}
