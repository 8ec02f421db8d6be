import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadIgnoreFiles } from '../../src/load-ignore-file.ts';
import type { Finding } from '../../src/model/finding.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import type { ScanOptions, Workings } from '../../src/scan-options.ts';
import { scan } from '../../src/scan.ts';
import { INTRUSION_LOGS } from '../intrusion-logs.ts';

const ruleSet = await loadRuleSet({ folders: [], hasDefaultRules: true });
const { rules, correlations } = ruleSet;

let folder: string;
let all: Finding[];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-suppressions-'));
  for (const [index, { content }] of INTRUSION_LOGS.entries()) writeFileSync(path.join(folder, `${index}.log`), content);
  all = [...(await scanned()).findings];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function scanned(options: Partial<ScanOptions> = {}, workings: Workings = {}) {
  const result = await scan({ paths: [folder], rules, correlations, host: 'EX01', ...options }, workings);
  return { ...result, findings: [...result.findings] };
}

function without(finding: Finding): object {
  const { suppression: _, ...others } = finding;
  return others;
}

/** An entry that is about one of the findings, or nearly. */
interface Entry {
  readonly about: number;
  readonly parts: readonly ('host' | 'address' | 'path' | 'day' | 'other host')[];
  readonly byId: boolean;
  readonly isExpired: boolean;
}

const entry: fc.Arbitrary<Entry> = fc.record({
  about: fc.nat(),
  parts: fc.uniqueArray(fc.constantFrom('host', 'address', 'path', 'day', 'other host'), { minLength: 1, maxLength: 3 }),
  byId: fc.boolean(),
  isExpired: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
});

/** What an entry says, and by a plain reading whether it holds of a finding; `undefined` where there is nothing to bind it to. */
function written({ about, parts, byId, isExpired }: Entry): { text: string; holds: (finding: Finding) => boolean } | undefined {
  const own = all[about % all.length];
  if (own === undefined) return undefined;
  const lines = ['reason: known', ...(isExpired ? ['until: 2026-05-31'] : [])];
  if (byId) return { text: [`finding: ${own.id}`, ...lines].join('\n  '), holds: ({ id }) => !isExpired && id === own.id };
  const day = own['@timestamp']?.slice(0, 10) ?? '';
  const { source, url } = own;
  const facts: Readonly<Record<Entry['parts'][number], readonly [line: string, holds: (finding: Finding) => boolean] | undefined>> = {
    host: ['host: EX*', ({ host }) => host?.name.startsWith('EX') === true],
    'other host': ['host: EX02', ({ host }) => host?.name === 'EX02'],
    address: source && [`address: '${source.ip}'`, (each) => each.source?.ip === source.ip],
    path:
      url?.path === undefined ? undefined : [`path: '${url.path}'`, (each) => each.url?.path?.toLowerCase() === url.path?.toLowerCase()],
    day: [
      `from: ${day}\n  to: ${day}`,
      (each) => each['@timestamp']?.startsWith(day) === true && (each.event.start ?? day).startsWith(day),
    ],
  };
  const wanted = parts.filter((part) => part !== 'other host' || !parts.includes('host')).map((part) => facts[part]);
  const used = wanted.filter((fact) => fact !== undefined);
  // An address with a zone is none that a list could name.
  if (used.length < wanted.length || used.some(([line]) => line.includes('%'))) return undefined;
  return {
    text: [`rule: ${own.rule.id}`, ...used.map(([line]) => line), ...lines].join('\n  '),
    holds: (finding) => !isExpired && finding.rule.id === own.rule.id && used.every(([, holds]) => holds(finding)),
  };
}

test('what is written and what is suppressed are together all findings, each as it was, and each suppressed by the first entry that holds of it', async () => {
  let suppressed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(1, 2),
      fc.boolean(),
      async (entries, jobs, hasPrefilter) => {
        const texts = entries.flatMap((each) => written(each) ?? []);
        const file = path.join(tmpdir(), `${path.basename(folder)}.yml`);
        writeFileSync(file, texts.map(({ text }) => `- ${text}\n`).join(''));
        const ignore = await loadIgnoreFiles([file], Date.parse('2026-06-01'));
        rmSync(file);
        const result = await scanned({ ignore, jobs, hasPrefilter }, { partBytes: 40_000 });
        expect(result.findings.map(without)).toEqual(all.map(without));
        const expected = all.map((finding) => texts.findIndex(({ holds }) => holds(finding)));
        const lines = ignore.entries.map(({ line }) => line);
        expect(result.findings.map(({ suppression }) => (suppression === undefined ? -1 : lines.indexOf(suppression.line)))).toEqual(
          expected,
        );
        const counted = (isMeant: (place: number) => boolean): number => expected.filter(isMeant).length;
        expect(result.suppressions.map(({ findings }) => findings)).toEqual(lines.map((_, index) => counted((place) => place === index)));
        expect(Object.values(result.byLevel).reduce((sum, count) => sum + count, 0)).toBe(counted((place) => place === -1));
        expect(Object.values(result.suppressed).reduce((sum, count) => sum + count, 0)).toBe(counted((place) => place !== -1));
        const ids = new Set(result.findings.flatMap(({ id, suppression }) => (suppression === undefined ? [] : [id])));
        for (const { findings } of result.verdicts) expect(findings.filter((id) => ids.has(id))).toEqual([]);
        for (const { id } of result.stories) expect(ids.has(id)).toBe(false);
        suppressed += ids.size;
      },
    ),
    { numRuns: 25, seed: 26_855 },
  );
  expect(suppressed).toBeGreaterThan(100);
});
