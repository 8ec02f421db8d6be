/** What every event says of itself, under the names that Sigma rules use; the others follow their place in the XML. */
export const SYSTEM_FIELDS = [
  'Provider_Name',
  'Provider_Guid',
  'Provider_EventSourceName',
  'EventID',
  'Qualifiers',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'Keywords',
  'TimeCreated',
  'EventRecordID',
  'Correlation_ActivityID',
  'Correlation_RelatedActivityID',
  'Execution_ProcessID',
  'Execution_ThreadID',
  'Channel',
  'Computer',
  'Security_UserID',
] as const;

export type SystemField = (typeof SYSTEM_FIELDS)[number];

const INDEXES: ReadonlyMap<SystemField, number> = new Map(SYSTEM_FIELDS.map((field, index) => [field, index] as const));

/** What unnamed data are called. */
export const UNNAMED = 'Data';

/** One event, whatever it was written in. Built up piece by piece. */
export class WindowsEvent {
  /** In the order of `SYSTEM_FIELDS`. */
  readonly system: (string | undefined)[] = SYSTEM_FIELDS.map(() => undefined);
  /** By name; what has several values has them parted by line ends here. */
  readonly data = new Map<string, string>();
  /** Of data with several values, and of unnamed data. */
  readonly lists = new Map<string, string[]>();
  /** Whether it stands among events that somebody picked: then the log holds others too. */
  isPicked = false;

  get(field: SystemField): string | undefined {
    return this.system[INDEXES.get(field) ?? -1];
  }

  /** The first value counts; an empty one is none. */
  set(field: SystemField, value: string | undefined): void {
    const index = INDEXES.get(field);
    if (index !== undefined && value !== undefined && value !== '') this.system[index] ??= value;
  }

  add(name: string, value: string): void {
    const before = this.data.get(name);
    if (before === undefined) {
      this.data.set(name, value);
      if (name === UNNAMED) this.lists.set(name, [value]);
      return;
    }
    const list = this.lists.get(name) ?? [before];
    list.push(value);
    this.lists.set(name, list);
  }

  /** To be called once, behind the last datum. */
  end(): this {
    for (const [name, list] of this.lists) if (list.length > 1) this.data.set(name, list.join('\n'));
    return this;
  }
}
