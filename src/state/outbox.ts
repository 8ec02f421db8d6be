import type { Notice, Outbox } from '../model/outbox.ts';
import type { StateDatabase } from './database.ts';

/** What waits to be told, in the state: it came there together with the note that its lines were read. Each of these may throw a `StateError`. */
export class StateOutbox implements Outbox {
  readonly #database: StateDatabase;

  constructor(database: StateDatabase) {
    this.#database = database;
  }

  pending = (receiver: string, most: number): readonly Notice[] =>
    this.#database
      .all('SELECT number, record FROM notice WHERE receiver = ? ORDER BY number LIMIT ?', [receiver, most])
      .map(({ number, record }) => ({ number: Number(number), record: String(record) }));

  settle = (receiver: string, through: number): void =>
    this.#database.transact(() => this.#database.run('DELETE FROM notice WHERE receiver = ? AND number <= ?', [receiver, through]));

  count = (receiver: string): number =>
    Number(this.#database.first('SELECT count(*) AS waiting FROM notice WHERE receiver = ?', [receiver])?.['waiting'] ?? 0);
}
