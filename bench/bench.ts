import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadRuleSet } from '../src/rule-set.ts';
import { barChart } from './chart.ts';
import { makeCorpus, type Corpus } from './corpus.ts';
import { foreignRules, hostileLog } from './extremes.ts';
import { compare, median, run, type Run } from './measure.ts';
import { planOf, rareLiterals } from './pack.ts';

const MIB = 1_048_576;
const NODE = process.execPath;
const SEED = 26_855;
const KERNEL_ALONE = 'build/bench/bench/kernel-alone.js';

const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '1024' },
    runs: { type: 'string', default: '5' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    folder: { type: 'string', default: path.join(tmpdir(), 'exhunt-bench') },
    results: { type: 'string', default: 'bench/results' },
    'no-readline': { type: 'boolean', default: false },
  },
});
const rounds = Number(values.runs);
const { jobs, folder } = values;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function hunt(paths: readonly string[], ...others: readonly string[]): Promise<Run> {
  return run(NODE, ['dist/main.js', 'scan', ...paths, '--quiet', '--exit-zero', '-o', 'jsonl=-', ...others]);
}

/** What the last record of an output says, and how many lines hold findings of level high and above. */
function outcomeOf({ output }: Run): { readonly lines: number; readonly findings: number; readonly places: number } {
  const records = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const places = new Set<string>();
  for (const { rule, log } of records as { rule?: { level: string }; log?: { file?: { path: string }; line?: number } }[]) {
    if (rule !== undefined && /high|critical/.test(rule.level)) places.add(`${log?.file?.path ?? ''}:${log?.line ?? 0}`);
  }
  const summary = records.at(-1) as { lines?: number; findings?: number; summary?: { lines: number; findings: number } };
  return {
    lines: summary.summary?.lines ?? summary.lines ?? 0,
    findings: summary.summary?.findings ?? summary.findings ?? 0,
    places: places.size,
  };
}

interface Figure {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly gigabytesPerSecond: number;
  readonly all: readonly number[];
}

function figure(runs: readonly Run[], bytes: number): Figure {
  const seconds = median(runs.map((each) => each.seconds));
  return {
    seconds: round(seconds),
    cpuSeconds: round(median(runs.map((each) => each.cpuSeconds))),
    peakMegabytes: Math.round(median(runs.map((each) => each.peakBytes)) / 1e6),
    gigabytesPerSecond: round(bytes / seconds / 1e9),
    all: runs.map((each) => round(each.seconds)),
  };
}

function round(number: number): number {
  return Number(number.toPrecision(3));
}

function has(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function endToEnd(corpus: Corpus, literalsFile: string): Promise<Record<string, Figure>> {
  const contestants = [{ name: 'exhunt', run: () => hunt(corpus.files, '--jobs', jobs) }];
  contestants.push({ name: 'exhunt --jobs 1', run: () => hunt(corpus.files, '--jobs', '1') });
  if (has('rg'))
    contestants.push({ name: 'ripgrep', run: () => run('rg', [`-j${jobs}`, '-i', '-F', '-c', '-f', literalsFile, ...corpus.files]) });
  else say('ripgrep is not here and is left out');
  if (!values['no-readline'])
    contestants.push({
      name: 'node:readline',
      run: () => run(NODE, ['build/bench/bench/readline-loop.js', literalsFile, ...corpus.files]),
    });
  const runs = await compare(contestants, rounds, corpus.files);
  const [first] = runs.get('exhunt') ?? [];
  const outcome = first && outcomeOf(first);
  if (outcome?.places !== corpus.planted || outcome.lines !== corpus.lines)
    throw new Error(`found ${outcome?.places} of ${corpus.planted} traces in ${outcome?.lines} of ${corpus.lines} lines`);
  say(`all ${corpus.planted} planted traces are found, all ${corpus.lines} lines are read`);
  return Object.fromEntries([...runs].map(([name, each]) => [name, figure(each, corpus.bytes)]));
}

/** The search for the literals alone, on one thread, without reading: GB/s, the median. */
async function kernelAlone(corpus: Corpus, literalsFile: string): Promise<Record<string, number>> {
  const iis = corpus.files.filter((file) => file.includes('iis-'));
  const proxy = corpus.files.filter((file) => file.includes('httpproxy-'));
  const inProcess =
    (command: string, ...args: readonly string[]) =>
    async (): Promise<Run> => {
      const ran = await run(command, args);
      const { seconds, bytes } = JSON.parse(ran.output) as { seconds: number; bytes: number };
      return { ...ran, seconds: seconds / bytes };
    };
  const contestants = [
    { name: 'kernel, IIS', run: inProcess(NODE, KERNEL_ALONE, 'literals', 'iis-w3c', ...iis) },
    { name: 'kernel, HttpProxy', run: inProcess(NODE, KERNEL_ALONE, 'literals', 'httpproxy', ...proxy) },
    { name: 'whole plan, IIS', run: inProcess(NODE, KERNEL_ALONE, 'plan', 'iis-w3c', ...iis) },
    { name: 'whole plan, HttpProxy', run: inProcess(NODE, KERNEL_ALONE, 'plan', 'httpproxy', ...proxy) },
  ];
  const perByte = async (files: readonly string[]): Promise<Run> => {
    const ran = await run('rg', ['-j1', '-i', '-F', '-c', '-f', literalsFile, ...files]);
    return { ...ran, seconds: ran.seconds / files.reduce((sum, file) => sum + statSync(file).size, 0) };
  };
  if (has('rg')) {
    contestants.push({ name: 'ripgrep, IIS', run: () => perByte(iis) }, { name: 'ripgrep, HttpProxy', run: () => perByte(proxy) });
  }
  const hyperscan = path.join(folder, 'hyperscan');
  if (compileHyperscan(hyperscan)) {
    contestants.push({ name: 'Hyperscan, IIS', run: inProcess(hyperscan, literalsFile, ...iis.slice(0, 1)) });
    contestants.push({ name: 'Hyperscan, HttpProxy', run: inProcess(hyperscan, literalsFile, ...proxy.slice(0, 1)) });
  }
  const runs = await compare(contestants, rounds, corpus.files);
  return Object.fromEntries([...runs].map(([name, each]) => [name, round(1 / median(each.map(({ seconds }) => seconds)) / 1e9)]));
}

function compileHyperscan(program: string): boolean {
  try {
    execFileSync('cc', ['-O2', 'bench/hyperscan.c', '-I/usr/include/hs', '-lhs', '-o', program], { stdio: 'ignore' });
    return true;
  } catch {
    say('Hyperscan is not here and is left out');
    return false;
  }
}

/** Milliseconds from the start of the process to the first block of a log. */
async function startUp(corpus: Corpus): Promise<{ readonly exhunt: number; readonly node: number }> {
  const note = path.join(folder, 'first-byte');
  const [exhunt, node]: [number[], number[]] = [[], []];
  for (let count = 0; count < rounds; count += 1) {
    rmSync(note, { force: true });
    const started = performance.timeOrigin + performance.now();
    process.env['FIRST_BYTE_FILE'] = note;
    await run(NODE, [
      '--import',
      './bench/first-byte.mjs',
      'dist/main.js',
      'scan',
      corpus.files[0] ?? '',
      '--jobs',
      '1',
      '-q',
      '--exit-zero',
    ]);
    exhunt.push(Number(readFileSync(note, 'utf8')) - started);
    node.push((await run(NODE, ['-e', '0'])).seconds * 1_000);
  }
  return { exhunt: Math.round(median(exhunt)), node: Math.round(median(node)) };
}

/** The same files ten times over: links, for a disk may not have the room. */
function tenfold({ files }: Corpus): string {
  const many = path.join(folder, 'tenfold');
  rmSync(many, { recursive: true, force: true });
  mkdirSync(many);
  for (let copy = 0; copy < 10; copy += 1) for (const file of files) linkSync(file, path.join(many, `${copy}-${path.basename(file)}`));
  return many;
}

const { rules } = await loadRuleSet({ folders: ['rules'], hasDefaultRules: false });
say(`making the corpus in ${folder}: ${values.mebibytes} MiB of each log`);
const corpus = makeCorpus(path.join(folder, 'corpus'), Number(values.mebibytes) * MIB, SEED);
const literalsFile = path.join(folder, 'literals.txt');
const literals = [
  ...new Set(
    (['iis-w3c', 'httpproxy'] as const).flatMap((logType, kind) => rareLiterals(planOf(corpus.files[kind * 8] ?? '', logType, rules))),
  ),
].toSorted();
writeFileSync(literalsFile, `${literals.join('\n')}\n`);
const foreign = path.join(folder, 'foreign');
mkdirSync(foreign, { recursive: true });
writeFileSync(path.join(foreign, 'foreign.yml'), foreignRules(2_000));
const hostile = path.join(folder, 'hostile.log');
const hostileBytes = hostileLog(hostile, Math.min(256, Number(values.mebibytes)) * MIB);

const total = await endToEnd(corpus, literalsFile);
const kernel = await kernelAlone(corpus, literalsFile);
const start = await startUp(corpus);
const many = tenfold(corpus);
const others = await compare(
  [
    { name: 'bundled rules', run: () => hunt(corpus.files, '--jobs', jobs) },
    { name: 'with 2,000 more literals', run: () => hunt(corpus.files, '--jobs', jobs, '--rules', foreign) },
    { name: 'every line a candidate', run: () => hunt([hostile], '--jobs', '1') },
    { name: 'ten times the corpus', run: () => hunt([many], '--jobs', jobs) },
  ],
  Math.min(rounds, 3),
  corpus.files,
);
// Of these the numbers count, not the bytes: matches through the store and one correlation of each type.
const matches = String(Math.round(10_000_000 * Math.min(1, Number(values.mebibytes) / 1_024)));
const correlated = await run(NODE, ['build/bench/bench/correlations.js', matches, '30', '1']);
const correlatedSevenfold = await run(NODE, ['build/bench/bench/correlations.js', matches]);
const bytesOf: Readonly<Record<string, number>> = { 'every line a candidate': hostileBytes, 'ten times the corpus': corpus.bytes * 10 };
const extremes = Object.fromEntries([...others].map(([name, each]) => [name, figure(each, bytesOf[name] ?? corpus.bytes)]));

const of = (name: string): number => total[name]?.seconds ?? Number.NaN;
const results = {
  date: new Date().toISOString().slice(0, 10),
  machine: {
    cpu: cpus()[0]?.model.trim(),
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 1e9),
    node: process.version,
  },
  corpus: { bytes: corpus.bytes, lines: corpus.lines, files: corpus.files.length, planted: corpus.planted, seed: SEED },
  jobs: Number(jobs),
  rounds,
  literals,
  endToEnd: total,
  linesPerSecond: Math.round(corpus.lines / of('exhunt')),
  kernelGigabytesPerSecond: kernel,
  startUpMilliseconds: start,
  extremes,
  correlations: [correlated, correlatedSevenfold].map(({ output }) => JSON.parse(output) as unknown),
  ratios: {
    'exhunt against ripgrep': round(of('ripgrep') / of('exhunt')),
    'exhunt against node:readline': round(of('node:readline') / of('exhunt')),
    ...Object.fromEntries(
      ['kernel', 'whole plan'].flatMap((what) =>
        ['ripgrep', 'Hyperscan'].flatMap((other) =>
          ['IIS', 'HttpProxy'].map((log) => [
            `${what} against ${other}, ${log}`,
            round((kernel[`${what}, ${log}`] ?? Number.NaN) / (kernel[`${other}, ${log}`] ?? Number.NaN)),
          ]),
        ),
      ),
    ),
    'time with 2,000 more literals': round(
      (extremes['with 2,000 more literals']?.seconds ?? 0) / (extremes['bundled rules']?.seconds ?? 1),
    ),
    'time for ten times the corpus': round((extremes['ten times the corpus']?.seconds ?? 0) / (extremes['bundled rules']?.seconds ?? 1)),
  },
};
const name = `${results.date}-${(results.machine.cpu ?? 'cpu').replaceAll(/[^\w]+/g, '-').toLowerCase()}`;
mkdirSync(values.results, { recursive: true });
writeFileSync(path.join(values.results, `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
const bars = Object.entries(total).map(([contestant, { gigabytesPerSecond }]) => ({ name: contestant, speed: gigabytesPerSecond }));
const title = `${(corpus.bytes / 1e9).toFixed(1)} GB of IIS and HttpProxy logs, ${jobs} threads`;
writeFileSync(path.join(values.results, `${name}.svg`), barChart(title, bars));
say(JSON.stringify(results, undefined, 2));
rmSync(path.join(folder, 'tenfold'), { recursive: true });
