import { closeSync, openSync, readSync } from 'node:fs';
import { Matcher } from '../src/match/matcher.ts';
import type { Rule } from '../src/model/rule.ts';
import type { PlainForm } from '../src/model/plain-form.ts';
import { LogParser } from '../src/parse/log-parser.ts';
import { logTypeById } from '../src/parse/log-types.ts';
import { KnownColumns } from '../src/prefilter/known-columns.ts';
import { makePlan, type Plan } from '../src/prefilter/plan.ts';
import { takeSample, type Sample } from '../src/prefilter/sample.ts';

const HEAD_BYTES = 262_144;

/** The plan that exhunt makes of a log, and the sample that it makes it of. */
export function planOf(file: string, logType: string, rules: readonly Rule[]): { readonly plan: Plan; readonly sample: Sample } {
  const head = Buffer.alloc(HEAD_BYTES);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, head);
  closeSync(descriptor);
  const text = head.toString('latin1');
  const header = text.slice(0, text.indexOf('\n', text.indexOf('#Fields')) + 1);
  const form = formOf(logType, header);
  const bound = new Matcher(rules).bound(form.schema).filter(({ isBlind }) => !isBlind);
  const sample = takeSample(head.subarray(header.length), form);
  return { plan: makePlan(form, bound, sample, new KnownColumns(form.schema, bound)), sample };
}

/** The literals that it looks for. */
export function literalsOf({ sets }: Plan): string[] {
  return sets.flatMap(({ literals }) => literals ?? []);
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
