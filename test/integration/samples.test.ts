import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../src/model/finding.ts';
import { LEVELS } from '../../src/model/rule.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import { scan } from '../../src/scan.ts';
import type { ScanResult } from '../../src/scan-options.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLES = path.join(ROOT, 'samples');
const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });

interface Planted {
  readonly step: string;
  readonly file: string;
  readonly line: number;
}

function plantedIn(name: string): Planted[] {
  return JSON.parse(readFileSync(path.join(SAMPLES, `${name}.planted.json`), 'utf8'));
}

function places(findings: Iterable<Finding>): Set<string> {
  return new Set(Array.from(findings, ({ log }) => `${log.file.path}:${log.line}`));
}

test.each(['contoso-ex01', 'contoso-ex02'])('%s gives the same whether lines are skipped or all are read', async (name) => {
  const [skipping, reading] = await Promise.all(
    [true, false].map(async (hasPrefilter) => await scan({ paths: [path.join(SAMPLES, name)], rules, hasPrefilter })),
  );
  expect({ ...skipping, findings: [...(skipping?.findings ?? [])] }).toEqual({ ...reading, findings: [...(reading?.findings ?? [])] });
});

describe('contoso-ex01, which was taken', () => {
  const planted = plantedIn('contoso-ex01');
  let result: ScanResult;
  beforeAll(async () => {
    result = await scan({ paths: [path.join(SAMPLES, 'contoso-ex01')], rules });
  });

  test('gives every planted step, with its file and line', () => {
    const found = places(result.findings);
    expect(planted.filter(({ file, line }) => !found.has(`${file}:${line}`))).toEqual([]);
    expect(planted.length).toBeGreaterThan(30);
  });

  test('gives nothing else', () => {
    const expected = new Set(planted.map(({ file, line }) => `${file}:${line}`));
    expect([...places(result.findings)].filter((place) => !expected.has(place))).toEqual([]);
  });

  test('shows every stage of the attack at its level', () => {
    const levelOf = (step: string): number => {
      const at = new Set(planted.filter((each) => each.step.startsWith(step)).map(({ file, line }) => `${file}:${line}`));
      return Math.max(
        ...[...result.findings].filter(({ log }) => at.has(`${log.file.path}:${log.line}`)).map(({ rule }) => LEVELS.indexOf(rule.level)),
      );
    };
    expect(LEVELS[levelOf('recon')]).toBe('low');
    expect(LEVELS[levelOf('ssrf')]).toBe('critical');
    expect(LEVELS[levelOf('write')]).toBe('critical');
    expect(LEVELS[levelOf('shell: command')]).toBe('critical');
  });

  test('is read whole, in the name of its server', () => {
    expect(result.isComplete).toBe(true);
    expect(result.coverages.map(({ host, log, rejected }) => [host?.name, log.type, rejected])).toEqual([
      ['EX01', 'ecp-server', 0],
      ['EX01', 'httpproxy', 0],
      ['EX01', 'iis-w3c', 0],
    ]);
    expect(result.coverages.reduce((sum, { records }) => sum + records, 0)).toBeGreaterThanOrEqual(20_000);
  });
});

describe('contoso-ex02, which was only scanned', () => {
  test('alarms nobody, and loses no scan', async () => {
    const { findings } = await scan({ paths: [path.join(SAMPLES, 'contoso-ex02')], rules });
    const planted = plantedIn('contoso-ex02');
    const found = places(findings);
    expect([...findings].filter(({ rule }) => rule.level === 'high' || rule.level === 'critical')).toEqual([]);
    expect(planted.filter(({ file, line }) => !found.has(`${file}:${line}`))).toEqual([]);
    expect(found.size).toBe(planted.length);
  });
});

describe('the script that wrote them', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-samples-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('writes the same bytes again', () => {
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', path.join(ROOT, 'tools'), '--outDir', path.join(folder, 'tools')]);
    // Node reads the output as modules because of this.
    execFileSync(process.execPath, [
      '-e',
      `require('fs').writeFileSync(${JSON.stringify(path.join(folder, 'package.json'))}, '{"type":"module"}')`,
    ]);
    execFileSync(process.execPath, [path.join(folder, 'tools/samples/make-samples.js'), path.join(folder, 'samples')]);
    expect(hashTree(path.join(folder, 'samples'))).toEqual(hashTree(SAMPLES));
  });
});

function hashTree(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    names.toSorted().map((name) => [path.relative(folder, name), createHash('sha256').update(readFileSync(name)).digest('hex')]),
  );
}
