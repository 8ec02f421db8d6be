import type { PlainForm } from '../model/plain-form.ts';
import { countGroups } from './groups.ts';

/** Some lines of a log, to learn from what is rare in it. */
export interface Sample {
  /** By line and column. */
  readonly cells: readonly (readonly string[])[];
  /** All lines, in small letters. */
  readonly text: string;
  /** How often a group of four bytes stands there, by its hash. */
  readonly often: (hash: number) => number;
}

const LINES = 128;
const CHARACTERS = 131_072;

/** @param bytes whole lines, read as Latin 1: what is not ASCII is for the parser anyway */
export function takeSample(bytes: Buffer, { delimiter, columns }: PlainForm): Sample {
  const lines = bytes
    .toString('latin1', 0, Math.min(bytes.length, CHARACTERS))
    .split(/\r?\n/, LINES + 1)
    .slice(0, -1);
  const cells = lines.map((line) => line.split(delimiter)).filter(({ length }) => length === columns);
  const text = lines.join('\n').toLowerCase();
  return { cells, text, often: countGroups(text) };
}
