import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRuleFiles } from './discover/rule-files.ts';
import { diagnostic, type Diagnostic } from './model/diagnostic.ts';
import type { Rule, RuleExample } from './model/rule.ts';
import { systemErrorCode } from './model/system-error.ts';
import type { YaraSource } from './model/yara.ts';
import { yaraRulesOf } from './yara/rules.ts';

const BUNDLED_YARA = fileURLToPath(new URL('../rules/yara', import.meta.url));

export interface LoadedYara {
  readonly rules: readonly Rule[];
  readonly texts: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads files of YARA rules (`.yar`, `.yara`): the bundled ones first, then those of folders and single files. */
export function loadYara(folders: readonly string[], hasBundled: boolean): LoadedYara {
  const places = [
    ...(hasBundled ? [[BUNDLED_YARA, path.join('rules', 'yara')] as const] : []),
    ...folders.map((each) => [each, each] as const),
  ];
  const rules: Rule[] = [];
  const texts: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const ids = new Set<string>();
  for (const [location, name] of places) {
    const read = readRuleFiles(location, name, /\.yara?$/i);
    diagnostics.push(...read.diagnostics);
    for (const { name: file, text } of read.files) {
      const source: YaraSource = { file, text };
      texts.push(text);
      const samples = samplesBeside(path.join(location, path.relative(name, file)));
      if (typeof samples === 'string')
        diagnostics.push(diagnostic({ code: 'RULE_YARA', reason: `its samples: ${samples}` }, { path: file }));
      for (const rule of yaraRulesOf(source, typeof samples === 'string' ? {} : samples)) {
        // Of two rules of one id, the findings could not be told apart.
        if (!ids.has(rule.id)) rules.push(rule);
        ids.add(rule.id);
      }
    }
  }
  return { rules, texts, diagnostics };
}

type Samples = Record<string, readonly RuleExample[]>;

/**
 * Contents that the rules of a file must match, or must not, by the names of the rules: `x.samples.json` beside `x.yar`.
 *
 * @returns the reason where they cannot be understood
 */
function samplesBeside(file: string): Samples | string {
  const samples = file.replace(/\.yara?$/i, '.samples.json');
  if (!existsSync(samples)) return {};
  try {
    return samplesOf(JSON.parse(readFileSync(samples, 'utf8')));
  } catch (error) {
    return error instanceof SyntaxError ? error.message : systemErrorCode(error);
  }
}

/** @throws {SyntaxError} */
function samplesOf(read: unknown): Samples {
  if (!isObject(read)) throw new SyntaxError('is no object');
  return Object.fromEntries(
    Object.entries(read).map(([rule, lists]) => {
      if (!isObject(lists)) throw new SyntaxError(`${rule} is no object`);
      return [rule, [...examplesOf(lists['match'], true), ...examplesOf(lists['no-match'], false)]];
    }),
  );
}

function examplesOf(list: unknown, isMatch: boolean): RuleExample[] {
  if (!Array.isArray(list) || !list.every((text) => typeof text === 'string'))
    throw new SyntaxError('match and no-match are lists of texts');
  return list.map((text) => ({ logType: 'web-file', text, isMatch }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
