import type { BaselineState } from './baseline.ts';
import type { CorrelationType } from './correlation-rule.ts';
import type { MatchedIndicator } from './indicator.ts';
import type { Level, RuleHead, Stage } from './rule.ts';
import type { Suppression } from './suppression.ts';

/** Why a rule matched: the field, its value, and the spelling the value was read in. */
export interface Matched {
  readonly field: string;
  readonly value: string;
  readonly view: string;
  /** Of what was found in the content of a file: bytes from its start. */
  readonly offset?: number;
  /** Where the value stands in an indicator list: what the list says of it. */
  readonly indicator?: MatchedIndicator;
}

/** A file of evidence. */
export interface EvidenceFile {
  /** Of the copy at hand. */
  readonly path: string;
  /** What Windows called it on the server, where the path of the copy tells. */
  readonly original_path?: string;
}

/**
 * One rule that matched one record. Names follow the Elastic Common Schema where it has one; absent values are left out.
 * This is also the `finding` record of the native JSON Lines format.
 */
export interface Finding {
  readonly id: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly '@timestamp'?: string;
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly level: Level;
    readonly stage?: Stage;
    /** Who wrote the rule, and under which licence it may be used: what it says itself. */
    readonly author?: readonly string[];
    readonly license?: string;
  };
  readonly vulnerability?: { readonly id: readonly string[] };
  readonly threat?: { readonly technique: { readonly id: readonly string[] } };
  readonly message: string;
  readonly host?: { readonly name: string };
  readonly source?: { readonly ip: string };
  /** Whom a load balancer spoke for, where the log holds `X-Forwarded-For`. */
  readonly network?: { readonly forwarded_ip: string };
  /** `effective`: whom the request says that it acts for, by a token in its address. */
  readonly user?: { readonly name?: string; readonly effective?: { readonly name?: string; readonly id?: string } };
  readonly http?: {
    /** `id` is what Exchange's front end calls the request, the same in its own logs and in IIS's. */
    readonly request?: { readonly id?: string; readonly method?: string };
    readonly response?: { readonly status_code: number };
  };
  readonly url?: { readonly path?: string; readonly query?: string };
  readonly user_agent?: { readonly original: string };
  /** Of a record that speaks of a file: the file on the server. */
  readonly file?: {
    readonly path: string;
    readonly size?: number;
    /** As the copy has it. */
    readonly mtime?: string;
    readonly hash?: Readonly<Partial<Record<'md5' | 'sha1' | 'sha256', string>>>;
  };
  readonly log: {
    readonly type: string;
    readonly file: EvidenceFile;
    readonly line: number;
    readonly offset: number;
  };
  /** `original` is the line; of a correlation there is none, but a time of the first and of the last event. */
  readonly event: { readonly original?: string; readonly start?: string; readonly end?: string };
  readonly matched: readonly Matched[];
  readonly correlation?: Correlated;
  /** Why it does not count: left out of everything but a list of what was suppressed. */
  readonly suppression?: Suppression;
  /** Against the report of before, where one was named. */
  readonly baseline?: BaselineState;
}

/** The records that together made a correlation match. */
export interface Correlated {
  readonly type: CorrelationType;
  /** What they share. */
  readonly group?: Readonly<Record<string, string>>;
  /** Events in the windows that matched. */
  readonly count: number;
  /** Ids of matches of detection rules, some of each rule: as their findings have them, whether these are written or not. */
  readonly findings: readonly string[];
  /** The same, and where they stand. */
  readonly records: readonly CorrelatedRecord[];
}

export interface CorrelatedRecord {
  /** Left out of what is there and has no time, as files. */
  readonly '@timestamp'?: string;
  /** When such a file was written to last, as the copy has it. */
  readonly file?: { readonly mtime: string };
  readonly rule: { readonly id: string };
  readonly host?: { readonly name: string };
  readonly http?: { readonly request: { readonly id: string } };
  readonly log: Finding['log'];
}

type SaidOfRule = Pick<Finding, 'rule' | 'vulnerability' | 'threat'>;

const SAID = new WeakMap<RuleHead, SaidOfRule>();

/** What a finding says of its rule; made once, for all its findings say the same. */
export function findingOfRule(rule: RuleHead): SaidOfRule {
  const said = SAID.get(rule) ?? sayOfRule(rule);
  SAID.set(rule, said);
  return said;
}

function sayOfRule(rule: RuleHead): SaidOfRule {
  const { tags } = rule;
  const cves = tags.flatMap((tag) => (/^cve\.\d{4}-\d+$/.test(tag) ? [tag.replace('.', '-').toUpperCase()] : []));
  const techniques = tags.flatMap((tag) => (/^attack\.t\d{4}(?:\.\d{3})?$/.test(tag) ? [tag.slice('attack.'.length).toUpperCase()] : []));
  return {
    rule: ruleFacts(rule),
    ...(cves.length > 0 && { vulnerability: { id: cves } }),
    ...(techniques.length > 0 && { threat: { technique: { id: techniques } } }),
  };
}

function ruleFacts({ id, title, level, stage, author, license }: RuleHead): Finding['rule'] {
  return {
    id,
    name: title,
    level,
    ...(stage !== undefined && { stage }),
    ...(author !== undefined && { author: authorsOf(author) }),
    ...(license !== undefined && { license }),
  };
}

/** One by one: commas part them, but for those in brackets, where some name what they belong to. */
function authorsOf(author: string): string[] {
  const names = author.match(/(?:\([^)]*\)|[^,])+/g) ?? [];
  return names.map((name) => name.trim()).filter((name) => name !== '');
}
