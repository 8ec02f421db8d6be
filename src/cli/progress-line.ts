import type { Progress } from '../scan-options.ts';

/** Over so long the speed is measured: long enough to be calm, short enough to tell when a slow disk begins. */
const SPAN_MS = 10_000;
/** Before, a guess at the time left is worth nothing. */
const SURE_MS = 1_000;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Bytes a second, of the last few seconds. */
export class Speed {
  readonly #samples: Sample[] = [];

  /** @returns `undefined` until it can be told */
  at(atMs: number, bytes: number): number | undefined {
    this.#samples.push({ atMs, bytes });
    while (this.#samples.length > 2 && atMs - (this.#samples[1]?.atMs ?? atMs) >= SPAN_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || atMs - first.atMs < SURE_MS) return undefined;
    return ((bytes - first.bytes) / (atMs - first.atMs)) * 1_000;
  }
}

/** One line, as much of it as there is room for: what matters most stands first. */
export function describeProgress(progress: Progress | undefined, rate: number | undefined, room: number): string {
  if (progress === undefined) return 'looking for logs'.slice(0, Math.max(0, room));
  const { bytes, bytesTotal, files, filesRead, findings } = progress;
  const isShare = bytesTotal !== undefined && bytesTotal > 0;
  // What an archive says of its size may be wrong, and some bytes are read twice: only the end is the end.
  const share = isShare ? Math.min(filesRead < files ? 99 : 100, Math.floor((100 * bytes) / bytesTotal)) : 0;
  const left = isShare && rate !== undefined && rate > 0 ? Math.max(0, bytesTotal - bytes) / rate : undefined;
  const parts = [
    ...(isShare ? [`${share}%`.padStart(4)] : []),
    isShare && bytesTotal > bytes ? `${sizeOf(bytes, unitOf(bytesTotal))} of ${withUnit(bytesTotal)}` : withUnit(bytes),
    ...(rate === undefined ? [] : [`${withUnit(rate)}/s`]),
    ...(left === undefined ? [] : [`${duration(left)} left`]),
    plural(findings, 'finding'),
    `${filesRead.toLocaleString('en-US')} of ${plural(files, 'file')}`,
  ];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line}  ${part}`;
    if (longer.length > room) break;
    line = longer;
  }
  return line;
}

const UNITS = [
  { name: 'TB', bytes: 1e12 },
  { name: 'GB', bytes: 1e9 },
  { name: 'MB', bytes: 1e6 },
] as const;
type Unit = (typeof UNITS)[number];

function unitOf(bytes: number): Unit {
  return UNITS.find((unit) => bytes >= unit.bytes) ?? { name: 'MB', bytes: 1e6 };
}

function sizeOf(bytes: number, unit: Unit): string {
  return (bytes / unit.bytes).toFixed(unit.name === 'MB' ? 0 : 2);
}

function withUnit(bytes: number): string {
  const unit = unitOf(bytes);
  return `${sizeOf(bytes, unit)} ${unit.name}`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${String(whole % 60).padStart(2, '0')} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
