/** What the windows of all correlations of a run may hold at a time. */
export interface Limits {
  /** Events in windows: some 30 bytes each. */
  readonly events: number;
  /** Groups with events in them: some 700 bytes each. */
  readonly groups: number;
  /** Different values that are counted: some 150 bytes each. */
  readonly values: number;
  /** Matches that stand in every window: some 400 bytes each. */
  readonly standing: number;
}

export const LIMITS: Limits = { events: 10_000_000, groups: 400_000, values: 1_000_000, standing: 100_000 };

/** What they hold. */
export type Held = { -readonly [Name in keyof Limits]: number };

/** What a limit is of, in words. */
export const LIMITED: Readonly<Record<keyof Limits, string>> = {
  events: 'events in the windows of all correlations',
  groups: 'groups with events in their windows',
  values: 'different values in windows',
  standing: 'files that are there in every window',
};
