import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeCorpus } from './corpus.ts';
import { compare, median, run, type Run } from './measure.ts';

/**
 * What packed evidence costs: a scan of .gz files and of a .zip, beside the same logs unpacked into nothing and scanned as they are. Needs gzip, zip and
 * unzip: `tsc -p bench && node build/bench/bench/archives.js --mebibytes 500`.
 */
const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '500' },
    runs: { type: 'string', default: '5' },
    jobs: { type: 'string', default: '1' },
    folder: { type: 'string', default: path.join(tmpdir(), 'exhunt-bench-archives') },
  },
});
const MIB = 1_048_576;
const SEED = 26_855;
const { folder } = values;
const plain = path.join(folder, 'plain');
const packed = path.join(folder, 'packed');
const zip = path.join(folder, 'logs.zip');

const { bytes, files } = makeCorpus(plain, (Number(values.mebibytes) * MIB) / 2, SEED);
rmSync(packed, { recursive: true, force: true });
rmSync(zip, { force: true });
mkdirSync(packed);
for (const file of files) execFileSync('sh', ['-c', 'gzip -c "$0" > "$1"', file, path.join(packed, `${path.basename(file)}.gz`)]);
execFileSync('zip', ['-q', '-r', zip, 'plain'], { cwd: folder });

const shell = (script: string, ...args: readonly string[]): Promise<Run> => run('sh', ['-c', script, ...args]);
const hunt = (what: string): Promise<Run> =>
  run(process.execPath, ['dist/main.js', 'scan', what, '--quiet', '--exit-zero', '--jobs', values.jobs, '-o', 'jsonl=-']);
const runs = await compare(
  [
    { name: 'scan', run: () => hunt(plain) },
    { name: 'zcat', run: () => shell('zcat "$0"/*.gz > /dev/null', packed) },
    { name: 'scan .gz', run: () => hunt(packed) },
    { name: 'unzip', run: () => shell('unzip -p "$0" > /dev/null', zip) },
    { name: 'scan .zip', run: () => hunt(zip) },
  ],
  Number(values.runs),
);

const idsOf = (name: string): string[] =>
  [...(runs.get(name)?.[0]?.output ?? '').matchAll(/"id":"([0-9a-f]{32})"/g)].map(([, id = '']) => id);
const figures = [...runs].map(([name, each]) => ({
  name,
  seconds: median(each.map(({ seconds }) => seconds)),
  cpuSeconds: median(each.map(({ cpuSeconds }) => cpuSeconds)),
  peakMegabytes: Math.max(...each.map(({ peakBytes }) => peakBytes)) / 1e6,
}));
const secondsOf = (name: string): number => figures.find((each) => each.name === name)?.seconds ?? Number.NaN;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
say(`${(bytes / 1e6).toFixed(0)} MB of logs, ${(statSync(zip).size / 1e6).toFixed(0)} MB as a zip, ${values.runs} runs in turn, medians`);
for (const { name, seconds, cpuSeconds, peakMegabytes } of figures)
  say(`${name.padEnd(10)} ${seconds.toFixed(2)} s  ${cpuSeconds.toFixed(2)} s of processor  ${peakMegabytes.toFixed(0)} MB`);
for (const [alone, together] of [
  ['zcat', 'scan .gz'],
  ['unzip', 'scan .zip'],
] as const) {
  const isSame = idsOf(together).toSorted().join() === idsOf('scan').toSorted().join();
  say(
    `${together}: ${(secondsOf(together) / (secondsOf(alone) + secondsOf('scan'))).toFixed(2)} times ${alone} and the scan, ${isSame ? 'the same' : 'OTHER'} findings`,
  );
}
