import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { UsageError } from './usage-error.ts';

export const CONFIG_NAME = 'exhunt.yaml';

/** A command that config files may speak to. */
export interface ConfiguredCommand {
  readonly name: 'scan' | 'merge' | 'convert' | 'config';
  /** What is looked through. */
  readonly paths: readonly string[];
  /** What `--config` says; `false`: `--no-config`. */
  readonly config: unknown;
}

/** A config file that is there. `working`: found where exhunt was started, which may be anywhere. */
export interface ConfigPlace {
  readonly kind: 'given' | 'working' | 'user';
  readonly file: string;
}

/**
 * The config files that count, those that go before others first. No more is done than to look whether they are there: most have none.
 *
 * @throws {UsageError} the one that was asked for is not there
 */
export function configPlaces(given: unknown): ConfigPlace[] {
  if (given === false) return [];
  if (typeof given === 'string') {
    if (!existsSync(given) || statSync(given).isDirectory()) throw new UsageError(`--config: there is no file ${given}`);
    return [{ kind: 'given', file: given }];
  }
  const places: ConfigPlace[] = [
    { kind: 'working', file: CONFIG_NAME },
    { kind: 'user', file: path.join(userFolder(), CONFIG_NAME) },
  ];
  return places.filter(({ file }) => existsSync(file));
}

/** Where the settings of a user lie: the XDG Base Directory Specification wants an absolute path. */
function userFolder(): string {
  const { XDG_CONFIG_HOME = '', APPDATA = '' } = process.env;
  if (process.platform === 'win32' && APPDATA !== '') return path.join(APPDATA, 'exhunt');
  return path.join(path.isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : path.join(homedir(), '.config'), 'exhunt');
}
