import type { SystemField, WindowsEvent } from '../evtx/event.ts';
import { addData, isoTime } from './json-data.ts';
import { isObject, member, scalarText, type JsonObject } from './json-value.ts';

/** How hayabusa shortens channels; of several that it gives one name, the first. */
const CHANNELS: Readonly<Record<string, string>> = {
  App: 'Application',
  AppLocker: 'Microsoft-Windows-AppLocker/EXE and DLL',
  BitsCli: 'Microsoft-Windows-Bits-Client/Operational',
  CodeInteg: 'Microsoft-Windows-CodeIntegrity/Operational',
  Defender: 'Microsoft-Windows-Windows Defender/Operational',
  'DHCP-Svr': 'Microsoft-Windows-DHCP-Server/Operational',
  'DNS-Svr': 'DNS Server',
  DvrFmwk: 'Microsoft-Windows-DriverFrameworks-UserMode/Operational',
  Exchange: 'MSExchange Management',
  Firewall: 'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall',
  'LDAP-Cli': 'Microsoft-Windows-LDAP-Client/Debug',
  NTLM: 'Microsoft-Windows-NTLM/Operational',
  OpenSSH: 'OpenSSH/Operational',
  PrintAdm: 'Microsoft-Windows-PrintService/Admin',
  PrintOp: 'Microsoft-Windows-PrintService/Operational',
  PwSh: 'Microsoft-Windows-PowerShell/Operational',
  PwShClassic: 'Windows PowerShell',
  PwShCore: 'PowerShellCore/Operational',
  'RDS-LSM': 'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
  Sec: 'Security',
  SecMitig: 'Microsoft-Windows-Security-Mitigations/KernelMode',
  SmbCliSec: 'Microsoft-Windows-SmbClient/Security',
  SvcBusCli: 'Microsoft-ServiceBus-Client/Operational',
  Sys: 'System',
  Sysmon: 'Microsoft-Windows-Sysmon/Operational',
  TaskSch: 'Microsoft-Windows-TaskScheduler/Operational',
  WMI: 'Microsoft-Windows-WMI-Activity/Operational',
};

const PROVIDERS: Readonly<Record<string, string>> = {
  Defender: 'Microsoft-Windows-Windows Defender',
  Firewall: 'Microsoft-Windows-Windows Firewall With Advanced Security',
  SCM: 'Service Control Manager',
  Sec: 'Microsoft-Windows-Security-Auditing',
  Sysmon: 'Microsoft-Windows-Sysmon',
  TaskScheduler: 'Microsoft-Windows-TaskScheduler',
  'WMI-Activity': 'Microsoft-Windows-WMI-Activity',
};

/** How it shortens fields in `Details`; `ExtraFieldInfo` and `AllFieldInfo` have their own names. */
const DETAILS: Readonly<Record<string, string>> = {
  Cmdline: 'CommandLine',
  Hash: 'Hashes',
  LID: 'LogonId',
  ParentCmdline: 'ParentCommandLine',
  ParentPGUID: 'ParentProcessGuid',
  ParentPID: 'ParentProcessId',
  ParentProc: 'ParentImage',
  PGUID: 'ProcessGuid',
  PID: 'ProcessId',
  Proc: 'Image',
  Query: 'QueryName',
  ScriptBlock: 'ScriptBlockText',
  Svc: 'ServiceName',
};

/** The same where a channel has other names. */
const DETAILS_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Sec: {
    LID: 'SubjectLogonId',
    Proc: 'NewProcessName',
    SrcComp: 'WorkstationName',
    SrcIP: 'IpAddress',
    SrcUser: 'SubjectUserName',
    TgtLID: 'TargetLogonId',
    TgtUser: 'TargetUserName',
    Type: 'LogonType',
    User: 'SubjectUserName',
  },
  Sysmon: { SrcIP: 'SourceIp', TgtIP: 'DestinationIp', TgtPort: 'DestinationPort' },
  Sys: { Path: 'ImagePath' },
};

const FIELDS: readonly (readonly [SystemField, string])[] = [
  ['EventID', 'EventID'],
  ['EventRecordID', 'RecordID'],
  ['EventRecordID', 'EventRecordID'],
  ['Computer', 'Computer'],
];

/** hayabusa's timelines: what a rule of its own found, with the fields of the event. Its `Level` is that of its rule. */
export function readHayabusa(object: JsonObject, event: WindowsEvent): boolean {
  if (member(object, 'RuleTitle') === undefined || member(object, 'EventID') === undefined || member(object, 'Channel') === undefined)
    return false;
  event.isPicked = true;
  for (const [field, name] of FIELDS) event.set(field, scalarText(member(object, name)));
  const channel = scalarText(member(object, 'Channel')) ?? '';
  event.set('Channel', fullName(CHANNELS, channel) ?? channel);
  const provider = scalarText(member(object, 'Provider')) ?? '';
  event.set('Provider_Name', fullName(PROVIDERS, provider) ?? provider);
  const details = Object.hasOwn(DETAILS_OF, channel) ? DETAILS_OF[channel] : undefined;
  event.set('TimeCreated', isoTime(scalarText(member(object, 'Timestamp'))));
  const known = new Set<string>();
  for (const name of ['AllFieldInfo', 'ExtraFieldInfo', 'Details']) {
    const fields = fieldsOf(member(object, name));
    for (const [field, value] of fields) {
      const full = name === 'Details' ? (fullName(details, field) ?? fullName(DETAILS, field) ?? field) : field;
      if (!known.has(full)) addData({ [full]: value }, event, name, 0);
    }
    for (const [field] of fields) known.add(field);
  }
  return true;
}

/** By one of the tables; else as it is. */
function fullName(table: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** An object, or the text of a table: `Cmdline: whoami ¦ Proc: C:\...`. */
function fieldsOf(value: unknown): (readonly [string, unknown])[] {
  if (isObject(value)) return Object.entries(value);
  if (typeof value !== 'string') return [];
  return value.split(' ¦ ').flatMap((part) => {
    const colon = part.indexOf(': ');
    return colon === -1 ? [] : [[part.slice(0, colon), part.slice(colon + 2)] as const];
  });
}
