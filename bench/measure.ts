import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** What a process took. */
export interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly output: string;
}

const POLL_MS = 5;
const PAGE_BYTES = 1_024;
const TICKS_PER_SECOND = 100;

/** Runs a program to its end. Processor time and memory are read from /proc while it runs: exact to some milliseconds. */
export async function run(command: string, args: readonly string[], cwd?: string): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd !== undefined && { cwd }) });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  let [cpuSeconds, peakBytes] = [0, 0];
  const poll = setInterval(() => {
    const now = usage(child.pid ?? 0);
    cpuSeconds = Math.max(cpuSeconds, now?.cpuSeconds ?? 0);
    peakBytes = Math.max(peakBytes, now?.peakBytes ?? 0);
  }, POLL_MS);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(poll);
  const seconds = (performance.now() - started) / 1_000;
  if (code !== 0 && code !== 1) throw new Error(`${command} ${args.join(' ').slice(0, 200)} ended with ${code}: ${errors}`);
  return { seconds, cpuSeconds, peakBytes, output };
}

function usage(pid: number): Pick<Run, 'cpuSeconds' | 'peakBytes'> | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const [, peak = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, peakBytes: Number(peak) * PAGE_BYTES };
  } catch {
    // It has ended, or the system has no /proc.
    return undefined;
  }
}

export interface Contestant {
  readonly name: string;
  readonly run: () => Promise<Run>;
}

/**
 * Runs everybody in turn, round after round, so that a slow minute of the machine meets all of them.
 *
 * @param files that are read before each run: some machines drop what nobody has read for a while, and then it is the disk that is measured
 */
export async function compare(
  contestants: readonly Contestant[],
  rounds: number,
  files: readonly string[] = [],
): Promise<Map<string, Run[]>> {
  const runs = new Map(contestants.map(({ name }) => [name, [] as Run[]] as const));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run: start } of contestants) {
      for (const file of files) readWhole(file);
      runs.get(name)?.push(await start());
    }
  }
  return runs;
}

function readWhole(file: string): void {
  const descriptor = openSync(file, 'r');
  while (readSync(descriptor, block) > 0);
  closeSync(descriptor);
}

const block = Buffer.alloc(1_048_576);

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
}
