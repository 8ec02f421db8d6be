import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LEVELS } from '../../src/model/rule.ts';
import { LOG_TYPES } from '../../src/parse/log-types.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import { scan } from '../../src/scan.ts';
import type { ScanResult } from '../../src/scan-options.ts';

const SEED = 7;
/** `repeatHeader` writes four lines for each of two web sites. */
const REPEATED_HEADER_LINES = 8;
/** A thousand false alarms tell no more than these. */
const SHOWN_FINDINGS = 20;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-traffic-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The generator by itself: inside of the tests it takes three times as long. */
function compileGenerator(): void {
  execFileSync(process.execPath, [
    path.join(ROOT, 'node_modules/typescript/bin/tsc'),
    '-p',
    path.join(ROOT, 'tools'),
    '--outDir',
    path.join(folder, 'tools'),
  ]);
  // Node reads the output as modules because of this.
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
}

/** @returns rows of the logs written, repeated headers too */
function write(name: string, seed: number): number {
  const said = execFileSync(process.execPath, [path.join(folder, 'tools/traffic/make-traffic.js'), path.join(folder, name), String(seed)], {
    encoding: 'utf8',
  });
  return Array.from(said.matchAll(/: (\d+) rows/g), ([, rows]) => Number(rows)).reduce((sum, rows) => sum + rows, 0);
}

function digestOf(name: string): string {
  const hash = createHash('sha256');
  const root = path.join(folder, name);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map((entry) => path.join(entry.parentPath, entry.name)).toSorted())
    hash.update(path.relative(root, file)).update(readFileSync(file));
  return hash.digest('hex');
}

describe('three days of servers that nobody attacked', () => {
  let rows: number;
  let result: ScanResult;
  beforeAll(async () => {
    compileGenerator();
    rows = write('first', SEED) - REPEATED_HEADER_LINES;
    const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });
    result = await scan({ paths: [path.join(folder, 'first')], rules });
  });

  test('raise no finding above low', () => {
    const isAlarm = (level: (typeof LEVELS)[number]): boolean => LEVELS.indexOf(level) > LEVELS.indexOf('low');
    const alarms = Array.from(result.findings).filter(({ rule }) => isAlarm(rule.level));
    const told = alarms.map(({ rule, log, event }) => `${rule.level}: ${rule.name}\n  ${log.file.path}:${log.line}\n  ${event.original}`);
    expect(told.slice(0, SHOWN_FINDINGS)).toEqual([]);
  });

  test('are told to have been looked at by scanners, and no more', () => {
    expect(result.verdicts.map(({ host, verdict }) => [host?.name, verdict])).toEqual([
      ['EX03', 'scanned'],
      ['EX04', 'scanned'],
    ]);
  });

  test('are read row for row, in every log that there is, a thousand rows of each', () => {
    const records = new Map<string, number>();
    for (const { log, records: count } of result.coverages) records.set(log.type, (records.get(log.type) ?? 0) + count);
    expect([...records.values()].reduce((sum, count) => sum + count, 0)).toBe(rows);
    expect(rows).toBeGreaterThanOrEqual(100_000);
    // Files below web roots are no log: those of a healthy server stand in web-files.test.ts.
    const logs = LOG_TYPES.map(({ id }) => id).filter((id) => id !== 'web-file');
    expect([...records.keys()].toSorted()).toEqual(logs.toSorted());
    expect([...records].filter(([, count]) => count < 1_000)).toEqual([]);
    expect(result.coverages.filter(({ rejected }) => rejected > 0)).toEqual([]);
    expect(result.isComplete).toBe(true);
  });

  test('hold every folder of HttpProxy', () => {
    const files = readdirSync(path.join(folder, 'first', 'EX03'), { recursive: true, encoding: 'utf8' });
    const folders = new Set(files.flatMap((name) => /HttpProxy[\\/](\w+)$/.exec(name)?.[1] ?? []));
    expect([...folders].toSorted()).toEqual(
      'Autodiscover Eas Ecp Ews Mapi Oab Owa OwaCalendar PowerShell PushNotifications ReportingWebService Rest RpcHttp'.split(' '),
    );
  });

  test('are the same to the byte for the same seed', () => {
    write('again', SEED);
    expect(digestOf('again')).toBe(digestOf('first'));
  });
});
