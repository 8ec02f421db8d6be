#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runArguments } from './cli/arguments.ts';
import { EXIT } from './cli/exit-code.ts';
import { UsageError } from './cli/usage-error.ts';
import { escapeForTerminal } from './report/escape.ts';

const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';

// A reader that has seen enough closes the pipe (`| head`): the run ends as if all had been read.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  process.exitCode = await runArguments(process.argv.slice(2), version);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  const message = error.message.split('\n').map(escapeForTerminal).join('\n');
  process.stderr.write(`exhunt: ${message}\nexhunt --help tells how it is used.\n`);
  process.exitCode = EXIT.usage;
}
