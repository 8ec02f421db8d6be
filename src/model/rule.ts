import type { Indicator } from './indicator.ts';
import type { LogSource } from './schema.ts';

/** Lowest first. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

/** How far an attack is when the rule matches, in the order of an attack. */
export const STAGES = ['recon', 'attempt', 'exploit', 'webshell', 'action', 'cleanup'] as const;
export type Stage = (typeof STAGES)[number];

/** A field's value in one spelling, beside the same text with case folded away. */
export interface Spelling {
  readonly view: string;
  readonly text: string;
  readonly folded: string;
}

/** Part of a text pattern: literal text or a wildcard. */
export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `*`: any run, empty too. */
  | { readonly kind: 'any' }
  /** `?`: exactly one character. */
  | { readonly kind: 'one' }
  /** Any of the characters that Windows takes for a flag's dash (`windash`). */
  | { readonly kind: 'dash' };

export type ComparisonOperator = 'lt' | 'lte' | 'gt' | 'gte';
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** How a value is compared with that of another field. */
export type ReferenceMode = 'equals' | 'contains' | 'startswith' | 'endswith';

/** Addresses and networks as numbers: IPv4 whole, of IPv6 the first 16 bits; and how many bits count. */
export interface AddressListing {
  readonly ipv4Networks: () => Iterable<readonly [network: number, bits: number]>;
  readonly ipv6Starts: () => Iterable<readonly [start: number, bits: number]>;
}

/** Values of an indicator list, and how they are looked up. */
export interface Listed {
  /** The same for tests that ask the same. */
  readonly key: string;
  /** What the list is called. */
  readonly list: string;
  /** For people: which values these are. */
  readonly what: string;
  /** Of values with dates, whether the record has to be of them. */
  readonly when: 'always' | 'within dates' | 'outside dates';
  readonly find: (spelling: Spelling) => readonly Indicator[];
  /** One of them stands in any value that is found, case folded; left out: nobody can say. */
  readonly literals?: readonly string[];
  /** Where the values are addresses. */
  readonly addresses?: AddressListing;
}

interface TextTest {
  /** Understood once when the rule is loaded; parses nothing. */
  readonly accepts: (spelling: Spelling) => boolean;
}

/** What a rule asks of one value. */
export type ValueTest =
  | ({ readonly kind: 'pattern'; readonly parts: readonly PatternPart[]; readonly isCased: boolean } & TextTest)
  | ({ readonly kind: 'regex'; readonly source: string; readonly flags: string } & TextTest)
  | ({ readonly kind: 'number'; readonly text: string } & TextTest)
  | ({ readonly kind: 'comparison'; readonly operator: ComparisonOperator; readonly text: string } & TextTest)
  | ({ readonly kind: 'network'; readonly cidr: string } & TextTest)
  | ({ readonly kind: 'time-part'; readonly part: TimePart; readonly value: number } & TextTest)
  | { readonly kind: 'listed'; readonly listed: Listed }
  | { readonly kind: 'null' }
  | { readonly kind: 'exists'; readonly isWanted: boolean }
  | {
      readonly kind: 'field-reference';
      readonly field: string;
      readonly mode: ReferenceMode;
      readonly accepts: (own: Spelling, other: Spelling) => boolean;
    };

/** A rule's condition with its search identifiers filled in. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  /** `isOfValue`: said of one field's value (`neq`), not by the condition. */
  | { readonly kind: 'not'; readonly part: Expression; readonly isOfValue: boolean }
  | { readonly kind: 'field'; readonly field: string; readonly test: ValueTest }
  /** A test on the whole log line or any single value. */
  | { readonly kind: 'keyword'; readonly test: ValueTest };

/** A log line that belongs to a rule's own tests. */
export interface RuleExample {
  /** Id of a log type. */
  readonly logType: string;
  /** Header as the log writes it; the log type's default columns when left out. */
  readonly fields?: string;
  readonly text: string;
  readonly isMatch: boolean;
}

/** What every rule says of itself, of whatever kind it is. */
export interface RuleHead {
  readonly id: string;
  /** What correlations may call it. */
  readonly name?: string;
  readonly title: string;
  readonly level: Level;
  readonly stage?: Stage;
  readonly status?: string;
  readonly description?: string;
  /** As the rule says it: several are parted by commas. */
  readonly author?: string;
  /** An SPDX identifier, by the specification. */
  readonly license?: string;
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  /** As SigmaHQ writes them: `attack.t1190`, `cve.2021-26855`. */
  readonly tags: readonly string[];
  /** Where it was read, for messages. */
  readonly file: string;
  /** From 1. */
  readonly lineNumber: number;
}

/** What is asked of the matches of a rule: one of which the condition is false is suppressed. */
export interface RuleFilter {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly condition: Expression;
  readonly file: string;
  /** From 1. */
  readonly lineNumber: number;
}

/** A detection rule, understood and ready to be bound to a header. */
export interface Rule extends RuleHead {
  readonly logSource: LogSource;
  /** Without its filters. */
  readonly condition: Expression;
  /** In the order in which they are asked; left out: none. */
  readonly filters?: readonly RuleFilter[];
  readonly examples: readonly RuleExample[];
}
