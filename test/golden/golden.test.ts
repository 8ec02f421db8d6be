import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { loadIgnoreFiles } from '../../src/load-ignore-file.ts';
import { createJsonlReporter } from '../../src/report/jsonl.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import { scan } from '../../src/scan.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const cases = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The JSON Lines of a scan, without what differs from run to run. */
async function scanCase(name: string): Promise<string> {
  const folder = path.join(FOLDER, name);
  const { rules, filters, diagnostics } = await loadRuleSet({ folders: [path.join(folder, 'rule.yml')], hasDefaultRules: false });
  const ignoreFile = path.join(folder, 'ignore.yml');
  const ignore = existsSync(ignoreFile) ? await loadIgnoreFiles([ignoreFile], Date.parse('2026-06-01')) : undefined;
  const result = await scan({ paths: [path.join(folder, 'input')], rules, filters, ...(ignore !== undefined && { ignore }) });
  const reporter = createJsonlReporter();
  const ruleProblems = diagnostics.map((diagnostic) => ({
    diagnostic: { ...diagnostic, place: { ...diagnostic.place, path: 'rule.yml' } },
    more: 0,
  }));
  return [
    ...Array.from(result.findings, (finding) => reporter.finding(finding)),
    ...result.coverages.map((coverage) => reporter.coverage(coverage)),
    ...result.suppressions.map((source) => reporter.suppression?.(source)),
    ...[...ruleProblems, ...result.diagnostics].map((shown) => reporter.diagnostic(shown)),
    `${JSON.stringify({ files: result.files, isComplete: result.isComplete })}\n`,
  ]
    .join('')
    .replaceAll(JSON.stringify(`${folder}${path.sep}`).slice(1, -1), '');
}

/** UPDATE_GOLDEN=1 writes what is now, also for a new case; the difference is to be read before it is committed. */
test.each(cases)('%s', async (name) => {
  const file = path.join(FOLDER, name, 'expected.jsonl');
  const actual = await scanCase(name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, actual);
  expect(actual).toBe(readFileSync(file, 'utf8'));
});

test('there are cases', () => {
  expect(cases.length).toBeGreaterThan(10);
});
