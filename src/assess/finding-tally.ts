import type { Finding } from '../model/finding.ts';

/** The first finding of a rule on a host, by time and place. */
export interface FirstFinding {
  readonly id: string;
  readonly time: string | undefined;
  readonly path: string;
  readonly offset: number;
  readonly line: number;
  readonly message: string;
}

/** All findings of one rule on one host. */
export interface Tally {
  readonly host: string | undefined;
  readonly rule: Finding['rule'];
  readonly cves: readonly string[];
  count: number;
  first: FirstFinding;
  /** ISO 8601, of the last finding that has a time. */
  lastTime: string | undefined;
}

type Tallies = Map<string, Tally>;

/**
 * What was found, by host and rule: enough to decide by, in memory that does not grow with the findings. They come by pieces of files, in any
 * order; those of a piece count when it is settled where in its file the piece stands.
 */
export class FindingTally {
  readonly #pieces = new Map<number, Tallies>();
  readonly #settled: Tallies = new Map();

  add(finding: Finding, piece: number): void {
    const tallies: Tallies = this.#pieces.get(piece) ?? new Map();
    this.#pieces.set(piece, tallies);
    const { id, host, rule, vulnerability, log, message } = finding;
    const time = finding['@timestamp'];
    const first = { id, time, path: log.file.path, offset: log.offset, line: log.line, message };
    join(tallies, { host: host?.name, rule, cves: vulnerability?.id ?? [], count: 1, first, lastTime: time });
  }

  settle(piece: number, linesBefore: number): void {
    for (const tally of this.#pieces.get(piece)?.values() ?? [])
      join(this.#settled, { ...tally, first: { ...tally.first, line: tally.first.line + linesBefore } });
    this.#pieces.delete(piece);
  }

  drop(piece: number): void {
    this.#pieces.delete(piece);
  }

  /** Joins what an earlier run counted. */
  restore(tally: Tally): void {
    join(this.#settled, tally);
  }

  /** By host, then rule. */
  tallies(): Tally[] {
    return [...this.#settled].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally);
  }
}

function join(tallies: Tallies, more: Tally): void {
  const key = `${more.host?.toLowerCase() ?? ''}\n${more.rule.id}`;
  const known = tallies.get(key);
  if (known === undefined) {
    tallies.set(key, { ...more });
    return;
  }
  known.count += more.count;
  if (isBefore(more.first, known.first)) known.first = more.first;
  if (more.lastTime !== undefined && (known.lastTime === undefined || more.lastTime > known.lastTime)) known.lastTime = more.lastTime;
}

/** By time, path and place, as findings are ordered; what has no time comes last. */
function isBefore(a: FirstFinding, b: FirstFinding): boolean {
  const [timeA, timeB] = [a.time ?? '~', b.time ?? '~'];
  if (timeA !== timeB) return timeA < timeB;
  return a.path === b.path ? a.offset < b.offset : a.path < b.path;
}
