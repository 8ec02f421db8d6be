import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadHtmlParts } from '../src/html-parts.ts';
import { loadRuleSet } from '../src/rule-set.ts';
import { archivesTarget } from './archives-target.ts';
import { evtxTarget } from './evtx-target.ts';
import { indicatorsTarget } from './indicators-target.ts';
import { parseTarget } from './parse-target.ts';
import { reportsTarget } from './reports-target.ts';
import { rulesTarget } from './rules-target.ts';
import { scansTarget } from './scans-target.ts';
import { logSeeds, ruleSeeds } from './seeds.ts';
import type { Target } from './target.ts';

export const TARGETS = ['parse', 'rules', 'indicators', 'reports', 'archives', 'evtx', 'scans'] as const;

/** @param root of the repository, which has to be built */
export async function makeTarget(name: string, root: string): Promise<Target> {
  if (name === 'indicators') return indicatorsTarget;
  if (name === 'evtx') return evtxTarget;
  if (name === 'rules') return rulesTarget(ruleSeeds(root));
  const ruleSet = await loadRuleSet({ folders: [path.join(root, 'rules')], hasDefaultRules: false });
  if (name === 'parse') return parseTarget(logSeeds(root, ruleSet.rules), ruleSet.rules);
  if (name === 'archives') return archivesTarget(logSeeds(root, ruleSet.rules), ruleSet.rules);
  if (name === 'scans') return scansTarget(logSeeds(root, ruleSet.rules), ruleSet, root);
  if (name === 'reports') return reportsTarget(reportSeeds(root), ruleSet.rules, loadHtmlParts(path.join(root, 'dist/report-app.json')));
  throw new Error(`there is no target ${name}; there are ${TARGETS.join(', ')}`);
}

/** Reports of scans of the sample, with a few records of each kind. */
function reportSeeds(root: string): Buffer[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-fuzz-seeds-'));
  const file = path.join(folder, 'run.jsonl');
  cpSync(path.join(root, 'samples/contoso-ex01'), path.join(folder, 'EX01'), { recursive: true });
  spawnSync(process.execPath, [path.join(root, 'dist/main.js'), 'scan', path.join(folder, 'EX01'), '-q', '-o', `jsonl=${file}`]);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const suppressed = suppressedSeed(root, folder, file);
  rmSync(folder, { recursive: true });
  const few = new Map<string, string[]>();
  for (const line of lines) {
    const kind = /"record":"(\w+)"/.exec(line)?.[1] ?? '';
    few.set(kind, [...(few.get(kind) ?? []), line].slice(0, 4));
  }
  const correlated = lines.find((line) => line.includes('"correlation"'));
  const kept = [...few.values()].flat();
  const seeds = [kept, correlated === undefined ? kept : [correlated, ...kept.slice(4)], suppressed];
  return seeds.map((each) => Buffer.from(`${each.join('\n')}\n`));
}

/** What only a run has that suppresses something, and is compared with one of before. */
function suppressedSeed(root: string, folder: string, before: string): string[] {
  const [ignore, file] = [path.join(folder, 'ignore.yml'), path.join(folder, 'later.jsonl')];
  const [, rule = ''] = /"rule":{"id":"([^"]+)"/.exec(readFileSync(before, 'utf8')) ?? [];
  writeFileSync(ignore, `- {rule: ${rule}, host: EX01, reason: known, by: Kim, until: 2999-12-31}\n- {finding: aa, reason: known}\n`);
  const logs = path.join(folder, 'EX01/C/inetpub');
  const options = ['--host', 'EX01', '--ignore', ignore, '--baseline', before, '-q', '-o', `jsonl=${file}`];
  spawnSync(process.execPath, [path.join(root, 'dist/main.js'), 'scan', logs, ...options]);
  const wanted = /"suppression":\{|"baseline":|"record":"(?:suppression|gone|summary|coverage)"/;
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const told = lines.filter((line) => wanted.test(line));
  return [...told.slice(0, 6), ...told.slice(-8)];
}
