import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadRuleSet } from '../../src/rule-set.ts';
import { scan } from '../../src/scan.ts';
import { damage, mutate } from '../damage.ts';
import { INTRUSION_LOGS } from '../intrusion-logs.ts';

const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });

/** Cut to what a test can read a thousand times. */
const LOGS = INTRUSION_LOGS.map(({ file, content }) => ({ file, content: content.subarray(0, 16_000) }));

/** Of each log; `npm run fuzz -- --target parse` makes as many as one likes. */
const COPIES = 90;

let folder: string;

function countLines(content: Uint8Array): number {
  const ends = content.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0);
  return ends + (content.length > 0 && content.at(-1) !== 0x0a ? 1 : 0);
}

/** Either every line was read, or it is said that the file was not; and it makes no difference whether lines are skipped. */
async function scanAndCount(content: Uint8Array): Promise<void> {
  const file = path.join(folder, 'copy.log');
  writeFileSync(file, content);
  const result = await scan({ paths: [file], rules });
  const { coverages, diagnostics, files } = result;
  const lines = coverages.reduce((sum, each) => sum + each.lines, 0);
  if (files === 1 ? lines !== countLines(content) : diagnostics.length === 0) {
    throw new Error(`${files} file with ${lines} lines of ${countLines(content)}: ${JSON.stringify(diagnostics)}`);
  }
  const whole = await scan({ paths: [file], rules, hasPrefilter: false });
  const skipping = JSON.stringify({ ...result, findings: [...result.findings] });
  if (skipping !== JSON.stringify({ ...whole, findings: [...whole.findings] })) throw new Error(`skipping lines changed ${skipping}`);
}

/**
 * The tests of every second log: they take so long that two processes share them.
 *
 * @param first 0 or 1
 */
export function testDamagedCopies(first: number): void {
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'exhunt-damaged-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.each(LOGS.filter((_, index) => index % 2 === first))('$file', ({ content }) => {
    test('is scanned in many damaged copies, and no line is lost', async () => {
      expect(countLines(content)).toBeGreaterThan(10);
      await fc.assert(
        fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => scanAndCount(damages.reduce(mutate, content))),
        { numRuns: COPIES, seed: 27_065 },
      );
    });
  });
}
