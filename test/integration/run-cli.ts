import { spawn, spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface CliOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program as a user would. */
export function runCli(args: readonly string[], options: SpawnSyncOptions = {}): CliOutcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    maxBuffer: 1 << 28,
    ...options,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

/** Runs it while this process does other things. */
export async function spawnCli(args: readonly string[]): Promise<CliOutcome> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** Starts it and closes its standard output after the first bytes, as `| head -1` does. */
export async function runCliIntoClosedPipe(args: readonly string[]): Promise<Omit<CliOutcome, 'stdout'>> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stderr };
}

export interface JsonlRecord {
  readonly record: string;
  readonly [key: string]: unknown;
}

export function parseJsonl(text: string): JsonlRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): JsonlRecord => JSON.parse(line));
}
