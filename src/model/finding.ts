import type { MatchedIndicator } from './indicator.ts';
import type { Level, Stage } from './rule.ts';

/** Why a rule matched: the field, its value, and the spelling the value was read in. */
export interface Matched {
  readonly field: string;
  readonly value: string;
  readonly view: string;
  /** Where the value stands in an indicator list: what the list says of it. */
  readonly indicator?: MatchedIndicator;
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
    readonly request?: { readonly method: string };
    readonly response?: { readonly status_code: number };
  };
  readonly url?: { readonly path?: string; readonly query?: string };
  readonly user_agent?: { readonly original: string };
  readonly log: {
    readonly type: string;
    readonly file: { readonly path: string };
    readonly line: number;
    readonly offset: number;
  };
  readonly event: { readonly original: string };
  readonly matched: readonly Matched[];
}
