import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { DiagnosticLedger } from './assess/diagnostic-ledger.ts';
import { loadList } from './indicators/source.ts';
import type { Problem, ShownDiagnostic } from './model/diagnostic.ts';
import type { IndicatorList } from './model/indicator.ts';
import type { Rule } from './model/rule.ts';
import { systemErrorCode } from './model/system-error.ts';

/** A STIX bundle of a hundred thousand indicators holds some 60 MB. */
const LIST_LIMIT_BYTES = 134_217_728;

export interface IndicatorLists {
  readonly lists: readonly IndicatorList[];
  readonly rules: readonly Rule[];
  readonly diagnostics: readonly ShownDiagnostic[];
  /** Names of lists without a single indicator. */
  readonly unusable: readonly string[];
}

/** Reads indicator lists. Files outside of web roots are in the lists, and in no rule: nothing shows them. */
export function loadIndicatorLists(files: readonly string[]): IndicatorLists {
  const lists: IndicatorList[] = [];
  const rules: Rule[] = [];
  const unusable: string[] = [];
  const ledger = new DiagnosticLedger();
  for (const [name, file] of namesOf(files)) {
    const text = readList(file);
    if (typeof text !== 'string') {
      ledger.add(text, name);
      unusable.push(name);
      continue;
    }
    const loaded = loadList({ name, text }, (problem, lineNumber) => ledger.add(problem, name, lineNumber));
    lists.push(loaded.list);
    for (const rule of loaded.rules) rules.push(rule);
    const isUsable = loaded.list.indicators.length > 0;
    if (!isUsable) unusable.push(name);
    if (isUsable || Object.keys(loaded.account.notApplicable).length > 0)
      ledger.add({ code: 'INDICATORS_READ', account: loaded.account }, name);
  }
  return { lists, rules, diagnostics: ledger.shown(), unusable };
}

/** Files by the names that rules have of them: their own, or with their folders where two have the same. A file named twice is one. */
function namesOf(files: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const seen = new Set<string>();
  for (const file of files) {
    const place = realPath(file);
    if (seen.has(place)) continue;
    seen.add(place);
    const own = path.basename(file);
    names.set(names.has(own) ? file : own, file);
  }
  return names;
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // Opening it will tell what is the matter.
    return path.resolve(file);
  }
}

/** A pipe would be waited for. */
export function readList(file: string): string | Problem {
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) return { code: 'INDICATORS_UNREADABLE', reason: 'it is a folder' };
    if (!stats.isFile()) return { code: 'INDICATORS_UNREADABLE', reason: 'it is no regular file' };
    if (stats.size > LIST_LIMIT_BYTES) return { code: 'INDICATORS_TOO_LARGE', bytes: stats.size, limitBytes: LIST_LIMIT_BYTES };
    return decode(readFileSync(file));
  } catch (error) {
    return { code: 'INDICATORS_UNREADABLE', reason: systemErrorCode(error) };
  }
}

/** PowerShell writes UTF-16 with a mark in front. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return bytes
      .subarray(2, bytes.length - (bytes.length % 2))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8');
}
