import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { inputOf } from '../../fuzz/target.ts';
import { makeTarget, TARGETS } from '../../fuzz/targets.ts';
import { Random } from '../../tools/samples/random.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CORPUS = fileURLToPath(new URL('../fuzz-corpus/', import.meta.url));

/** Some seconds of each; `npm run fuzz` goes on for as long as one likes. */
const INPUTS: Readonly<Record<(typeof TARGETS)[number], number>> = {
  parse: 100,
  rules: 150,
  indicators: 400,
  reports: 40,
  archives: 60,
  evtx: 400,
  scans: 8,
};

describe.each(TARGETS)('%s', (name) => {
  const folder = path.join(CORPUS, name);
  const found = existsSync(folder) ? readdirSync(folder) : [];

  test('what was found once is not found again', async () => {
    const target = await makeTarget(name, ROOT);
    for (const file of found) await target.run(readFileSync(path.join(folder, file)));
    expect(target.seeds.length).toBeGreaterThan(1);
  });

  test(`keeps its promises on ${INPUTS[name]} bad inputs`, async () => {
    const target = await makeTarget(name, ROOT);
    let changed = 0;
    for (let number = 0; number < INPUTS[name]; number += 1) {
      const input = inputOf(target, new Random(26_855 + number));
      if (!target.seeds.some((seed) => seed.equals(input))) changed += 1;
      await target.run(input);
    }
    expect(changed).toBeGreaterThan(INPUTS[name] / 2);
  });
});
