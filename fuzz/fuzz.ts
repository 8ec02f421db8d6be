import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Random } from '../tools/samples/random.ts';
import { inputOf } from './target.ts';
import { makeTarget, TARGETS } from './targets.ts';
import type { FuzzWord, WorkerTask } from './worker.ts';

/** Longer than any input needs; a thread that is kept longer hangs. */
const HANG_MS = 60_000;
const MEMORY_MB = 768;
const TELL_MS = 30_000;
/** Of the same kind of failure, so many inputs are kept. */
const KEPT_OF_A_KIND = 2;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string', default: '26855' },
    corpus: { type: 'string', default: 'test/fuzz-corpus' },
  },
});
const root = process.cwd();
const names = values.target ?? [...TARGETS];
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const kinds = new Map<string, number>();
let inputs = 0;
let underWay = 0;
let failures = 0;

// Compiled sources look for what the build made beside them.
for (const folder of ['dist', 'rules']) {
  const link = path.join('build/fuzz', folder);
  if (!existsSync(link)) symlinkSync(path.resolve(folder), link, 'junction');
}

function keep(target: string, reason: string, input: Uint8Array): void {
  failures += 1;
  const kind = `${target} ${reason.split('\n')[0]?.replaceAll(/\d+/g, 'N').slice(0, 120) ?? ''}`;
  const before = kinds.get(kind) ?? 0;
  kinds.set(kind, before + 1);
  if (before >= KEPT_OF_A_KIND) return;
  const folder = path.join(values.corpus, target);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, createHash('sha256').update(input).digest('hex').slice(0, 16));
  writeFileSync(file, input);
  say(`FOUND ${file} (${input.length} bytes)\n${reason.split('\n').slice(0, 6).join('\n')}`);
}

/** One thread's time at a target. @returns the number of the input to go on with; `undefined` when the time is over */
function work(name: string, seed: number, from: number, until: number): Promise<number | undefined> {
  const at = new Int32Array(new SharedArrayBuffer(4));
  at[0] = from;
  const task: WorkerTask = { target: name, root, seed, from, until, at };
  const worker = new Worker(new URL('worker.js', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  return new Promise((resolve) => {
    let [seen, since] = [-1, Date.now()];
    const end = async (next: number | undefined, reason?: string): Promise<void> => {
      clearInterval(watch);
      worker.removeAllListeners();
      // It may be of no mind to end.
      worker.on('error', () => undefined);
      await worker.terminate();
      const number = Atomics.load(at, 0);
      inputs += number - from + 1;
      underWay = 0;
      if (reason !== undefined) keep(name, reason, inputOf(await makeTarget(name, root), new Random(seed + number)));
      resolve(next);
    };
    const watch = setInterval(() => {
      const number = Atomics.load(at, 0);
      underWay = number - from + 1;
      if (number !== seen) [seen, since] = [number, Date.now()];
      else if (Date.now() - since > HANG_MS) void end(number + 1, `took longer than ${HANG_MS} ms`);
    }, 250);
    worker.on('message', (word: FuzzWord) => {
      if (word.kind === 'done') void end(undefined);
      else keep(name, word.reason, word.input);
    });
    worker.on(
      'error',
      (error) => void end(Atomics.load(at, 0) + 1, error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  });
}

const started = Date.now();
const sliceMs = (Number(values.minutes) * 60_000) / names.length;
const telling = setInterval(
  () => say(`${Math.round((Date.now() - started) / 1_000)} s: ${inputs + underWay} inputs, ${failures} failures`),
  TELL_MS,
);
for (const name of names) {
  const [before, until] = [inputs, Date.now() + sliceMs];
  for (let next: number | undefined = 0; next !== undefined && Date.now() < until;)
    next = await work(name, Number(values.seed), next, until);
  say(`${name}: ${inputs - before} inputs in ${Math.round(sliceMs / 1_000)} s`);
}
clearInterval(telling);
say(`${inputs} inputs, ${failures} failures of ${kinds.size} kinds, seed ${values.seed}`);
for (const [kind, count] of kinds) say(`  ${count} × ${kind}`);
process.exitCode = failures > 0 ? 1 : 0;
