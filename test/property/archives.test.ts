import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scan } from '../../src/scan.ts';
import { makeTar, makeZip } from '../archives.ts';
import { damage, mutate } from '../damage.ts';
import { INTRUSION_LOGS } from '../intrusion-logs.ts';

const FILES = INTRUSION_LOGS.map(({ content }, index) => ({
  name: `logs/${index}.log`,
  content: content.subarray(0, content.lastIndexOf('\n', 6_000) + 1),
}));
/** What `zstd -19` makes of three lines. */
const ZSTD = Buffer.from(
  'KLUv/QRoVQIA4kQQEaBvYEXEQKGaUkGhGVb10SYPILibzu6mScOU9ClLoZW8j4/joxg3IPy1zf5w3xPaH7He8a7hjLahba/XPwkjEwEBAIcIVRS71nZ/',
  'base64',
);
const ARCHIVES = [
  makeZip(FILES),
  makeZip(FILES.map((file) => ({ ...file, method: 0, isStreamed: true }))),
  makeZip([{ name: 'in.tar.gz', content: gzipSync(makeTar(FILES)) }]),
  makeTar(FILES),
  gzipSync(makeTar([...FILES, { name: 'in.zip', content: makeZip(FILES) }])),
  gzipSync(FILES[0]?.content ?? ''),
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-archive-property-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(content: Buffer) {
  const file = path.join(folder, 'a.archive');
  writeFileSync(file, content);
  const { coverages, diagnostics } = await scan({ paths: [file], rules: [] });
  const lines = coverages.reduce((sum, each) => sum + each.lines, 0);
  return { lines, isTold: diagnostics.length > 0 };
}

test('whatever damage an archive has, the scan ends, and lines that were lost are told', async () => {
  const whole: number[] = [];
  for (const archive of ARCHIVES) {
    const { lines, isTold } = await read(archive);
    expect({ isTold, isSome: lines > 0 }).toEqual({ isTold: false, isSome: true });
    whole.push(lines);
  }
  const damages = fc.array(damage, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.nat(ARCHIVES.length - 1), damages, async (index, each) => {
      const { lines, isTold } = await read(each.reduce(mutate, ARCHIVES[index] ?? Buffer.alloc(0)));
      if (lines < (whole[index] ?? 0)) expect(isTold).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('no damage to a Zstandard file ends the scan', async () => {
  const damages = fc.array(damage, { minLength: 1, maxLength: 4 });
  // Without a Node that reads it, its sum is not reckoned: what comes out may be another text.
  await fc.assert(
    fc.asyncProperty(damages, async (each) => {
      const { lines } = await read(each.reduce(mutate, ZSTD));
      expect(lines).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 120 },
  );
  expect(await read(ZSTD)).toEqual({ lines: 3, isTold: false });
});
