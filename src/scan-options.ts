import type { Baseline } from './baseline.ts';
import type { ArchiveOptions } from './discover/discover.ts';
import type { Memory } from './memory.ts';
import type { Changes, GoneFinding } from './model/baseline.ts';
import type { KnownFiles } from './model/known-files.ts';
import type { LinkedCorrelation } from './model/correlation-rule.ts';
import type { Coverage } from './model/coverage.ts';
import type { ShownDiagnostic } from './model/diagnostic.ts';
import type { Exposure } from './model/exposure.ts';
import type { AppliedFilter } from './model/filter-rule.ts';
import type { Finding } from './model/finding.ts';
import type { EvidenceInput } from './model/manifest.ts';
import type { Level, Rule } from './model/rule.ts';
import type { Story } from './model/story.ts';
import type { SuppressionSource } from './model/suppression.ts';
import type { AttackVerdict, HostVerdict } from './model/verdict.ts';
import type { IgnoreList } from './suppress/ignore-list.ts';

export interface ScanOptions {
  /** Folders, files and glob patterns; `-` is standard input. */
  readonly paths: readonly string[];
  readonly rules: readonly Rule[];
  /** Over these rules; those that others refer to stand before them. */
  readonly correlations?: readonly LinkedCorrelation[];
  /** Those that are on the rules, for the account of what they did. */
  readonly filters?: readonly AppliedFilter[];
  /** Findings that do not count. */
  readonly ignore?: IgnoreList;
  /** The report of before, that findings are compared with; of one scan only. */
  readonly baseline?: Baseline;
  /** The host of logs that do not tell it. */
  readonly host?: string;
  /** Only records of this time; milliseconds since 1970, both ends included. A record without a time is always in it. */
  readonly from?: number;
  readonly to?: number;
  /** Findings below are counted, not kept; left out: all are kept. */
  readonly minLevel?: Level;
  /** Whether lines that no rule can match are counted without being read; the result is the same. Left out: yes. */
  readonly hasPrefilter?: boolean;
  /** Threads; left out: one. */
  readonly jobs?: number;
  /** Where a file may be made for findings and matches that memory has no room for; left out: all stay in memory. */
  readonly spillFolder?: string;
  /** How archives are opened; left out: as usual. */
  readonly archives?: Omit<ArchiveOptions, 'spillFolder'>;
  /** Whether files below web roots are looked at, and not only logs; left out: yes. */
  readonly hasWebFiles?: boolean;
  /** Known good files below web roots. */
  readonly knownFiles?: KnownFiles;
  /** Folders with `builds.csv` and `fixes.csv`, whose rows come before the bundled ones. */
  readonly builds?: readonly string[];
  /** Whether all that lies in the evidence is listed, with its SHA-256: then a file is read by one thread. */
  readonly listsInputs?: boolean;
  /** What earlier runs read and told; left out: there were none. */
  readonly memory?: Memory;
  /** Ends the reading: what was read by then is reported, and the rest told as unread. */
  readonly stop?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Other figures than the usual, for tests. */
export interface Workings {
  /** Larger files are read in parts of about this size, and as many workers are worth it. */
  readonly partBytes?: number;
  /** After so many milliseconds the other threads join. */
  readonly lateMs?: number;
  /** The program of a worker. */
  readonly program?: URL;
}

export interface Progress {
  readonly filesRead: number;
  readonly files: number;
  readonly bytes: number;
  /** Left out: nobody knows how much comes through standard input. */
  readonly bytesTotal?: number;
  /** So far, also below `minLevel`. */
  readonly findings: number;
}

export interface ScanResult {
  /** By time, path, line and rule; can be gone through several times. Those with a `suppression` are among them and count in nothing else. */
  readonly findings: Iterable<Finding>;
  /** Of all findings that are not suppressed, also of those not kept. */
  readonly byLevel: Readonly<Record<Level, number>>;
  /** Of those that are. */
  readonly suppressed: Readonly<Record<Level, number>>;
  /** Filters and entries of ignore files, and what each did. */
  readonly suppressions: readonly SuppressionSource[];
  /** Against the report of before; left out: none was named. */
  readonly changes?: Changes;
  /** How far an attack is by what no earlier run told; left out: nothing is known of any. */
  readonly news?: AttackVerdict;
  /** The first of what is gone since. */
  readonly gone: readonly GoneFinding[];
  /** By time. */
  readonly stories: readonly Story[];
  /** By host. */
  readonly verdicts: readonly HostVerdict[];
  readonly coverages: readonly Coverage[];
  /** What hosts were open to, by the builds of Exchange that their logs name. */
  readonly exposures: readonly Exposure[];
  readonly diagnostics: readonly ShownDiagnostic[];
  /** By path; empty unless asked for. */
  readonly inputs: readonly EvidenceInput[];
  /** Log files found. */
  readonly files: number;
  /** Records between `from` and `to`. */
  readonly recordsInSpan: number;
  /** False when a part of the evidence could not be read. */
  readonly isComplete: boolean;
}
