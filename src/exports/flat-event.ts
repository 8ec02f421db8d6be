import type { SystemField, WindowsEvent } from '../evtx/event.ts';
import { addData, isoTime, levelNumber } from './json-data.ts';
import { isObject, member, scalarText, type JsonObject } from './json-value.ts';

/** What programs that write all fields side by side call those of the event itself. */
const NAMES: readonly (readonly [SystemField, readonly string[]])[] = [
  ['EventID', ['EventID', 'EventId', 'event_id', 'EventCode']],
  ['Provider_Name', ['Provider_Name', 'ProviderName', 'SourceName', 'Provider', 'provider_name']],
  ['Provider_Guid', ['Provider_Guid', 'ProviderGuid']],
  ['Channel', ['Channel', 'LogName', 'EventLog', 'channel']],
  ['Computer', ['Computer', 'ComputerName', 'Hostname', 'computer_name']],
  ['EventRecordID', ['EventRecordID', 'EventRecordId', 'RecordNumber', 'RecordID']],
  ['Qualifiers', ['Qualifiers']],
  ['Version', ['Version']],
  ['Task', ['Task']],
  ['Opcode', ['Opcode', 'OpcodeValue']],
  ['Keywords', ['Keywords']],
  ['Correlation_ActivityID', ['Correlation_ActivityID', 'ActivityID']],
  ['Execution_ProcessID', ['Execution_ProcessID', 'ExecutionProcessID']],
  ['Execution_ThreadID', ['Execution_ThreadID', 'ExecutionThreadID']],
  ['Security_UserID', ['Security_UserID', 'UserID']],
];
const TIMES = ['TimeCreated', 'SystemTime', 'TimeCreated_SystemTime', 'EventTime', 'UtcTime', '@timestamp', 'Timestamp', 'TimeGenerated'];
const LEVELS = ['Level', 'SeverityValue'];

/** All fields of an event side by side. It has to tell its id and its channel, or one of them and who wrote it. */
export function readFlat(object: JsonObject, event: WindowsEvent): boolean {
  const used = new Set<string>();
  const take = (names: readonly string[]): string | undefined => {
    const name = names.find((each) => scalarText(member(object, each)) !== undefined);
    if (name === undefined) return undefined;
    used.add(name);
    return scalarText(member(object, name));
  };
  for (const [field, names] of NAMES) event.set(field, take(names));
  if (event.get('EventID') === undefined || (event.get('Channel') ?? event.get('Provider_Name')) === undefined) return false;
  event.set('Level', levelNumber(take(LEVELS)));
  event.set('TimeCreated', isoTime(take(TIMES)));
  for (const [name, value] of Object.entries(object)) {
    if (used.has(name)) continue;
    const isPart = isObject(value) && (name === 'EventData' || name === 'UserData');
    for (const [key, each] of isPart ? Object.entries(value) : ([[name, value]] as const)) addData(each, event, key, 0);
  }
  return true;
}
