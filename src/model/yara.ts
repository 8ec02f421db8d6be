/** A file of YARA rules, as it was read. */
export interface YaraSource {
  /** What messages and rules call it. */
  readonly file: string;
  readonly text: string;
}

/** A YARA rule that matched, and where. */
export interface YaraMatch {
  readonly file: string;
  readonly rule: string;
  readonly patterns: readonly MatchedPattern[];
}

/** The first place where a pattern matched. */
export interface MatchedPattern {
  readonly name: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** What stands there, the first of it; other than printable ASCII as `\x00`. */
  readonly excerpt: string;
}

/** How far contents are looked at by YARA rules; each is told when it is reached. */
export const YARA_LIMITS = {
  /** Of a file; what lies behind is hashed only. */
  bytes: 16_777_216,
  /** For one file and all rules. Measured: 0.05 s for 16 MB with the bundled rules. */
  seconds: 10,
  /** So often a file of rules may take too long by itself; then it is left out. */
  strikes: 3,
  /** Patterns of a rule that are told. */
  patterns: 5,
  /** Of what a pattern matched. */
  excerptBytes: 80,
} as const;
