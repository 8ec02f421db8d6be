import type { Indicator } from '../model/indicator.ts';
import type { Spelling } from '../model/rule.ts';
import { normaliseUserAgent } from '../model/user-agent.ts';
import { fold } from '../sigma/fold.ts';

/** Values by their texts with case folded away, and what of a field's value is looked up. */
export interface ValueMap {
  readonly find: (spelling: Spelling) => readonly Indicator[];
  /** One of them stands in any value that is found. */
  readonly texts: readonly string[];
}

const NONE: readonly Indicator[] = [];

/** User agents in the spelling of the list, and in that which all logs agree on. */
export function mapUserAgents(indicators: readonly Indicator[]): ValueMap {
  return mapOf(
    indicators,
    ({ value }) => [value, normaliseUserAgent(value)],
    ({ folded }) => [folded],
  );
}

/** Paths of URLs, encoded as in the list and decoded; what follows the name of a script is for the script: `/x.aspx/a`. */
export function mapPaths(indicators: readonly Indicator[]): ValueMap {
  return mapOf(
    indicators,
    ({ value }) => [value, decoded(value)],
    ({ folded }) => scriptsIn(folded),
  );
}

/** Names of files: the last part of a path. */
export function mapFileNames(indicators: readonly Indicator[]): ValueMap {
  return mapOf(
    indicators,
    ({ value }) => [value],
    ({ folded }) => scriptsIn(folded).map((path) => path.slice(path.lastIndexOf('/') + 1)),
  );
}

/** Hashes of whole files. */
export function mapHashes(indicators: readonly Indicator[]): ValueMap {
  return mapOf(
    indicators,
    ({ value }) => [value],
    ({ folded }) => [folded],
  );
}

function mapOf(
  indicators: readonly Indicator[],
  spell: (indicator: Indicator) => readonly string[],
  asked: (spelling: Spelling) => readonly string[],
): ValueMap {
  const map = new Map<string, Indicator>();
  for (const indicator of indicators) {
    for (const text of spell(indicator)) {
      const key = fold(text);
      if (!map.has(key)) map.set(key, indicator);
    }
  }
  const find = (spelling: Spelling): readonly Indicator[] => {
    for (const text of asked(spelling)) {
      const indicator = map.get(text);
      if (indicator !== undefined) return [indicator];
    }
    return NONE;
  };
  return { find, texts: [...map.keys()] };
}

const SCRIPT = /\.(?:as[hmp]x?|aspx|svc|soap|php|jspx?)\//g;

/** The path, and as far as each script in it. */
function scriptsIn(path: string): string[] {
  if (!path.includes('.')) return [path];
  return [path, ...[...path.matchAll(SCRIPT)].map(({ index, 0: { length } }) => path.slice(0, index + length - 1))];
}

function decoded(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    // It is not UTF-8.
    return value;
  }
}
