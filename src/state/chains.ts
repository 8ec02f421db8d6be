import type { Finding } from '../model/finding.ts';
import { digestOf } from './content.ts';
import type { StateDatabase } from './database.ts';

interface Span {
  readonly id: string;
  readonly rule: string;
  readonly group: string;
  readonly first: number;
  readonly last: number;
}

/**
 * What correlations found, by their groups and times. What overlaps one that was told is the same, for windows of a group that overlap are one: it
 * grew since, or begins earlier by logs that came late.
 */
export class Chains {
  readonly #database: StateDatabase;
  readonly #met: Span[] = [];

  constructor(database: StateDatabase) {
    this.#database = database;
  }

  isTold(finding: Finding): boolean {
    const { id, rule, correlation, event } = finding;
    const last = Date.parse(event.end ?? finding['@timestamp'] ?? '');
    const first = Date.parse(event.start ?? event.end ?? finding['@timestamp'] ?? '');
    const group = digestOf(Buffer.from(JSON.stringify(correlation?.group ?? {}).toLowerCase())).toString('hex');
    const told = this.#database.first('SELECT * FROM chain WHERE rule = ? AND members = ? AND first <= ? AND last >= ?', [
      rule.id,
      group,
      last,
      first,
    ]);
    const known =
      told === undefined ? { id, first, last } : { id: String(told['id']), first: Number(told['first']), last: Number(told['last']) };
    this.#met.push({ ...known, rule: rule.id, group, first: Math.min(first, known.first), last: Math.max(last, known.last) });
    return told !== undefined;
  }

  /** Within a transaction. */
  write(run: number): void {
    this.#database.write(
      'INSERT OR REPLACE INTO chain VALUES (?, ?, ?, ?, ?, ?)',
      this.#met.map(({ id, rule, group, first, last }) => [id, rule, group, first, last, run]),
    );
  }
}
