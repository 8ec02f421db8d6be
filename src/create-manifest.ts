import { commonFolder, rootsOf } from './discover/roots.ts';
import type { HashedFile, Manifest } from './model/manifest.ts';
import { hashFile } from './read/hash-file.ts';
import type { RuleSet } from './rule-set.ts';
import type { ScanResult } from './scan-options.ts';

export interface ManifestFacts {
  /** Of the program. */
  readonly version: string;
  readonly ruleSet: RuleSet;
  /** Indicator lists, and lists of known files. */
  readonly indicators: readonly string[];
  /** Ignore files. */
  readonly ignore?: readonly string[];
  readonly baseline?: string | undefined;
  /** What the user named. */
  readonly paths: readonly string[];
  /** Of the command line. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly exitCode: number;
}

/** Says of a scan that is done what it read, with what and when. */
export async function createManifest({ inputs, isComplete }: ScanResult, facts: ManifestFacts): Promise<Manifest> {
  const { version, ruleSet, indicators, ignore = [], baseline, paths, options, exitCode } = facts;
  const folder = commonFolder(rootsOf(paths));
  return {
    version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    rules: {
      count: ruleSet.rules.length + ruleSet.correlations.length,
      sha256: ruleSet.sha256,
      indicators: await Promise.all(indicators.map(hashOf)),
      ...(ignore.length > 0 && { ignore: await Promise.all(ignore.map(hashOf)) }),
      ...(baseline !== undefined && { baseline: await hashOf(baseline) }),
    },
    started: new Date(performance.timeOrigin).toISOString(),
    finished: new Date().toISOString(),
    options: Object.fromEntries(Object.entries(options).filter(([name]) => isOption(name))),
    ...(folder !== undefined && { folder }),
    complete: isComplete,
    exitCode,
    inputs,
  };
}

async function hashOf(path: string): Promise<HashedFile> {
  const hashed = await hashFile(path);
  return { path, ...('sha256' in hashed && { sha256: hashed.sha256 }) };
}

/** yargs has options in two spellings, and by single letters; what is secret stays so. */
function isOption(name: string): boolean {
  return /^[A-Za-z]{2,}$/.test(name) && !/password|secret|key/i.test(name);
}
