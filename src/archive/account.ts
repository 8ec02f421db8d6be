import type { ArchiveLimit, ArchiveLimits, ArchiveTerms } from '../model/archive.ts';
import { ArchiveError } from './archive-error.ts';

/** So much may come out of any archive, however small it is: an honest log of one request repeated is packed a thousand times smaller. */
const FREE_BYTES = 100_000_000;

export function limitError(limits: ArchiveLimits, limit: ArchiveLimit): ArchiveError {
  return new ArchiveError({ code: 'FILE_ARCHIVE_LIMIT', limit, value: limits[limit] });
}

/** @throws {ArchiveError} when more comes out than an honest log would hold */
export function checkRatio(limits: ArchiveLimits, bytesIn: number, bytesOut: number): void {
  if (bytesOut > FREE_BYTES && bytesOut > limits.ratio * bytesIn) throw limitError(limits, 'ratio');
}

/** What one archive costs, held against its limits. */
export class Account {
  readonly #terms: ArchiveTerms;
  readonly #spent: BigInt64Array;
  /** Whether a limit of the whole archive was reached. */
  isOver = false;

  constructor(terms: ArchiveTerms) {
    this.#terms = terms;
    this.#spent = new BigInt64Array(terms.spent);
  }

  /**
   * Adds bytes that came out, and how long that took.
   *
   * @throws {ArchiveError} when it is too much
   */
  add(bytes: number, milliseconds: number): void {
    const { limits, bytes: packed } = this.#terms;
    const total = Number(Atomics.add(this.#spent, 0, BigInt(bytes))) + bytes;
    const micros = Number(Atomics.add(this.#spent, 1, BigInt(Math.round(milliseconds * 1000))));
    const isHuge = total > FREE_BYTES && total > limits.ratio * packed;
    const limit = total > limits['total-bytes'] ? 'total-bytes' : micros > limits.seconds * 1e6 ? 'seconds' : isHuge ? 'ratio' : undefined;
    if (limit === undefined) return;
    this.isOver = true;
    throw limitError(limits, limit);
  }
}

/** Nothing is spent yet. */
export function openAccount(): SharedArrayBuffer {
  return new SharedArrayBuffer(16);
}
