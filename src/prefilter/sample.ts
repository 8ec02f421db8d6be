import type { PlainForm } from '../model/plain-form.ts';
import { countGroups, countPairs } from './groups.ts';

/** Some lines of a log, to learn from what is rare in it. */
export interface Sample {
  /** By line and column. */
  readonly cells: readonly (readonly string[])[];
  /** All lines, in small letters. */
  readonly text: string;
  /** How often a group of four bytes stands there, by its hash. */
  readonly often: (hash: number) => number;
  /** How often two bytes stand there. */
  readonly oftenPair: (pair: number) => number;
}

const LINES = 128;
/** Longer lines are no use here. */
const LONGEST = 16_384;
const LF = 0x0a;

/** @param bytes whole lines, read as Latin 1: what is not ASCII is for the parser anyway */
export function takeSample(bytes: Buffer, { delimiter, columns }: PlainForm): Sample {
  const lines = pick(bytes);
  const cells = lines.map((line) => line.split(delimiter)).filter(({ length }) => length === columns);
  const text = lines.join('\n').toLowerCase();
  return { cells, text, often: countGroups(text), oftenPair: countPairs(text) };
}

/** Lines from all over: those next to each other are like each other. */
function pick(bytes: Buffer): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let count = 0; count < LINES && start < bytes.length; count += 1) {
    const end = bytes.indexOf(LF, start);
    if (end === -1) break;
    if (end - start < LONGEST) lines.push(bytes.toString('latin1', start, end).replace(/\r$/, ''));
    const next = Math.max(end, Math.floor(((count + 1) * bytes.length) / LINES));
    start = next === end ? end + 1 : bytes.indexOf(LF, next) + 1;
    if (start === 0) break;
  }
  return lines;
}
