import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { readRuleFiles } from '../../src/discover/rule-files.ts';
import type { Rule } from '../../src/model/rule.ts';
import { testRule } from '../../src/rule-tests.ts';
import { loadDocuments } from '../../src/sigma/load-documents.ts';
import { parseRuleFile } from '../../src/sigma/load.ts';
import { RuleError } from '../../src/sigma/rule-error.ts';
import type { Tree } from '../../src/sigma/yaml-tree.ts';
import { mutantsOf } from './mutants.ts';

/** Of the conditions of the pack, so many are held by a line of their rule: without them it comes out otherwise. */
const LEAST_SHARE = 0.9;

interface Fate {
  readonly file: string;
  readonly without: string;
  readonly outcome: 'killed' | 'survived' | 'nothing left';
}

const { files } = readRuleFiles(fileURLToPath(new URL('../../rules', import.meta.url)), 'rules');
const fates = files.flatMap(({ name, text }) => parseRuleFile(text).flatMap((document) => fatesOf(name, document)));
const survivors = fates.filter(({ outcome }) => outcome === 'survived');
const killed = fates.filter(({ outcome }) => outcome === 'killed');
const share = killed.length / (killed.length + survivors.length);

// SHOW_MUTANTS=1 npm test -- mutation
if (process.env['SHOW_MUTANTS'] !== undefined) {
  for (const { file, without, outcome } of fates) process.stdout.write(`${outcome.padEnd(12)}  ${file}  ${without}\n`);
  const lost = fates.length - killed.length - survivors.length;
  process.stdout.write(`${killed.length} of ${killed.length + survivors.length} killed (${percent(share)}); ${lost} more leave no rule\n`);
}

function fatesOf(file: string, document: Tree | RuleError): Fate[] {
  const rule = load(file, document);
  if (document instanceof RuleError || rule === undefined) return [];
  const outcomes = outcomesOf(rule);
  return mutantsOf(document).map(({ without, document: lesser }) => {
    const mutant = load(file, lesser);
    return { file, without, outcome: mutant === undefined ? 'nothing left' : outcomesOf(mutant) === outcomes ? 'survived' : 'killed' };
  });
}

function load(file: string, document: Tree | RuleError): Rule | undefined {
  return loadDocuments(file, [document]).rules[0];
}

function outcomesOf(rule: Rule): string {
  return testRule(rule)
    .map(({ outcome }) => outcome)
    .join();
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

test('every rule has conditions to take away', () => {
  const mutated = new Set(fates.map(({ file }) => file));
  // A correlation has none of its own: its lines try its windows, its groups and the rules that it names.
  expect(files.filter(({ name, text }) => !mutated.has(name) && !/^correlation:/m.test(text)).map(({ name }) => name)).toEqual([]);
});

test(`a rule that lacks one of its conditions fails its own lines, ${LEAST_SHARE * 100} times in 100`, () => {
  const told = share >= LEAST_SHARE ? [] : survivors.map(({ file, without }) => `${file}: ${without}`);
  expect(told).toEqual([]);
  expect(killed.length).toBeGreaterThan(300);
});
