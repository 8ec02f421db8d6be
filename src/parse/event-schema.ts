import { SYSTEM_FIELDS, UNNAMED } from '../evtx/event.ts';
import type { LogRecord } from '../model/log-record.ts';
import type { FieldReader, Schema } from '../model/schema.ts';
import { EVENT_SOURCES, kindOfEvent, sourcesOfKind, type EventKind } from './event-sources.ts';

export const EVENT_LOG = 'evtx';
export const CMDLETS_CHANNEL = 'MSExchange Management';
/** A file with more channels and kinds of events was made to hurt: rules that name no more than Windows are asked of the others. */
const MOST_SCHEMAS = 512;
const NO_CHANNEL = '?';

/** What an event says of itself: no datum of the same name may speak for it. The others come behind data. */
const OWN_FIELDS: ReadonlySet<string> = new Set(
  ['Provider_Name', 'Provider_Guid', 'EventID', 'Level', 'TimeCreated', 'EventRecordID', 'Channel', 'Computer'].map((field) =>
    field.toLowerCase(),
  ),
);

const SYSTEM_INDEXES: ReadonlyMap<string, number> = new Map(SYSTEM_FIELDS.map((field, index) => [field.toLowerCase(), index] as const));

const indexOf = (field: (typeof SYSTEM_FIELDS)[number]): number => SYSTEM_FIELDS.indexOf(field);
const system = (field: (typeof SYSTEM_FIELDS)[number]): FieldReader => {
  const index = indexOf(field);
  return (record) => record.values[index];
};
const datum =
  (name: string): FieldReader =>
  (record) =>
    record.decoded?.get(name);
const unnamed =
  (index: number): FieldReader =>
  (record) =>
    record.lists?.get(UNNAMED)?.[index];

/** Names that rules and reports use for what events call otherwise. */
type Aliases = Readonly<Record<string, FieldReader>>;

const ALIASES: Aliases = {
  Provider: system('Provider_Name'),
  ProviderName: system('Provider_Name'),
  Source: system('Provider_Name'),
  ActivityID: system('Correlation_ActivityID'),
  RelatedActivityID: system('Correlation_RelatedActivityID'),
  ProcessID: system('Execution_ProcessID'),
  ThreadID: system('Execution_ThreadID'),
  UserID: system('Security_UserID'),
  'c-ip': (record) => addressOf(datum('IpAddress')(record) ?? datum('ClientAddress')(record)),
  'cs-username': (record) =>
    userOf(datum('SubjectUserName')(record)) ?? userOf(datum('TargetUserName')(record)) ?? userOf(datum('User')(record)),
  command: (record) => datum('CommandLine')(record) || undefined,
};

/** Of a process, as Sysmon calls it, where Windows itself wrote of it. */
const PROCESS_OF_SECURITY: Aliases = {
  Image: datum('NewProcessName'),
  ParentImage: datum('ParentProcessName'),
  User: (record) => {
    const [domain, name] = [datum('SubjectDomainName')(record), datum('SubjectUserName')(record)];
    return name === undefined ? undefined : [domain, name].filter((part) => part !== undefined && part !== '').join('\\');
  },
  LogonId: datum('SubjectLogonId'),
  ParentProcessId: datum('ProcessId'),
  IntegrityLevel: (record) => INTEGRITY.get(datum('MandatoryLabel')(record) ?? ''),
};

const INTEGRITY: ReadonlyMap<string, string> = new Map([
  ['S-1-16-0', 'Untrusted'],
  ['S-1-16-4096', 'Low'],
  ['S-1-16-8192', 'Medium'],
  ['S-1-16-8448', 'MediumPlus'],
  ['S-1-16-12288', 'High'],
  ['S-1-16-16384', 'System'],
]);

const CONNECTION_OF_SECURITY: Aliases = {
  Image: datum('Application'),
  SourceIp: datum('SourceAddress'),
  DestinationIp: datum('DestAddress'),
  DestinationPort: datum('DestPort'),
};

const REGISTRY_OF_SECURITY: Aliases = {
  Image: datum('ProcessName'),
  TargetObject: (record) => {
    const [key, value] = [datum('ObjectName')(record), datum('ObjectValueName')(record)];
    return key === undefined || value === undefined ? key : `${key}\\${value}`;
  },
  Details: datum('NewValue'),
};

/** Cmdlets of Exchange: their data have no names. */
const CMDLET: Aliases = {
  Cmdlet: unnamed(0),
  Parameters: unnamed(1),
  Caller: unnamed(2),
  'cs-username': (record) => unnamed(2)(record) || undefined,
  ExecutionResult: (record) => (system('EventID')(record) === '1' ? 'Success' : 'Error'),
  command: (record) => [unnamed(0)(record), unnamed(1)(record)].filter((part) => part !== undefined && part !== '').join(' ') || undefined,
};

const ALIASES_OF_KIND: readonly { readonly service: string; readonly category?: string; readonly aliases: Aliases }[] = [
  { service: 'security', category: 'process_creation', aliases: PROCESS_OF_SECURITY },
  { service: 'security', category: 'network_connection', aliases: CONNECTION_OF_SECURITY },
  { service: 'security', category: 'registry_set', aliases: REGISTRY_OF_SECURITY },
  { service: 'msexchange-management', aliases: CMDLET },
];

function userOf(name: string | undefined): string | undefined {
  return name === '-' || name === '' ? undefined : name;
}

function addressOf(text: string | undefined): string | undefined {
  return text === undefined || text === '-' || text === '' ? undefined : text.replace(/^::ffff:(?=\d+\.)/i, '');
}

const schemas = new Map<string, Schema>();

/**
 * The schema of an event's kind: the same one for the same channel and log sources, so that rules are bound to it once.
 *
 * @param isPicked whether only some events of the channel were exported: no verdict takes them for the log
 */
export function schemaOfEvent(
  channel: string | undefined,
  eventId: string | undefined,
  eventType: string | undefined,
  isPicked = false,
): Schema {
  const kind = kindOfEvent(channel ?? NO_CHANNEL, eventId, eventType);
  const key = `${kind.channel}\n${kind.key}\n${isPicked}`;
  let schema = schemas.get(key);
  if (schema === undefined) {
    if (schemas.size >= MOST_SCHEMAS && kind.service === undefined) return otherEvents;
    schema = createSchema(kind);
    if (isPicked) schema = { ...schema, part: `${kind.channel} (picked)` };
    schemas.set(key, schema);
  }
  return schema;
}

function createSchema(kind: EventKind): Schema {
  const own = ALIASES_OF_KIND.filter(
    ({ service, category }) => service === kind.service && (category === undefined || kind.categories.includes(category)),
  );
  const aliases = new Map([ALIASES, ...own.map((each) => each.aliases)].flatMap((each) => Object.entries(each)));
  const readers = new Map<string, FieldReader>();
  const createReader = (field: string): FieldReader => {
    const index = SYSTEM_INDEXES.get(field.toLowerCase());
    const alias = aliases.get(field);
    const fallback: FieldReader = index === undefined ? (alias ?? (() => undefined)) : (record) => record.values[index];
    if (OWN_FIELDS.has(field.toLowerCase())) return fallback;
    return (record) => record.decoded?.get(field) ?? fallback(record);
  };
  return {
    logType: EVENT_LOG,
    logSources: sourcesOfKind(kind),
    part: kind.channel,
    columns: SYSTEM_FIELDS,
    reader: (field) => {
      const reader = readers.get(field) ?? createReader(field);
      readers.set(field, reader);
      return reader;
    },
    listReader: (field) => (record: LogRecord) => record.lists?.get(field),
    columnOf: () => undefined,
    madeOf: () => undefined,
    partOf: () => undefined,
    webName: (field) => field.toLowerCase(),
  };
}

const otherEvents = createSchema({ key: '', service: undefined, categories: [], channel: NO_CHANNEL });

/** Of any event: for the question which rules are for event logs at all. */
export const ANY_EVENT: Schema = { ...otherEvents, logSources: EVENT_SOURCES };
