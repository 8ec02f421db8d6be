import type { Changes } from './baseline.ts';
import type { Suppressed } from './suppression.ts';

/** What was read of one log type on one host: a finding that is absent outside of it proves nothing. */
export interface Coverage {
  readonly host?: { readonly name: string };
  readonly log: { readonly type: string };
  /** Sites of IIS, protocols of HttpProxy, as far as folders tell. */
  readonly parts?: readonly string[];
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
  readonly records: number;
  /** ISO 8601, UTC, of the first and last record in time. */
  readonly first?: string;
  readonly last?: string;
  /** Lines that no record could be made of. */
  readonly rejected: number;
  /** Files that could not be read to their end. */
  readonly unreadable: readonly string[];
  /** Rules that can never match here, because the log lacks fields they need. */
  readonly blind: readonly string[];
  /** Rules that were blind under some headers of this log and not under others. */
  readonly partlyBlind?: readonly string[];
  /** By time; left out: none. */
  readonly gaps?: readonly Gap[];
  readonly missingFiles?: readonly MissingFiles[];
  readonly anomalies?: readonly Anomaly[];
  /** How many gaps, missing files and anomalies are not listed. */
  readonly notListed?: number;
  /** Too many times to look for gaps in: no server wrote that. */
  readonly gapsUnknown?: true;
}

/** A silence in a log that should have had records then. */
export interface Gap {
  /** ISO 8601, UTC: whole tens of minutes without a record; `to` is behind the last. */
  readonly from: string;
  readonly to: string;
  /** So many records there should have been, at a careful guess. */
  readonly expected: number;
  /** The folder that is silent, where others of the log are not. */
  readonly folder?: string;
  /** Types of logs of the same host that have records in the meantime. */
  readonly busyMeanwhile: readonly string[];
  /** The id of the nearest finding of level high or above on the same host, at most a day away: the log may have been deleted. */
  readonly nearFinding?: string;
  /** Its rule and its time. */
  readonly nearRule?: string;
  readonly nearTime?: string;
}

/** Files that a rotation should have left; the names of the first and the last of those next to each other, as they would be. */
export interface MissingFiles {
  readonly from: string;
  readonly to: string;
  readonly files: number;
}

/** Something odd about the times of a log. */
export type Anomaly =
  /** Records of a file that are more than an hour before the record above them: how many, and the hours of the first two. */
  | { readonly kind: 'back-in-time'; readonly file: string; readonly from: string; readonly to: string; readonly times: number }
  /** A file none of whose records are of the time in its name. */
  | { readonly kind: 'other-date'; readonly file: string; readonly from: string; readonly to: string }
  /** A few records more than a month before or behind all others. */
  | { readonly kind: 'far-off'; readonly from: string; readonly to: string; readonly records: number };

export interface Summary {
  readonly findings: number;
  readonly byLevel: Readonly<Record<string, number>>;
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
  readonly rules: number;
  /** False when a part of the evidence could not be read. */
  readonly complete: boolean;
  readonly exitCode: number;
  /** From the start of the program. */
  readonly durationMs: number;
  /** Only when `--from` or `--to` was given: the span, ISO 8601, UTC, and the records in it. */
  readonly span?: { readonly from?: string; readonly to?: string; readonly records: number };
  /** Findings that count nowhere else; left out: there was nothing that could suppress any. */
  readonly suppressed?: Suppressed;
  /** Only when `--baseline` was given. */
  readonly baseline?: Changes;
}
