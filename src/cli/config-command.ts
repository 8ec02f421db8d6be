import { escapeForTerminal } from '../report/escape.ts';
import { pad, widthOf } from '../report/width.ts';
import { EXIT } from './exit-code.ts';
import { shownTarget } from '../notify/written-target.ts';
import type { CommandFacts } from './option-facts.ts';
import { givenNames, type Settings } from './settings.ts';
import type { StandardStreams } from './standard-streams.ts';

interface Shown {
  readonly words: readonly string[];
  /** Left out: there is no config file. */
  readonly settings: Settings | undefined;
  readonly facts: CommandFacts;
  readonly streams: StandardStreams;
}

/**
 * Shows the settings that hold, each with where it comes from.
 *
 * @returns the exit code
 */
export async function runConfigShow(
  argv: Readonly<Record<string, unknown>>,
  { words, settings, facts: { options }, streams }: Shown,
): Promise<number> {
  const given = givenNames(words, options);
  const rows = options
    .filter(({ name }) => name !== 'config')
    .map(({ name }) => {
      const source = settings?.sourceOf(name) ?? (given.has(name) ? 'command line' : 'default');
      return [name, sayWithoutSecrets(name, argv[name]), source].map(escapeForTerminal);
    });
  const files = settings?.files ?? [];
  const read = files.length === 0 ? 'No config file was read' : `Config files, the first before the others: ${files.join(', ')}`;
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  await streams.write(`${escapeForTerminal(read)}\n\n`);
  for (const row of rows)
    await streams.write(
      `${row
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  await streams.flush();
  return EXIT.clean;
}

function sayWithoutSecrets(name: string, value: unknown): string {
  if (name === 'zip-password' && value !== undefined) return '(given)';
  return sayValue(name === 'notify' && Array.isArray(value) ? value.map((each) => shownTarget(String(each))) : value);
}

function sayValue(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '-';
  return Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : JSON.stringify(value);
}
