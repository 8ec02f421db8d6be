/** What was read of one log type on one host: a finding that is absent outside of it proves nothing. */
export interface Coverage {
  readonly host?: { readonly name: string };
  readonly log: { readonly type: string };
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
}

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
}
