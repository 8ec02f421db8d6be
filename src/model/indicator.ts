import type { Level } from './rule.ts';

/**
 * What an indicator is looked for as. `hash` is of a file below a web root. `file` (a file outside of web roots) is kept: no log here shows it.
 */
export type IndicatorKind = 'address' | 'network' | 'user-agent' | 'path' | 'file-name' | 'hash' | 'file';

/** One entry of an indicator list, understood. */
export interface Indicator {
  readonly kind: IndicatorKind;
  /** Refanged, and translated where it was a path on a Windows server: `/aspnet_client/x.aspx`. */
  readonly value: string;
  readonly level: Level;
  /** Milliseconds since 1970, both ends included. */
  readonly firstSeen?: number;
  readonly lastSeen?: number;
  /** What the list says of it, and whom it has that from. */
  readonly description?: string;
  readonly source?: string;
  /** From 1; of lists that are JSON not known. */
  readonly lineNumber?: number;
}

export interface IndicatorList {
  /** What messages and rules call it. */
  readonly name: string;
  /** Each value once. */
  readonly indicators: readonly Indicator[];
}

/** What an indicator list came to. */
export interface IndicatorAccount {
  /** Indicators of each kind. */
  readonly kinds: Readonly<Partial<Record<IndicatorKind, number>>>;
  /** Entries that said again what another says. */
  readonly duplicates: number;
  /** Entries of kinds that no log here shows, by what they are: domains, registry keys, ... */
  readonly notApplicable: Readonly<Record<string, number>>;
  /** Entries that could not be understood. */
  readonly broken: number;
}

/** A list as it was read from its file: what another thread can make the same rules of. */
export interface IndicatorSource {
  readonly name: string;
  readonly text: string;
}

/** An indicator that was met in a log, as a finding tells it. */
export interface MatchedIndicator {
  readonly value: string;
  readonly list: string;
  readonly line?: number;
  readonly description?: string;
  readonly source?: string;
  /** ISO 8601, UTC. */
  readonly first_seen?: string;
  readonly last_seen?: string;
}

export function matchedIndicator(indicator: Indicator, list: string): MatchedIndicator {
  const { value, lineNumber, description, source, firstSeen, lastSeen } = indicator;
  return {
    value,
    list,
    ...(lineNumber !== undefined && { line: lineNumber }),
    ...(description !== undefined && { description }),
    ...(source !== undefined && { source }),
    ...(firstSeen !== undefined && { first_seen: new Date(firstSeen).toISOString() }),
    ...(lastSeen !== undefined && { last_seen: new Date(lastSeen).toISOString() }),
  };
}

/** `203.0.113.5 is listed: first step of the attack (a report), seen from 2021-03-01 to 2021-03-05`. Not escaped. */
export function sayIndicator({ value, description, source, first_seen: first, last_seen: last }: MatchedIndicator): string {
  const said = [description, source && `(${source})`].filter((part) => part !== undefined && part !== '').join(' ');
  const dates = [first && `from ${first.slice(0, 10)}`, last && `to ${last.slice(0, 10)}`].filter((part) => part !== undefined).join(' ');
  return [`${value} is listed${said === '' ? '' : `: ${said}`}`, dates && `seen ${dates}`].filter((part) => part !== '').join(', ');
}

/** Whether a time lies between first and last seen; `undefined` where one of both is not known. */
export function isWithinDates({ firstSeen, lastSeen }: Indicator, time: number | undefined): boolean | undefined {
  if (time === undefined || (firstSeen === undefined && lastSeen === undefined)) return undefined;
  return time >= (firstSeen ?? -Infinity) && time <= (lastSeen ?? Infinity);
}
