#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runArguments } from './cli/command-line.ts';
import { EXIT } from './cli/exit-code.ts';
import { OutputError } from './cli/output-error.ts';
import { StandardStreams } from './cli/standard-streams.ts';
import { UsageError } from './cli/usage-error.ts';
import { escapeForTerminal } from './report/escape.ts';

// V8 would let a heap grow to a multiple of what lives in it: findings of long lines are large, and soon gone. Measured: a third less, and no slower.
setFlagsFromString('--heap-growing-percent=50');
// The V8 of Node 20 optimises functions that a scan soon needs no more, beside the threads that read. Measured: 2 GB with two threads take 2.2 s instead of 2.6.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=300000');
// And it would give this thread 32 MB for what does not live long, where a flood of findings makes much of it. Measured: 30 MB less, and no slower.
const keepYoungSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');
keepYoungSmall();
// The start of a thread takes it back.
process.on('worker', (worker) => worker.on('online', keepYoungSmall));

const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
const streams = new StandardStreams(process.stdout, process.stderr);

// Node would end with 1, which says that something was found.
process.on('uncaughtException', (error) => process.exit(tellFailure(error)));

try {
  process.exitCode = await runArguments(process.argv.slice(2), { version, streams });
  await streams.flush();
} catch (error) {
  process.exitCode = tellFailure(error);
}

/** @returns the exit code */
function tellFailure(error: unknown): number {
  const tell = (message: string): void => streams.note(`exhunt: ${message.split('\n').map(escapeForTerminal).join('\n')}\n`);
  if (error instanceof UsageError) {
    tell(`${error.message}\nexhunt --help tells how it is used.`);
    return EXIT.usage;
  }
  if (error instanceof OutputError) tell(error.message);
  else tell(`this should not happen; please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.failed;
}
