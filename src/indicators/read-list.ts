import type { Indicator, IndicatorAccount } from '../model/indicator.ts';
import { Collector, TooManyBrokenError, type Report } from './collector.ts';
import { findHeader, readCsv } from './csv.ts';
import { readJson, readJsonLines } from './json.ts';
import { linesOf, readLines } from './lines.ts';

export interface ReadIndicators {
  readonly indicators: readonly Indicator[];
  readonly account: IndicatorAccount;
}

/** Reads an indicator list, whatever format it has: that is told by its content. What cannot be understood is reported, and the rest stands. */
export function readIndicators(text: string, report: Report): ReadIndicators {
  const collector = new Collector(report);
  const problem = attempt(() => readText(text.replace(/^\uFEFF/, ''), collector));
  if (problem !== undefined) report({ code: 'INDICATORS_FORMAT', reason: problem });
  return { indicators: collector.indicators, account: collector.account };
}

function attempt(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TooManyBrokenError) return error.message;
    throw error;
  }
}

/** @returns why nothing of it can be read */
function readText(text: string, collector: Collector): string | undefined {
  if (text.trim() === '') return 'it is empty';
  if (text.includes('\u0000')) return 'it is not text';
  const start = text.trimStart();
  if (/^<(?:\?xml|!doctype|html|stix)/i.test(start)) return 'it is XML or HTML; of STIX, version 2.1 is read, which is JSON';
  if (/^[{[]/.test(start)) {
    const parsed = parse(text);
    if ('json' in parsed) {
      readJson(parsed.json, collector);
      return undefined;
    }
    const [first = ''] = linesOf(start);
    // Several objects, one a line. A list of lines may begin with a bracket too: `[2001:db8::1]:443`.
    if ('json' in parse(first) && linesOf(start).length > 1) {
      readJsonLines(text, collector);
      return undefined;
    }
    if (/^(?:\{\s*(?:"|$)|\[\s*(?:[{"[]|$))/.test(first)) return `it is no JSON: ${parsed.reason}`;
  }
  const header = findHeader(text);
  if (header === undefined) readLines(text, collector);
  else readCsv(text, header, collector);
  return undefined;
}

/** A STIX bundle of a hundred thousand indicators holds some three million values. */
const MOST_VALUES = 16_000_000;
const DEEPEST = 100_000;

/** JSON takes up to forty times its size in memory: what has too much of it is not parsed. */
function isTooMuch(text: string): boolean {
  let [values, depth, isQuoted] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isQuoted) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isQuoted = false;
    } else if (code === QUOTE) isQuoted = true;
    else if (code === COMMA) values += 1;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    else if (code === OPEN_LIST + 2 || code === OPEN_OBJECT + 2) depth -= 1;
    if (values > MOST_VALUES || depth > DEEPEST) return true;
  }
  return false;
}

const [QUOTE, COMMA, OPEN_LIST, BACKSLASH, OPEN_OBJECT] = [0x22, 0x2c, 0x5b, 0x5c, 0x7b];

function parse(text: string): { readonly json: unknown } | { readonly reason: string } {
  if (isTooMuch(text)) return { reason: `nested deeper than ${DEEPEST}, or more than ${MOST_VALUES} values` };
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return { reason: error.message };
    throw error;
  }
}
