import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseJsonl, spawnCli } from '../integration/run-cli.ts';
import { randomOf, WeekWriter } from './week-writer.ts';

const MAIN = path.resolve('dist/main.js');
/** SIMULATED_WEEKS=50 for a long run, SIMULATED_SEED=7 for one week again. */
const WEEKS = Number(process.env['SIMULATED_WEEKS'] ?? 1);
const FIRST_SEED = Number(process.env['SIMULATED_SEED'] ?? 1);
const TICKS = Number(process.env['SIMULATED_TICKS'] ?? 14);

interface Told {
  readonly record: string;
  readonly id: string;
  readonly rule: { readonly id: string };
  readonly host?: { readonly name: string };
  readonly log: { readonly file: { readonly path: string } };
  readonly event: { readonly original?: string; readonly start?: string; readonly end?: string };
  readonly correlation?: { readonly group?: object };
}

interface Run {
  readonly wasKilled: boolean;
  readonly findings: readonly Told[];
}

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-week-'));
  mkdirSync(at('live'));
});
/** SIMULATED_KEEP=1 leaves all of it where it is, to be looked at. */
afterEach(() => (process.env['SIMULATED_KEEP'] === undefined ? rmSync(folder, { recursive: true, force: true }) : undefined));

/** Runs on the live logs, and keeps what they told. */
class Runs {
  readonly ended: Run[] = [];
  readonly #random: (below: number) => number;
  #count = 0;
  /** Of the last that came to its end. */
  #durationMs = 1_500;

  constructor(random: (below: number) => number) {
    this.#random = random;
  }

  /** @param whileRunning done at some moment of the run */
  async run(mayBeKilled: boolean, whileRunning: () => void = () => undefined): Promise<boolean> {
    this.#count += 1;
    const file = at(`run${this.#count}.jsonl`);
    const output = this.#random(2) === 0 ? `jsonl=${file}` : `jsonl+=${file}`;
    const jobs = ['--jobs', String(1 + this.#random(2))];
    const started = performance.now();
    const child = spawn(process.execPath, [MAIN, 'scan', at('live'), '--state', at('state'), '-q', '-o', output, ...jobs], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    await Promise.race([sleep(this.#random(this.#durationMs)), closed]);
    whileRunning();
    if (mayBeKilled) {
      await Promise.race([sleep(this.#random(this.#durationMs)), closed]);
      child.kill('SIGKILL');
    }
    const code = await closed;
    // 3: a file was moved away between being found and being read; 4: nothing is there yet.
    if (code !== null && ![0, 1, 3, 4].includes(code)) throw new Error(`run ${this.#count} ended with ${code}: ${said}`);
    if (code !== null) this.#durationMs = performance.now() - started;
    this.ended.push({ wasKilled: code === null, findings: findingsIn(file) });
    return code !== null;
  }

  /** Stays for a while. */
  async follow(meanwhile: () => Promise<void>): Promise<void> {
    const file = at('followed.jsonl');
    const child = spawn(process.execPath, [MAIN, 'scan', at('live'), '--state', at('state'), '-q', '--follow', '-o', `jsonl+=${file}`], {
      stdio: 'ignore',
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    await meanwhile();
    child.kill('SIGTERM');
    await closed;
    this.ended.push({ wasKilled: false, findings: findingsIn(file) });
  }
}

/** What reached the file whole: a report ends with its summary. */
function findingsIn(file: string): Told[] {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const end = text.lastIndexOf('\n{"schema":"exhunt/1","record":"summary"');
  return end === -1 ? [] : (parseJsonl(text.slice(0, end)).filter(({ record }) => record === 'finding') as unknown as Told[]);
}

/** Names of files change, and ids with them; lines do not. */
const lineOf = ({ rule, host, event }: Told): string => [rule.id, host?.name, event.original].join('\n');
const groupOf = ({ rule, correlation }: Told): string => `${rule.id}\n${JSON.stringify(correlation?.group)}`;
const spanOf = ({ event }: Told): [number, number] => [Date.parse(event.start ?? ''), Date.parse(event.end ?? '')];

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

/** Each once, whatever a run that was killed told before it. */
function union(runs: readonly Run[]): Told[] {
  const told = new Map<string, Told>();
  for (const { wasKilled, findings } of runs)
    for (const finding of findings) {
      if (!wasKilled && told.has(finding.id) && !killed(runs).has(finding.id)) throw new Error(`told twice: ${JSON.stringify(finding)}`);
      told.set(finding.id, finding);
    }
  const ended = countBy(
    runs.flatMap(({ wasKilled, findings }) => (wasKilled ? [] : findings)),
    lineOf,
  );
  const fromEnded = new Set(runs.flatMap(({ wasKilled, findings }) => (wasKilled ? [] : findings.map(({ id }) => id))));
  // A file that was renamed behind a run that was killed is told with its new name.
  return [...told.values()].filter((each) => fromEnded.has(each.id) || each.correlation !== undefined || !ended.has(lineOf(each)));
}

function killed(runs: readonly Run[]): Set<string> {
  return new Set(runs.flatMap(({ wasKilled, findings }) => (wasKilled ? findings.map(({ id }) => id) : [])));
}

const weeks = Array.from({ length: WEEKS }, (_, week) => FIRST_SEED + week);
test.each(weeks)('a simulated week is told as one scan tells it: seed %i', async (seed) => {
  const random = randomOf(seed);
  const writer = new WeekWriter({ live: at('live'), untouched: at('untouched'), random, ticks: TICKS });
  const runs = new Runs(random);
  for (let tick = 0; tick < TICKS; tick += 1) {
    writer.tick(tick);
    const how = random(4);
    if (how === 0) {
      await runs.run(true, () => writer.disturb());
      writer.disturb();
    } else if (how === 1) {
      await runs.run(false, () => {
        writer.tick(tick);
        writer.disturb();
      });
    } else {
      if (await runs.run(false)) writer.seen();
      writer.disturb();
    }
    if (tick === Math.floor(TICKS / 2) && process.env['SIMULATED_FOLLOW'] !== '0')
      await runs.follow(async () => {
        await sleep(3_000);
        writer.disturb();
        await sleep(3_000);
      });
  }
  await runs.run(false);
  await runs.run(false);
  expect(runs.ended.at(-1)?.findings).toEqual([]);

  const { stdout, code } = await spawnCli(['scan', at('untouched'), '-q', '-o', 'jsonl=-']);
  expect(code).toBe(1);
  const whole = parseJsonl(stdout).filter(({ record }) => record === 'finding') as unknown as Told[];
  const told = union(runs.ended);
  const isLine = ({ correlation }: Told): boolean => correlation === undefined;
  expect(Object.fromEntries(countBy(told.filter(isLine), lineOf))).toEqual(Object.fromEntries(countBy(whole.filter(isLine), lineOf)));
  const chains = whole.filter((each) => !isLine(each));
  const toldChains = told.filter((each) => !isLine(each));
  expect(chains.length).toBeGreaterThan(0);
  expect(Object.fromEntries(countBy(toldChains, groupOf))).toEqual(Object.fromEntries(countBy(chains, groupOf)));
  for (const chain of toldChains) {
    const [from, to] = spanOf(chain);
    expect(chains.filter((each) => groupOf(each) === groupOf(chain) && spanOf(each)[0] <= to && spanOf(each)[1] >= from)).toHaveLength(1);
  }
});
