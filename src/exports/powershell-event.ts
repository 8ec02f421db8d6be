import { UNNAMED, type SystemField, type WindowsEvent } from '../evtx/event.ts';
import { addData, isoTime, levelNumber } from './json-data.ts';
import { isObject, member, scalarText, type JsonObject } from './json-value.ts';

const FIELDS: readonly (readonly [SystemField, string])[] = [
  ['EventID', 'Id'],
  ['Provider_Name', 'ProviderName'],
  ['Provider_Guid', 'ProviderId'],
  ['Channel', 'LogName'],
  ['Computer', 'MachineName'],
  ['EventRecordID', 'RecordId'],
  ['Qualifiers', 'Qualifiers'],
  ['Version', 'Version'],
  ['Task', 'Task'],
  ['Opcode', 'Opcode'],
  ['Keywords', 'Keywords'],
  ['Correlation_ActivityID', 'ActivityId'],
  ['Correlation_RelatedActivityID', 'RelatedActivityId'],
  ['Execution_ProcessID', 'ProcessId'],
  ['Execution_ThreadID', 'ThreadId'],
];

/** Data that PowerShell hands out without their names, for those events that rules ask for most. */
const PROPERTY_NAMES: Readonly<Record<string, string>> = {
  'Security 4688':
    'SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId NewProcessId NewProcessName TokenElevationType ProcessId CommandLine TargetUserSid TargetUserName TargetDomainName TargetLogonId ParentProcessName MandatoryLabel',
  'Security 4624':
    'SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TargetUserSid TargetUserName TargetDomainName TargetLogonId LogonType LogonProcessName AuthenticationPackageName WorkstationName LogonGuid TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort',
  'Security 4625':
    'SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TargetUserSid TargetUserName TargetDomainName Status FailureReason SubStatus LogonType LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort',
  'System 7045': 'ServiceName ImagePath ServiceType StartType AccountName',
  'Microsoft-Windows-PowerShell/Operational 4103': 'ContextInfo UserData Payload',
  'Microsoft-Windows-PowerShell/Operational 4104': 'MessageNumber MessageTotal ScriptBlockText ScriptBlockId Path',
  'Microsoft-IIS-Configuration/Operational 29': 'PhysicalPath ConfigPath EditOperationType Configuration OldValue NewValue',
};

const SYSMON = 'Microsoft-Windows-Sysmon';

/** `Get-WinEvent | ConvertTo-Json`: data have no names there, but those of Sysmon stand in the message, line by line. */
export function readPowershell(object: JsonObject, event: WindowsEvent): boolean {
  if (member(object, 'Id') === undefined) return false;
  const isCmdlet = /^Cmdlet (?:succ?eeded|failed)\. Cmdlet /.test(scalarText(member(object, 'Message')) ?? '');
  // Of a few columns that somebody chose, the message may be the only one that tells.
  if (isCmdlet) event.set('Channel', scalarText(member(object, 'LogName')) ?? 'MSExchange Management');
  else if ((member(object, 'ProviderName') ?? member(object, 'LogName')) === undefined) return false;
  for (const [field, name] of FIELDS) event.set(field, scalarText(member(object, name)));
  event.set('Level', levelNumber(scalarText(member(object, 'Level')) ?? scalarText(member(object, 'LevelDisplayName'))));
  const time = member(object, 'TimeCreated');
  event.set('TimeCreated', isoTime(scalarText(time) ?? scalarText(member(time, 'value', 'DateTime'))));
  event.set('Security_UserID', scalarText(member(object, 'UserId')));
  const message = scalarText(member(object, 'Message'));
  if (message !== undefined) event.add('Message', message);
  const isNamed = event.get('Provider_Name') === SYSMON && message !== undefined && addMessage(message, event);
  if (!isNamed) addProperties(member(object, 'Properties'), event);
  return event.get('EventID') !== undefined;
}

function addProperties(properties: unknown, event: WindowsEvent): void {
  if (!Array.isArray(properties)) return;
  const names = PROPERTY_NAMES[`${event.get('Channel') ?? ''} ${event.get('EventID') ?? ''}`]?.split(' ') ?? [];
  for (const [index, property] of properties.entries()) {
    const value: unknown = isObject(property) ? member(property, 'Value') : property;
    // What lies deeper than `-Depth` is written as its type.
    if (value === 'System.Diagnostics.Eventing.Reader.EventProperty') continue;
    addData(value ?? '', event, names[index] ?? UNNAMED, 0);
  }
}

/** @returns whether there was a field in it */
function addMessage(message: string, event: WindowsEvent): boolean {
  let isNamed = false;
  for (const line of message.split(/\r?\n/)) {
    const [, name, value] = /^([A-Z]\w{1,40}): ?(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    event.add(name, value);
    isNamed = true;
  }
  return isNamed;
}
