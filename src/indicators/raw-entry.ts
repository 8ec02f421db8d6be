/** An entry of a list as it is written there. */
export interface RawEntry {
  readonly value: string;
  /** What the list says it is. */
  readonly type?: string | undefined;
  readonly firstSeen?: string | undefined;
  readonly lastSeen?: string | undefined;
  readonly description?: string | undefined;
  readonly source?: string | undefined;
  readonly level?: string | undefined;
  /** Told for its context, and not to be looked for: MISP's `to_ids`. */
  readonly isContext?: boolean;
  readonly at: EntryPlace;
}

/** Where an entry stands. */
export interface EntryPlace {
  /** From 1; of JSON, whose lines say nothing, left out. */
  readonly lineNumber?: number;
  /** Of JSON: the id of the object, or which one it is. */
  readonly object?: string;
}

/** What readers of formats tell of what they find. */
export interface EntryListener {
  readonly onEntry: (entry: RawEntry) => void;
  /** An IPv4 address of which nothing is said: most of the entries of large lists, so they go without an object of their own. */
  readonly onAddress: (value: string, number: number, lineNumber: number) => void;
  /** An entry that cannot be read at all. */
  readonly onBroken: (value: string, reason: string, at: EntryPlace) => void;
  /** An entry of a kind that no log here shows. */
  readonly onNotApplicable: (what: string) => void;
}
