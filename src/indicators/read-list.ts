import type { Indicator, IndicatorAccount } from '../model/indicator.ts';
import { Collector, type Report } from './collector.ts';
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
  const problem = readText(text.replace(/^\uFEFF/, ''), collector);
  if (problem !== undefined) report({ code: 'INDICATORS_FORMAT', reason: problem });
  return { indicators: collector.indicators, account: collector.account };
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

function parse(text: string): { readonly json: unknown } | { readonly reason: string } {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return { reason: error.message };
    throw error;
  }
}
