import type { ResumePoint } from '../jobs/piece.ts';
import type { StateDatabase } from './database.ts';

/** What the lines before places mean for those behind: thousands of files say the same, in a kilobyte or two, so each is kept once. */
export class ParserStates {
  readonly #database: StateDatabase;
  readonly #known = new Map<number, ResumePoint['state']>();
  readonly #numbers = new Map<string, number>();
  readonly #texts = new Map<string, string>();

  constructor(database: StateDatabase) {
    this.#database = database;
  }

  read(number: number): ResumePoint['state'] | undefined {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    const row = this.#database.first('SELECT value FROM parser WHERE number = ?', [number]);
    if (row === undefined) return undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by numberOf
    const state = JSON.parse(String(row['value'])) as ResumePoint['state'];
    this.#known.set(number, state);
    return state;
  }

  /** Within a transaction. */
  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#database.run('INSERT OR IGNORE INTO parser (value) VALUES (?)', [text]);
    const number = Number(this.#database.first('SELECT number FROM parser WHERE value = ?', [text])?.['number']);
    this.#numbers.set(text, number);
    return number;
  }

  /** The text of a state, the same string for the same state: a hundred thousand files wait for the end of a run. */
  textOf(state: ResumePoint['state']): string {
    const text = JSON.stringify(state);
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }
}
