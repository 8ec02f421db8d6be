import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import type { RuleSet } from '../src/rule-set.ts';
import { scan } from '../src/scan.ts';
import { mutateBytes } from './mutate.ts';
import { assert, type Target } from './target.ts';

/** Every so many inputs the program itself is run. */
const PROGRAM_EVERY = 40;

/** Whole scans: with the prefilter and without, in one thread and in several, and now and then by the built program. */
export function scansTarget(seeds: readonly Buffer[], { rules, correlations }: RuleSet, root: string): Target {
  const folder = mkdtempSync(path.join(tmpdir(), 'exhunt-fuzz-scans-'));
  const evidence = path.join(folder, 'evidence');
  let count = 0;
  const resultOf = async (hasPrefilter: boolean, jobs: number, partBytes?: number): Promise<string> => {
    const program = new URL(`file://${path.join(root, 'dist/worker.js')}`);
    const workings = partBytes === undefined ? {} : { partBytes, program };
    const { findings, ...others } = await scan({ paths: [evidence], rules, correlations, hasPrefilter, jobs }, workings);
    return JSON.stringify({ ...others, findings: [...findings] });
  };
  const run = async (content: Buffer): Promise<void> => {
    count += 1;
    rmSync(evidence, { recursive: true, force: true });
    mkdirSync(evidence);
    writeFileSync(path.join(evidence, 'u_ex210303.log'), content);
    const whole = await resultOf(false, 1);
    assert((await resultOf(true, 1)) === whole, 'skipping lines makes no difference');
    if (count % 8 === 0) {
      const partBytes = 700 + (content.length % 3_000);
      assert((await resultOf(true, 2, partBytes)) === whole, 'two threads and parts of a file make no difference');
    }
    if (count % PROGRAM_EVERY === 1) runProgram();
  };
  const runProgram = (): void => {
    const outputs = ['-o', 'jsonl=-', '-o', `csv=${folder}/x.csv`, '-o', `text=${folder}/x.txt`, '--force', '-q'];
    const args = ['--max-old-space-size=256', path.join(root, 'dist/main.js'), 'scan', evidence, ...outputs];
    const { status, stdout, stderr, signal } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 28 });
    assert(status !== null && [0, 1, 3, 4].includes(status), `the program ends by itself (${status ?? signal}): ${stderr}`);
    const records = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { readonly record: string });
    assert(records.at(-1)?.record === 'summary', 'the last line is the summary');
  };
  return { name: 'scans', seeds, mutate: mutateBytes, run };
}
