import { IdTable } from './id-table.ts';
import type { GoneFinding } from './model/baseline.ts';
import { diagnostic, type Diagnostic } from './model/diagnostic.ts';
import type { Finding } from './model/finding.ts';
import { NotNativeError, readReport } from './read-reports.ts';

/** More than that is no report to compare with; their ids take 285 MB. */
const MOST_FINDINGS = 10_000_000;
/** Of those that are gone, so many are listed; all are counted. */
export const LISTED_GONE = 1_000;
const MESSAGE_CHARACTERS = 500;

/** The findings of the report of before, by their ids. What was suppressed in it counts as never told: it is new when it counts again. */
export class Baseline {
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly #ids: IdTable;

  constructor(file: string, ids: IdTable, diagnostics: readonly Diagnostic[]) {
    this.file = file;
    this.#ids = ids;
    this.diagnostics = diagnostics;
  }

  /** Where the finding stands in it; -1 where it does not. */
  find(id: string): number {
    return this.#ids.find(id);
  }

  /** It is still there. */
  mark(slot: number): void {
    this.#ids.mark(slot);
  }

  /** How many were not marked. */
  get gone(): number {
    return this.#ids.size - this.#ids.marked;
  }

  /**
   * The first of those that were not marked, in the order of their report, which is read once more for them.
   *
   * @throws {NotNativeError} it was changed since
   */
  async listGone(): Promise<GoneFinding[]> {
    // By their ids: of a file that several runs appended to, more than one may have told it.
    const gone = new Map<string, GoneFinding>();
    if (this.gone === 0) return [];
    for await (const [, record] of readReport(this.file)) {
      if (record.kind !== 'finding' || record.value.suppression !== undefined) continue;
      const slot = this.find(record.value.id);
      if (slot !== -1 && !this.#ids.isMarked(slot)) gone.set(record.value.id, inShort(record.value));
      if (gone.size >= LISTED_GONE) break;
    }
    return [...gone.values()];
  }
}

function inShort({ id, '@timestamp': time, rule, message, host, log }: Finding): GoneFinding {
  return {
    id,
    ...(time !== undefined && { '@timestamp': time }),
    rule,
    message: message.length > MESSAGE_CHARACTERS ? `${message.slice(0, MESSAGE_CHARACTERS)}…` : message,
    ...(host !== undefined && { host }),
    log,
  };
}

/**
 * Reads the ids of a report, line by line.
 *
 * @throws {NotNativeError} names file and line
 */
export async function loadBaseline(file: string): Promise<Baseline> {
  const ids = new IdTable();
  let [findings, written] = [0, 0];
  for await (const [number, record] of readReport(file)) {
    if (record.kind === 'summary') findings += record.value.findings;
    if (record.kind !== 'finding' || record.value.suppression !== undefined) continue;
    written += 1;
    // Several runs may have appended to it.
    if (ids.find(record.value.id) === -1) ids.add(record.value.id);
    if (ids.size > MOST_FINDINGS) throw new NotNativeError(`${file}:${number}: holds more than ${MOST_FINDINGS} findings`);
  }
  const isPartial = findings > written;
  return new Baseline(file, ids, isPartial ? [diagnostic({ code: 'BASELINE_PARTIAL', findings, written }, { path: file })] : []);
}
