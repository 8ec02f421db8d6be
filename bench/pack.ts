import { closeSync, openSync, readSync } from 'node:fs';
import { Matcher } from '../src/match/matcher.ts';
import type { Rule } from '../src/model/rule.ts';
import type { PlainForm } from '../src/model/plain-form.ts';
import { LogParser } from '../src/parse/log-parser.ts';
import { logTypeById } from '../src/parse/log-types.ts';
import { KnownColumns } from '../src/prefilter/known-columns.ts';
import { makePlan, type Plan } from '../src/prefilter/plan.ts';
import type { AppliedRules } from '../src/prefilter/prefilter.ts';
import { takeSample, type Sample } from '../src/prefilter/sample.ts';

const HEAD_BYTES = 262_144;

/** What exhunt makes of the head of a log. */
export interface Pack {
  readonly plan: Plan;
  readonly sample: Sample;
  readonly applied: AppliedRules;
  /** Behind the header. */
  readonly head: Buffer;
}

export function planOf(file: string, logType: string, rules: readonly Rule[]): Pack {
  const head = Buffer.alloc(HEAD_BYTES);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, head);
  closeSync(descriptor);
  const text = head.toString('latin1');
  const header = text.slice(0, text.indexOf('\n', text.indexOf('#Fields')) + 1);
  const form = formOf(logType, header);
  const bound = new Matcher(rules).bound(form.schema).filter(({ isBlind }) => !isBlind);
  const lines = head.subarray(header.length, head.lastIndexOf(0x0a) + 1);
  const sample = takeSample(lines, form);
  const known = new KnownColumns(form.schema, bound);
  return { plan: makePlan(form, bound, sample, known), sample, applied: { rules: bound, known }, head: lines };
}

/** Of the lines: what stands in more of them, exhunt looks for in few lines, and others are done with a line at once when they meet it. */
const OFTEN = 0.1;

/** The literals that it looks for, but for those that most lines have. */
export function rareLiterals({ plan: { sets }, sample: { text, cells } }: Pack): string[] {
  const lines = text.split('\n');
  const isRare = (literal: string): boolean => lines.filter((line) => line.includes(literal)).length <= cells.length * OFTEN;
  return [...new Set(sets.flatMap(({ literals }) => literals ?? []))].filter(isRare);
}

/** The form of the records below a header. */
function formOf(logType: string, header: string): PlainForm {
  const parser = new LogParser(logTypeById(logType), () => undefined);
  for (const [index, text] of header.split('\n').entries()) {
    parser.push({ number: index + 1, offset: index, text: text.trimEnd(), isComplete: true, isCut: false }, () => undefined);
  }
  if (parser.plain === undefined) throw new Error('the header tells no form');
  return parser.plain;
}
