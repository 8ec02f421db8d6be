import type { Activity, TenMinutes } from '../model/activity.ts';
import type { BuildSpan, SeenBuild } from '../model/build.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { Schema } from '../model/schema.ts';
import { ActivityLedger } from './activity-ledger.ts';

/** First and last time of the records of one log type in a file; milliseconds since 1970. */
export interface TimeSpan {
  first: number;
  last: number;
}

/** Lines of one log type in a file: lines = records + headers + rejected. */
export interface ReadLines {
  readonly lines: number;
  readonly records: number;
  readonly rejected: number;
}

/** What was read of one file. Files are copied together: it may hold several logs. */
export interface FileReading {
  readonly bytes: number;
  /** False where the operating system refused a part. */
  readonly isWhole: boolean;
  /** By log type. */
  readonly lines: ReadonlyMap<string, ReadLines>;
  readonly spans: ReadonlyMap<string, TimeSpan>;
  readonly activities: ReadonlyMap<string, Activity>;
  /** Of several logs of its type those that records are of, where records tell; else paths do. */
  readonly parts?: ReadonlySet<string>;
  /** The builds of Exchange that wrote it. */
  readonly builds: readonly BuildSpan[];
}

/** Of a file that was not read. */
export const UNREAD: FileReading = { bytes: 0, isWhole: false, lines: new Map(), spans: new Map(), activities: new Map(), builds: [] };

/** Of two parts of a file, what was read of both. */
export function joinReadings(a: FileReading | undefined, b: FileReading): FileReading {
  if (a === undefined) return b;
  const lines = new Map(a.lines);
  for (const [logType, more] of b.lines) {
    const { lines: count, records, rejected } = lines.get(logType) ?? { lines: 0, records: 0, rejected: 0 };
    lines.set(logType, { lines: count + more.lines, records: records + more.records, rejected: rejected + more.rejected });
  }
  const spans = new Map(a.spans);
  for (const [logType, { first, last }] of b.spans) {
    const span = spans.get(logType) ?? { first, last };
    spans.set(logType, { first: Math.min(span.first, first), last: Math.max(span.last, last) });
  }
  const activities = new Map(a.activities);
  for (const [logType, activity] of b.activities) {
    const before = activities.get(logType);
    activities.set(logType, before === undefined ? activity : joinActivities(before, activity));
  }
  const builds = joinBuilds([...a.builds, ...b.builds]);
  const parts = a.parts !== undefined || b.parts !== undefined ? { parts: new Set([...(a.parts ?? []), ...(b.parts ?? [])]) } : {};
  return { bytes: a.bytes + b.bytes, isWhole: a.isWhole && b.isWhole, lines, spans, activities, builds, ...parts };
}

function joinActivities(a: Activity, b: Activity): Activity {
  const both = new ActivityLedger();
  both.addNext(a);
  both.addNext(b);
  return both.activity;
}

/** One span for each build and where it was seen. */
export function joinBuilds(spans: readonly BuildSpan[]): BuildSpan[] {
  const joined = new Map<string, BuildSpan>();
  for (const span of spans) {
    const key = keyOf(span);
    const { first, last } = joined.get(key) ?? span;
    joined.set(key, { ...span, first: Math.min(first, span.first), last: Math.max(last, span.last) });
  }
  return [...joined.values()];
}

/** A file with more was written by no Exchange: nothing is said of its builds. */
export const MOST_BUILDS = 64;

function keyOf({ build, source }: SeenBuild): string {
  return `${build} ${source}`;
}

/** Of the times of records that were counted together. */
export interface CountedTimes {
  readonly first: number;
  readonly last: number;
  readonly activity: readonly TenMinutes[];
}

/** Takes note of the records of one file as they come. */
export class RecordLedger {
  readonly spans = new Map<string, TimeSpan>();
  /** Of the logs that records are of. */
  readonly parts = new Set<string>();
  readonly #activities = new Map<string, ActivityLedger>();
  readonly #builds = new Map<string, SeenBuild & TimeSpan>();
  readonly #onSchema: (schema: Schema) => void;
  #schema: Schema | undefined;
  #span: TimeSpan = newSpan();
  #activity = new ActivityLedger();
  #build: SeenBuild | undefined;
  #buildSpan: TimeSpan | undefined;

  /** @param onSchema told of each header that records are read by, at least once */
  constructor(onSchema: (schema: Schema) => void) {
    this.#onSchema = onSchema;
  }

  get activities(): ReadonlyMap<string, Activity> {
    return new Map([...this.#activities].map(([logType, ledger]) => [logType, ledger.activity] as const));
  }

  get builds(): BuildSpan[] {
    return [...this.#builds.values()];
  }

  add({ schema, time }: Pick<LogRecord, 'schema' | 'time'>, build?: SeenBuild): void {
    if (schema !== this.#schema) this.#change(schema);
    if (time === undefined) return;
    this.#activity.add(time);
    this.#widen(time, time, build);
  }

  addCounted(schema: Schema, { first, last, activity }: CountedTimes, build?: SeenBuild): void {
    if (schema !== this.#schema) this.#change(schema);
    this.#activity.addCounted(activity);
    this.#widen(first, last, build);
  }

  #widen(first: number, last: number, build: SeenBuild | undefined): void {
    widen(this.#span, first, last);
    if (build !== this.#build) {
      this.#build = build;
      this.#buildSpan = build && this.#spanOf(build);
    }
    if (this.#buildSpan !== undefined) widen(this.#buildSpan, first, last);
  }

  #spanOf(build: SeenBuild): TimeSpan | undefined {
    const key = keyOf(build);
    const span = this.#builds.get(key) ?? { ...build, ...newSpan() };
    if (this.#builds.size <= MOST_BUILDS) this.#builds.set(key, span);
    return span;
  }

  #change(schema: Schema): void {
    this.#schema = schema;
    if (schema.part !== undefined) this.parts.add(schema.part);
    this.#span = this.spans.get(schema.logType) ?? newSpan();
    this.spans.set(schema.logType, this.#span);
    this.#activity = this.#activities.get(schema.logType) ?? new ActivityLedger();
    this.#activities.set(schema.logType, this.#activity);
    this.#onSchema(schema);
  }
}

function newSpan(): TimeSpan {
  return { first: Infinity, last: -Infinity };
}

function widen(span: TimeSpan, first: number, last: number): void {
  if (first < span.first) span.first = first;
  if (last > span.last) span.last = last;
}
